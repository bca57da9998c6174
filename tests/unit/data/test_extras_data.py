from __future__ import annotations

import re

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from layerfactory.data.extras import Extra, extras, included
from layerfactory.data.runtimes import Architecture, runtimes
from layerfactory.matrix.cell import Cell


@pytest.mark.parametrize("extra", extras().values(), ids=extras())
def test_an_extra_says_what_it_needs_and_how_it_is_proven(extra: Extra) -> None:
    assert canonicalize_name(extra.name) == extra.name
    # A number would read as part of a version in a layer's name, `arm64` as its architecture.
    assert extra.name[0].isalpha()
    assert extra.name != Architecture.ARM64
    assert extra.name in {canonicalize_name(Requirement(text).name) for text in extra.requires}
    assert re.fullmatch(r"[a-z_][a-z0-9_]*", extra.module)
    assert extra.step
    assert extra.why.endswith(".")


def test_what_every_layer_has_is_no_extra() -> None:
    assert included() >= {"scikit-learn", "numpy", "scipy"}
    assert not included() & extras().keys()


def test_a_layer_with_every_extra_has_a_name_that_lambda_takes() -> None:
    newest = list(runtimes())[-1]
    cell = Cell(newest, "99.99.99.post99", Architecture.ARM64, tuple(extras()))
    assert re.fullmatch(r"[a-zA-Z0-9_-]{1,140}", cell.layer_name)


def test_pandas_brings_time_zones_where_python_reads_them() -> None:
    (zones,) = (Requirement(text) for text in extras()["pandas"].requires if "tzdata" in text)
    assert zones.marker is not None
    assert [zones.marker.evaluate({"python_version": python}) for python in ("3.8", "3.9")] == [
        False,
        True,
    ]
