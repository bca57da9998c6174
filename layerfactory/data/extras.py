"""What a cell may carry beside scikit-learn, out of extras.yaml."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from layerfactory.data.files import read_data


@dataclass(frozen=True, slots=True)
class Extra:
    """A distribution that a variant of a layer carries, and how it is proven."""

    name: str
    """Normalised, such as ``pandas``."""
    requires: tuple[str, ...]
    """The requirements that are resolved for it."""
    module: str
    """The import that proves that it is there."""
    step: str
    """The probe's step that uses it."""
    why: str
    """One sentence for a person."""


@cache
def extras() -> dict[str, Extra]:
    """All extras by name, sorted."""
    entries = read_data("extras.yaml")["extras"]
    found = (Extra(**{**entry, "requires": tuple(entry["requires"])}) for entry in entries)
    return {extra.name: extra for extra in sorted(found, key=lambda extra: extra.name)}


@cache
def included() -> frozenset[str]:
    """Distributions that every layer has, and that are therefore no extras."""
    return frozenset(read_data("extras.yaml")["included"])
