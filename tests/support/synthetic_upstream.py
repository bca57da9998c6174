"""Reports on upstream tests that nobody ran."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from layerfactory.verify.upstream.judge import Difference
from layerfactory.verify.upstream.report import Side, UpstreamReport

if TYPE_CHECKING:
    from layerfactory.matrix.cell import Cell

DIFFERENCE = Difference(
    test="scipy/linalg/tests/test_lapack.py::test_lapack_documented",
    layer="skipped",
    untrimmed="passed",
    message="Skipped: lapack.__doc__ is None",
    allowed="It reads docstrings.",
)


def upstream_report(cell: Cell, **facts: Any) -> UpstreamReport:
    made: dict[str, Any] = {
        "cell": cell.identifier,
        "sha256": "ab" * 32,
        "date": "2026-11-23",
        "selection": "quick",
        "python": f"{cell.python}.1",
        "tools": {"pytest": "9.2.0", "hypothesis": "6.170.15"},
        "packages": {"scikit-learn": cell.scikit_learn, "scipy": "1.18.1"},
        "isolation": ("read-only", "no network"),
        "paths": ("sklearn/svm/tests", "scipy/linalg/tests/test_lapack.py"),
        "absent": (),
        "laid_over": 1544,
        "layer": Side({"passed": 3380, "skipped": 18, "xfailed": 1}, 137.7),
        "untrimmed": Side({"passed": 3381, "skipped": 17, "xfailed": 1}, 140.1),
        "differences": (DIFFERENCE,),
        "findings": (),
    }
    return UpstreamReport(**{**made, **facts})
