"""Somebody else's words on a page of GitHub: they are shown as they are, and do nothing there."""

from __future__ import annotations

import re

# What Markdown or GitHub would read as more than text; a `_` within a word is text.
_MARKUP = re.compile(r"([\\`*{}\[\]<>#|~]|(?<![^\W_])_|_(?![^\W_]))")
# `@name` calls somebody. `#1`, `GH-1` and the address of an issue each leave a note on that issue,
# and a backslash before the sign is no help: GitHub looks for them after Markdown is done.
_CALLS = re.compile(
    r"@(?=\w)|#(?=\d)|\bGH-(?=\d)|/(?=(?:issues|pull|discussions)/\d)", re.IGNORECASE
)
_ZERO_WIDTH_SPACE = "\N{ZERO WIDTH SPACE}"


def plain(text: str) -> str:
    """Words in one line of Markdown: no markup, nobody is called and nothing linked."""
    line = " ".join(text.split())
    apart = _CALLS.sub(lambda found: f"{found[0]}{_ZERO_WIDTH_SPACE}", line)
    return _MARKUP.sub(r"\\\1", apart)
