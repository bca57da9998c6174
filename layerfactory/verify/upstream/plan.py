"""What is laid over a layer, and which folders of tests are run. Pure: it looks at names only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from layerfactory.build.trim import plan_trim
from layerfactory.errors import VerifyError

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from layerfactory.verify.upstream.selection import Part, Selection, UpstreamTests


@dataclass(frozen=True, slots=True)
class PlannedPart:
    """A part of the selection, with those of its paths that this install has."""

    part: Part
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TestPlan:
    """One run on one lock's wheels."""

    __test__ = False

    selection: Selection
    parts: tuple[PlannedPart, ...]
    absent: tuple[str, ...]
    """Names of parts that this install has nothing of."""
    overlay: tuple[str, ...]
    """Files of the untrimmed install that are laid over the layer."""

    @property
    def paths(self) -> tuple[str, ...]:
        """What pytest is given."""
        return tuple(path for part in self.parts for path in part.paths)


def plan_tests(selection: Selection, names: Collection[str], tests: UpstreamTests) -> TestPlan:
    """Plan a run.

    Args:
        selection: what to run.
        names: the files of the untrimmed install, with ``/``.
        tests: what the data file says of the overlay.

    Raises:
        VerifyError: the install has none of the selection's tests.
    """
    folders = _with_parents(names)
    planned = [
        PlannedPart(part, tuple(path for path in part.paths if path in folders))
        for part in selection.parts
    ]
    if not any(part.paths for part in planned):
        raise VerifyError(
            f"the wheels hold none of the tests of `{selection.name}`",
            "Mend data/upstream_tests.yaml: the packages have moved their tests.",
        )
    return TestPlan(
        selection=selection,
        parts=tuple(part for part in planned if part.paths),
        absent=tuple(part.part.name for part in planned if not part.paths),
        overlay=plan_overlay(names, tests),
    )


def plan_overlay(names: Collection[str], tests: UpstreamTests) -> tuple[str, ...]:
    """The files that trimming took for being tests, sorted."""
    from pathspec import GitIgnoreSpec

    left_out = GitIgnoreSpec.from_lines(tests.overlay_exceptions)
    dropped = plan_trim(names).dropped
    return tuple(
        name
        for name in sorted(dropped)
        if dropped[name] in tests.overlay_rules and not left_out.match_file(name)
    )


def missing_in(overlay: Sequence[str], present: Collection[str]) -> tuple[str, ...]:
    """The files of the overlay that a layer has neither as they are nor as bytecode."""
    return tuple(name for name in overlay if name not in present and f"{name}c" not in present)


def _with_parents(names: Collection[str]) -> set[str]:
    found = set(names)
    for name in names:
        parent = name.rpartition("/")[0]
        while parent and parent not in found:
            found.add(parent)
            parent = parent.rpartition("/")[0]
    return found
