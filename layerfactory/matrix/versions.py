"""What counts as the version of a Python or a scikit-learn, wherever a person writes one."""

from __future__ import annotations

from bisect import bisect
from typing import TYPE_CHECKING

from packaging.version import InvalidVersion, Version

from layerfactory.data.runtimes import runtimes

if TYPE_CHECKING:
    from collections.abc import Iterable

_NUMBERS = 3
"""Of a release that is written out: 1.9.0."""


def python_fault(text: str) -> str:
    """What is wrong with a Python version; empty when Lambda has it."""
    known = tuple(runtimes())
    if text in known:
        return ""
    return f"Lambda has no Python {text!r}; choose one of {', '.join(known)}"


def scikit_learn_fault(text: str) -> str:
    """What is wrong with a scikit-learn version; empty when a layer can be named after it."""
    try:
        version = Version(text)
    except InvalidVersion:
        return f"{text!r} is not a version; write it like 1.7.2"
    if version.local is not None or version.epoch:
        return f"{text!r} is not a version that an index releases; write it like 1.7.2"
    if version.is_prerelease:
        return f"{text!r} is a pre-release; layers are made of final releases"
    return ""


def normalized(text: str) -> str:
    """The one spelling of a version: ``v0.22.2-post1`` is ``0.22.2.post1``."""
    return str(Version(text))


def exactly(text: str) -> str:
    """The one release that a version means, written out: ``1.9`` is ``1.9.0``."""
    numbers = Version(text).release
    return ".".join(map(str, (*numbers, *(0,) * (_NUMBERS - len(numbers)))))


def later_patches(text: str, releases: Iterable[str]) -> tuple[str, ...]:
    """The releases that a shortened version may seem to mean as well, oldest first.

    None where the version is written out.

    Args:
        text: a valid version, such as ``1.9``.
        releases: those that there are, in any order.
    """
    version = Version(text)
    count = len(version.release)
    if count >= _NUMBERS:
        return ()
    known = {Version(each): each for each in releases}
    return tuple(
        known[each]
        for each in sorted(known)
        if each > version and each.release[:count] == version.release
    )


def neighbours(text: str, releases: Iterable[str], *, count: int = 3) -> tuple[str, ...]:
    """The releases around a version that there is not, newest first; at an end, the outermost.

    Args:
        text: a valid version.
        releases: those that there are, in any order.
        count: at most so many.
    """
    known = sorted(set(releases), key=Version)
    place = bisect(known, Version(text), key=Version)
    # One above, and the others below: a release that is not there may be too new, or yet to come.
    start = max(0, min(place + 1, len(known)) - count)
    return tuple(reversed(known[start : start + count]))
