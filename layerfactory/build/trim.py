"""Which files of an install stay, and which rule takes the others. Pure: it looks at names only."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from layerfactory.build.licenses import is_license_text
from layerfactory.data.files import read_data

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pathspec import GitIgnoreSpec


@dataclass(frozen=True, slots=True)
class TrimRule:
    """A named reason to leave files out; the patterns are those of .gitignore."""

    id: str
    patterns: tuple[str, ...]
    exceptions: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class TrimPlan:
    """The files that stay, sorted, and the rule that takes each of the others."""

    kept: tuple[str, ...]
    dropped: dict[str, str]


@cache
def trim_rules() -> tuple[TrimRule, ...]:
    """All rules, in the order in which they are asked."""
    return tuple(
        TrimRule(
            id=entry["id"],
            patterns=tuple(entry["patterns"]),
            exceptions=tuple(entry.get("except", ())),
            why=entry["why"],
        )
        for entry in read_data("trim_rules.yaml")["rules"]
    )


def plan_trim(files: Iterable[str]) -> TrimPlan:
    """Judge each file of an install.

    Args:
        files: paths relative to the install's root, with ``/``.
    """
    kept: list[str] = []
    dropped: dict[str, str] = {}
    for name in sorted(files):
        rule = _rule_for(name)
        if rule is None:
            kept.append(name)
        else:
            dropped[name] = rule
    return TrimPlan(tuple(kept), dropped)


def _rule_for(name: str) -> str | None:
    if is_license_text(name):
        return None
    return next((rule for rule, spec in _specs() if spec.match_file(name)), None)


@cache
def _specs() -> tuple[tuple[str, GitIgnoreSpec], ...]:
    from pathspec import GitIgnoreSpec

    return tuple(
        (rule.id, GitIgnoreSpec.from_lines([*rule.patterns, *(f"!{e}" for e in rule.exceptions)]))
        for rule in trim_rules()
    )
