"""How each test of a run ended, as the guest writes it: a line as it begins, a line as it ends."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# pytest's exit codes after which every test that was collected has run.
_WHOLE = frozenset({0, 1})
PASSED = "passed"


@dataclass(frozen=True, slots=True)
class Ending:
    """How one test ended."""

    outcome: str
    """``passed``, ``failed``, ``error``, ``skipped``, ``xfailed`` or ``xpassed``."""
    why: str = ""
    """The first line of what it complained of."""


@dataclass(frozen=True, slots=True)
class TestRun:
    """Every test of one run."""

    __test__ = False

    tests: Mapping[str, Ending]
    """By pytest's name; a module that cannot be imported, or skips itself, is one as well."""
    unfinished: str = ""
    """The test that had begun when the run was cut short."""
    code: int | None = None
    """pytest's exit code; None where it was cut short."""
    python: str = ""
    pytest: str = ""
    death: str = ""
    """How the process ended, where it did not end well."""
    seconds: float = 0.0

    @property
    def whole(self) -> bool:
        """Whether all tests were run to their end."""
        return self.code in _WHOLE and not self.death

    @property
    def counts(self) -> dict[str, int]:
        """How many tests ended in each way, sorted by name."""
        return dict(sorted(Counter(ending.outcome for ending in self.tests.values()).items()))

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        tests = {name: [end.outcome, end.why] for name, end in self.tests.items()}
        facts = {"code": self.code, "python": self.python, "pytest": self.pytest}
        return {**facts, "seconds": self.seconds, "tests": tests}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> TestRun:
        """Read plain values of a whole run back; raises KeyError or TypeError."""
        return cls(
            tests={name: Ending(*ending) for name, ending in value["tests"].items()},
            code=value["code"],
            python=value["python"],
            pytest=value["pytest"],
            seconds=value["seconds"],
        )


def read_run(text: str, *, death: str = "", seconds: float = 0.0) -> TestRun:
    """Read what a guest has written, however far it came.

    Args:
        text: its lines; the last may be cut short.
        death: how the process ended, where it did not end well.
        seconds: how long it took.
    """
    tests: dict[str, Ending] = {}
    begun = ""
    last: dict[str, Any] = {"code": None, "python": "", "pytest": ""}
    for line in _lines(text):
        if "begin" in line:
            begun = line["begin"]
        elif "test" in line:
            tests[line["test"]] = Ending(line.get("outcome", "error"), line.get("why", ""))
            begun = "" if line["test"] == begun else begun
        else:
            last = line
    return TestRun(
        tests=tests,
        unfinished=begun,
        code=last["code"],
        python=last["python"],
        pytest=last["pytest"],
        death=death,
        seconds=seconds,
    )


def _lines(text: str) -> Iterator[dict[str, Any]]:
    for line in text.splitlines():
        try:
            yield json.loads(line)
        except ValueError:  # the process died while it wrote
            return
