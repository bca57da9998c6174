"""What was typed, and what to type next."""

from __future__ import annotations

import shlex
import sys

CELLS = frozenset({"--only", "--python", "--scikit-learn", "--architecture", "--extras"})
PLACES = frozenset({"--matrix", "--output", "-o"})
ACCOUNT = frozenset({"--region", "--profile", "--catalog"})
_DRY = frozenset({"--dry-run", "-n"})


def command_line() -> str:
    """What was typed, to be typed again."""
    return shlex.join(["layerfactory", *sys.argv[1:]])


def in_earnest() -> str:
    """What was typed, but no dry run."""
    return shlex.join(["layerfactory", *(word for word in sys.argv[1:] if word not in _DRY)])


def other_verb(verb: str, options: frozenset[str]) -> str:
    """Another verb, with those of the typed options that it shares; each of them takes a value."""
    return shlex.join(["layerfactory", verb, *_typed(options)])


def same_cells() -> str:
    """The typed selectors and places, each with a space before it; empty where there are none."""
    return "".join(f" {shlex.quote(word)}" for word in _typed(CELLS | PLACES))


def _typed(options: frozenset[str]) -> list[str]:
    kept: list[str] = []
    words = iter(sys.argv[2:])
    for word in words:
        name, equals, _ = word.partition("=")
        if name in options:
            kept += [word] if equals else [word, next(words, "")]
    return kept
