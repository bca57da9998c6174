"""`jobs --sample`: few cells, and enough to try a change with."""

from __future__ import annotations

from dataclasses import dataclass

from layerfactory.cli.jobbing import sampled
from layerfactory.matrix.cell import Cell
from layerfactory.matrix.model import Bytecode, CellPlan


@dataclass(frozen=True)
class Session:
    plans: tuple[CellPlan, ...]


def sample(*names):
    plans = tuple(CellPlan(Cell.parse(name), Bytecode.SOURCELESS, "") for name in names)
    return [str(plan.cell) for plan in sampled(Session(plans)).plans]


def test_it_is_the_newest_of_each_architecture():
    x86, arm = "py3.13-sklearn1.9.1-x86_64", "py3.12-sklearn1.10.0-arm64"
    others = (
        "py3.13-sklearn1.8.0-x86_64",
        "py3.9-sklearn1.6.1-x86_64",
        "py3.12-sklearn1.9.1-arm64",
    )
    assert sample(x86, *others, arm) == sample(*others, arm, x86) == [arm, x86]


def test_a_variant_stands_in_only_where_there_is_no_other():
    variant = "py3.13-sklearn1.9.1-pandas-x86_64"
    assert sample(variant, "py3.12-sklearn1.8.0-x86_64") == ["py3.12-sklearn1.8.0-x86_64"]
    assert sample(variant) == [variant]
