"""How a version of ours is told from any other: by its CodeSha256, and found by the mark of it.

Lists of versions carry no hash, so each description ends in one. A mark is a claim and no proof:
anybody may write one. It says which versions are worth a look. Before it stands what the zip was
made of, so that whoever has no zip yet knows whether it needs one.
"""

from __future__ import annotations

import base64
import hashlib
import re

_MADE_OF = re.compile(r"(?:^|\s)made-of:(?P<digits>[0-9a-f]{16}) sha256:[0-9a-f]{64}$")
_MARK = re.compile(r"(?:^|\s)sha256:(?P<sha256>[0-9a-f]{64})$")
_SIGN = "sha256:"


def code_sha256(sha256: str) -> str:
    """A sha256 in hex as AWS writes it: in base64."""
    return base64.b64encode(bytes.fromhex(sha256)).decode()


def made_of(lock_sha256: str, bytecode: str) -> str:
    """What a zip is made of, in 16 hex digits: its lock, and its bytecode policy."""
    return hashlib.sha256(f"{lock_sha256} {bytecode}".encode()).hexdigest()[:16]


def with_mark(text: str, sha256: str, *, room: int, made: str = "") -> str:
    """A description that ends in the mark; the text before it is cut to what there is room for.

    Args:
        text: for a person.
        sha256: of the zip, hex.
        room: characters in all.
        made: what ``made_of`` says of it.
    """
    mark = f"made-of:{made} {_SIGN}{sha256}" if made else f"{_SIGN}{sha256}"
    return f"{text[: room - len(mark) - 1].rstrip()} {mark}".lstrip()


def claimed_sha256(description: str) -> str:
    """The sha256 (hex) that a description claims; empty where it bears no mark."""
    found = _MARK.search(description)
    return found["sha256"] if found else ""


def claimed_made_of(description: str) -> str:
    """What a description claims its zip to be made of; empty where it says nothing."""
    found = _MADE_OF.search(description)
    return found["digits"] if found else ""
