"""A part as a value, and as the bytes that the cache keeps."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from layerfactory.build.archive import Member
from layerfactory.build.layer import RuleUse

_LENGTH = 8


@dataclass(frozen=True, slots=True)
class Part:
    """What one wheel gives to a layer. Sizes are in bytes."""

    name: str
    version: str
    license: str
    """SPDX expression; empty where the metadata tells none."""
    members: tuple[Member, ...]
    """Sorted by name."""
    rules: tuple[RuleUse, ...]
    license_texts: tuple[str, ...]
    """Paths below ``python/``."""
    untrimmed_bytes: int
    bytecode_bytes: int


def to_chunks(part: Part) -> list[bytes]:
    """All of a part: a length, a JSON header of that length, and the members' payloads."""
    header = {
        "name": part.name,
        "version": part.version,
        "license": part.license,
        "license_texts": part.license_texts,
        "untrimmed_bytes": part.untrimmed_bytes,
        "bytecode_bytes": part.bytecode_bytes,
        "rules": [(use.rule, use.files, use.bytes) for use in part.rules],
        "members": [
            (each.name, each.executable, each.crc, each.size, each.method, len(each.payload))
            for each in part.members
        ],
    }
    text = json.dumps(header).encode()
    length = len(text).to_bytes(_LENGTH, "little")
    return [length, text, *(member.payload for member in part.members)]


def from_bytes(content: bytes) -> Part:
    """Read a part back from its joined chunks.

    Raises:
        ValueError: the content is no part.
    """
    try:
        return _read(content)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ValueError(f"no part: {error}") from None


def _read(content: bytes) -> Part:
    end = _LENGTH + int.from_bytes(content[:_LENGTH], "little")
    header: dict[str, Any] = json.loads(content[_LENGTH:end])
    members = []
    for name, executable, crc, size, method, length in header.pop("members"):
        payload = content[end : end + length]
        members.append(Member(name, executable, crc, size, payload, method))
        end += length
    if end != len(content):
        raise ValueError("its members do not fill it")
    header["rules"] = tuple(RuleUse(*use) for use in header["rules"])
    header["license_texts"] = tuple(header["license_texts"])
    return Part(members=tuple(members), **header)
