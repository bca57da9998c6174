"""What counts as an extra, and as a variant of a cell, wherever a person writes one."""

from __future__ import annotations

from packaging.utils import InvalidName, canonicalize_name

from layerfactory.data.extras import extras, included
from layerfactory.matrix.closest import suggest

NO_EXTRAS = "none"
"""The word for the default variant."""


def extra_fault(text: str) -> str:
    """What is wrong with the name of an extra; empty where a layer may carry it."""
    try:
        name = canonicalize_name(text, validate=True)
    except InvalidName:
        return f"{text!r} is not the name of a distribution; write it like pandas"
    if name in included():
        return f"{name} is in every layer already; leave it out"
    if name in extras():
        return ""
    return (
        f"{text!r} is not known as an extra; {suggest(name, extras())} "
        "(one that the probe cannot prove is not shipped; new ones go into data/extras.yaml)"
    )


def variant_fault(text: str) -> str:
    """What is wrong with a variant as the command line names it; empty where nothing is."""
    if text == NO_EXTRAS:
        return ""
    return "; ".join(fault for name in text.split(",") if (fault := extra_fault(name)))


def read_variant(text: str) -> tuple[str, ...]:
    """The extras of ``pandas``, of ``a,b``, or of ``none``; normalised and sorted."""
    if text == NO_EXTRAS:
        return ()
    return tuple(sorted({str(canonicalize_name(name)) for name in text.split(",")}))


def variant_text(names: tuple[str, ...]) -> str:
    """A variant as the command line names it."""
    return ",".join(names) or NO_EXTRAS
