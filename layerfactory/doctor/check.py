"""What was looked at, what was seen, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How it stands."""

    OK = "ok"
    WARN = "warn"
    """Something goes without it, or it could not be looked at."""
    FAIL = "fail"
    """Publishing will not work as the matrix has it."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    name: str
    level: Level
    saw: str
    remedy: str = ""
    """One sentence; empty where all is well."""


def ok(name: str, saw: str) -> Check:
    """All is well."""
    return Check(name, Level.OK, saw)


def warn(name: str, saw: str, remedy: str) -> Check:
    """Something goes without it."""
    return Check(name, Level.WARN, saw, remedy)


def fail(name: str, saw: str, remedy: str) -> Check:
    """It has to be mended."""
    return Check(name, Level.FAIL, saw, remedy)
