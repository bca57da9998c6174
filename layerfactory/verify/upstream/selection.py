"""Which tests of the packages themselves are run on a layer: facts as data."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from typing import TYPE_CHECKING, Any

from layerfactory.data.files import read_data

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Part:
    """Some tests of one package."""

    name: str
    package: str
    """The distribution."""
    paths: tuple[str, ...]
    """Folders and files below ``python/``; a release has some of them."""
    why: str


@dataclass(frozen=True, slots=True)
class Selection:
    """The tests of one run, by name."""

    name: str
    why: str
    minutes: int
    """After which a run is killed."""
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Allowance:
    """Tests that may end otherwise on a layer, and why."""

    tests: tuple[str, ...]
    """Patterns of names, in which ``*`` stands for anything."""
    why: str

    def covers(self, test: str) -> bool:
        """Whether a test is one of these."""
        return any(fnmatchcase(test, pattern) for pattern in self.tests)


@dataclass(frozen=True, slots=True)
class UpstreamTests:
    """All of ``upstream_tests.yaml``."""

    tools: tuple[str, ...]
    """The distributions that run the tests."""
    overlay_rules: tuple[str, ...]
    """The trim rules whose files are laid over the layer."""
    overlay_exceptions: tuple[str, ...]
    """Patterns of .gitignore for what is not."""
    selections: Mapping[str, Selection]
    allowances: tuple[Allowance, ...]


@cache
def upstream_tests() -> UpstreamTests:
    """What the data file says."""
    data = read_data("upstream_tests.yaml")
    parts = [(_part(entry), tuple(entry["selections"])) for entry in data["parts"]]
    return UpstreamTests(
        tools=tuple(data["tools"]),
        overlay_rules=tuple(data["overlay"]["rules"]),
        overlay_exceptions=tuple(data["overlay"]["except"]),
        selections={
            name: Selection(
                name=name,
                why=entry["why"],
                minutes=entry["minutes"],
                parts=tuple(part for part, names in parts if name in names),
            )
            for name, entry in data["selections"].items()
        },
        allowances=tuple(Allowance(tuple(a["tests"]), a["why"]) for a in data["allowed"]),
    )


def _part(entry: dict[str, Any]) -> Part:
    return Part(entry["name"], entry["package"], tuple(entry["paths"]), entry["why"])
