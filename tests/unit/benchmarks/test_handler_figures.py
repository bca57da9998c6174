"""The tables and plots of the handlers."""

import json
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest
from handler_figures import (
    OURS,
    PACKAGE,
    S3,
    THEIRS,
    Beside,
    HandlerFigures,
    Series,
    markdown,
    milliseconds,
    ratio,
    seconds,
)
from handler_plot import BARS, draw

BESIDE = Beside(
    many_rows={THEIRS: (0.4, 0.5, 0.6), OURS: (0.2, 0.25, 0.2)},
    own={THEIRS: 0.00003, OURS: 0.00009},
    handler_import=(0.02, 0.03, 0.04),
    bare_cold=(1.9, 2.0, 2.1),
    bare_peak_bytes=109_000_000,
)


def series(handler, units, source, cold, warm):
    return Series(handler, units, units * 10_000, source, cold, warm, 150_000_000)


@pytest.fixture
def figures():
    made = [
        series(handler, units, source, (cold, cold + 1, cold + 2), (0.003, 0.004, 0.005))
        for units in (100, 900)
        for source in (PACKAGE, S3)
        for handler, cold in ((THEIRS, 10.0), (OURS, 2.0))
    ]
    return HandlerFigures("py3.13-sklearn1.9.1-x86_64", "a place", tuple(made), BESIDE)


def test_ratios_are_of_medians():
    assert ratio((1.0, 2.0, 9.0), (0.5, 1.0, 1.5)) == 0.5


def test_all_aims_met(figures):
    assert set(figures.aims().values()) == {True}
    assert "not met" not in markdown(figures, "Machine: x.")


@pytest.mark.parametrize(
    ("aim", "change"),
    [
        ("cold", {"cold": (4.0,)}),
        ("warm", {"warm": (0.0041,)}),
    ],
)
def test_one_size_that_misses_is_a_miss(figures, aim, change):
    *others, last = figures.series
    assert last.handler == OURS
    missed = replace(figures, series=(*others, replace(last, **change)))
    assert [name for name, met in missed.aims().items() if not met] == [aim]
    assert markdown(missed, "").count("not met") == 1


@pytest.mark.parametrize(
    ("aim", "change"),
    [
        ("many_rows", {"many_rows": {THEIRS: (0.4,), OURS: (0.21,)}}),
        ("own", {"own": {THEIRS: 0.0, OURS: 0.00011}}),
    ],
)
def test_what_is_beside_can_miss_too(figures, aim, change):
    missed = replace(figures, beside=replace(BESIDE, **change))
    assert [name for name, met in missed.aims().items() if not met] == [aim]
    assert markdown(missed, "").count("not met") == 1


def test_the_table(figures):
    lines = markdown(figures, "Machine: x.").splitlines()
    cold = "| 100, 1.00 MB | package | cold, s | 11.00 (10.00-12.00) | 3.00 (2.00-4.00) | 0.27 |"
    assert f"{cold} a third | met |" in lines
    warm = "|  |  | warm, ms | 4.00 (3.00-5.00) | 4.00 (3.00-5.00) | 1.00 | no slower | met |"
    assert lines.count(warm) == 4
    assert "| own time for one row, CPU ms | 0.030 | 0.090 | 0.1 | met |" in lines
    assert lines[-1] == "Machine: x."
    columns = {line.count("|") for line in lines if line.startswith("|")}
    assert columns == {9, 6}


def test_plain_values(figures):
    told = json.loads(json.dumps(figures.to_json()))
    assert len(told["series"]) == 8
    assert told["aims"]["cold"] is True


def test_the_plot_has_a_bar_for_each_median(figures):
    root = ET.fromstring(draw(figures, "Cold start, s", lambda of: of.cold, seconds))
    space = "{http://www.w3.org/2000/svg}"
    heights = [
        float(each.attrib["height"])
        for each in root.iter(f"{space}rect")
        if "leaf" in each.attrib["class"]
    ]
    assert len(heights) == 2 * len(BARS)
    assert max(heights) / min(heights) == pytest.approx(11 / 3, rel=0.01)
    words = [each.text for each in root.iter(f"{space}text")]
    assert words.count("11.00") == 4
    assert "3 x 900: 9.00 MB" in words


def test_a_bar_that_was_not_measured_is_left_out(figures):
    some = replace(figures, series=tuple(of for of in figures.series if of.source == PACKAGE))
    svg = draw(some, "Warm, ms", lambda of: of.warm, milliseconds)
    assert svg.count('class="leaf') == 4
