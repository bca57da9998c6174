"""How a version of ours is told from any other: by its CodeSha256, and found by the mark of it.

Lists of versions carry no hash, so each description ends in one. A mark is a claim and no proof:
anybody may write one. It says which versions are worth a look.
"""

from __future__ import annotations

import base64
import re

_MARK = re.compile(r"(?:^|\s)sha256:(?P<sha256>[0-9a-f]{64})$")
_SIGN = "sha256:"


def code_sha256(sha256: str) -> str:
    """A sha256 in hex as AWS writes it: in base64."""
    return base64.b64encode(bytes.fromhex(sha256)).decode()


def with_mark(text: str, sha256: str, *, room: int) -> str:
    """A description that ends in the mark; the text before it is cut to what there is room for."""
    mark = f"{_SIGN}{sha256}"
    return f"{text[: room - len(mark) - 1].rstrip()} {mark}".lstrip()


def claimed_sha256(description: str) -> str:
    """The sha256 (hex) that a description claims; empty where it bears no mark."""
    found = _MARK.search(description)
    return found["sha256"] if found else ""
