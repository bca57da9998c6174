"""Suggests what a mistyped word may have meant."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_FEW = 12
"""So many choices are listed in full when none is close."""


def closest(word: str, choices: Iterable[str], *, count: int = 3) -> tuple[str, ...]:
    """The choices most like the word, best first; none where none is like it."""
    by_lower = {choice.lower(): choice for choice in choices}
    matches = get_close_matches(word.lower(), by_lower, n=count)
    return tuple(by_lower[match] for match in matches)


def suggest(word: str, choices: Iterable[str]) -> str:
    """A clause for an error message: the closest choices, or all where they are few.

    Empty where there is nothing to suggest.
    """
    known = tuple(choices)
    if matches := closest(word, known):
        return f"did you mean {_either(matches)}?"
    if 0 < len(known) <= _FEW:
        return f"choose {_either(known)}"
    return ""


def _either(words: tuple[str, ...]) -> str:
    *head, last = words
    return f"{', '.join(head)} or {last}" if head else last
