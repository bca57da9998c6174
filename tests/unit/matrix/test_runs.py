from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from layerfactory.data.runtimes import Architecture
from layerfactory.matrix.cell import Cell
from layerfactory.matrix.runs import draw_together

cells = st.builds(
    Cell,
    st.sampled_from(["3.8", "3.9", "3.10"]),
    st.sampled_from(["0.22", "0.22.2.post1", "1.0", "1.9.1", "1.10.0"]),
    st.sampled_from(Architecture),
    st.sampled_from([(), ("pandas",)]),
)
told = st.dictionaries(cells, st.sampled_from(["built", "to build"]))


@given(told)
def test_every_cell_is_in_one_run_with_what_holds_of_it(of: dict[Cell, str]) -> None:
    runs = draw_together(of.items())
    spread = [(cell, run.key) for run in runs for cell in run.cells]
    assert sorted(spread) == sorted(of.items())


@given(told)
def test_a_run_skips_no_cell_and_ends_where_something_else_holds(of: dict[Cell, str]) -> None:
    columns: dict[tuple[str, tuple[str, ...], Architecture], list[str]] = {}
    for run in draw_together(of.items()):
        for architecture in run.architectures:
            column = columns.setdefault((run.python, run.extras, architecture), [])
            assert column[-1:] != [run.key]
            column.append(run.key)
            releases = [
                cell.scikit_learn
                for cell in sorted(of)
                if (cell.python, cell.extras, cell.architecture)
                == (run.python, run.extras, architecture)
            ]
            start = releases.index(run.releases[0])
            assert tuple(releases[start : start + len(run.releases)]) == run.releases


def test_a_run_for_a_person() -> None:
    of = {
        Cell("3.11", release, architecture): "needs glibc" if release == "1.8.0" else "built"
        for release in ("1.6.0", "1.6.1", "1.8.0")
        for architecture in Architecture
        if (release, architecture) != ("1.6.1", Architecture.ARM64)
    }
    runs = draw_together(of.items())
    assert [(run.span, " ".join(run.architectures), run.key) for run in runs] == [
        ("1.6.0", "arm64", "built"),
        ("1.6.0-1.6.1", "x86_64", "built"),
        ("1.8.0", "x86_64 arm64", "needs glibc"),
    ]


def test_nothing_makes_no_run() -> None:
    assert draw_together([]) == ()
