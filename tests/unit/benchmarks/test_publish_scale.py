"""The benchmark of publishing at scale: its cells, its simulator's state, its figures."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from dataclasses import replace

import publish_scale
import pytest
from running import Run
from scale_aws import State, Version, older
from scale_figures import Calls, Measured, ScaleFigures, Size, markdown, sum_calls

from layerfactory.data.regions import regions

DIGEST = hashlib.sha256(b"zip").digest()
NEWEST = Version(
    base64.b64encode(DIGEST).decode(),
    3,
    {"Description": f"scikit-learn 1.9.1 sha256:{DIGEST.hex()} {DIGEST.hex()[:12]}"},
    ({"Sid": "public"},),
)


def test_as_many_cells_as_asked_for_and_a_new_scikit_learn_for_each_kind():
    cells = publish_scale.cells(240)
    assert len({cell.layer_name for cell in cells}) == 250
    assert {cell.scikit_learn for cell in cells[240:]} == {"2.0.0"}
    assert "2.0.0" not in {cell.scikit_learn for cell in cells[:240]}


def test_regions_that_every_account_has_come_first():
    assert len(publish_scale._regions(Size(1, 34, 1))) == 34
    some = publish_scale._regions(Size(1, 17, 1))
    assert not any(regions()[name].opt_in for name in some)


def test_an_older_version_tells_of_other_bytes_wherever_it_tells_of_them():
    old = older(NEWEST, 1)
    digest = base64.b64decode(old.code_sha256)
    assert old.code_sha256 != NEWEST.code_sha256
    said = f"scikit-learn 1.9.1 sha256:{digest.hex()} {digest.hex()[:12]}"
    assert old.facts == {"Description": said}
    assert old.statements == NEWEST.statements


def test_a_state_spreads_what_one_region_has():
    state = State({"one": {"a": [NEWEST], "b": [NEWEST]}})
    state.spread("one", ["two", "three"], ["a"], 3)
    assert {region: list(layers) for region, layers in state.layers.items()} == {
        "two": ["a"],
        "three": ["a"],
    }
    versions = state.layers["two"]["a"]
    assert versions[-1] == NEWEST
    assert len({version.code_sha256 for version in versions}) == 3
    state.spread("one", ["two"], ["a", "b"], 1)
    assert state.layers == {"two": {"a": [NEWEST], "b": [NEWEST]}}


def test_calls_add_up_and_the_busiest_region_counts():
    counts = {
        "one": Counter(ListLayers=3, GetCallerIdentity=9),
        "two": Counter(ListLayers=3, GetLayerVersion=2),
    }
    calls = sum_calls(counts)
    assert calls.by_kind == {"GetCallerIdentity": 9, "GetLayerVersion": 2, "ListLayers": 6}
    assert (calls.total, calls.busiest_region) == (17, 5)
    assert calls.paced_seconds == pytest.approx(1 / 3)
    assert sum_calls({}).busiest_region == 0


RUN = Run(seconds=12.0, cpu_seconds=9.0, peak_bytes=200_000_000, finished=())
UNCHANGED = Measured(Size(240, 34, 5), Calls({"ListLayers": 170}, 245), RUN)
FIGURES = ScaleFigures(
    unchanged=UNCHANGED,
    released=replace(UNCHANGED, size=Size(240, 34, 5, new=10)),
    naive=Calls({"GetLayerVersion": 1200}, 2450),
    by_layers=(UNCHANGED,),
    by_versions=(UNCHANGED,),
    by_regions=(UNCHANGED,),
)


def test_the_ratio_is_of_calls_in_a_region():
    assert FIGURES.ratio == pytest.approx(0.1)
    assert FIGURES.to_json()["ratio"] == pytest.approx(0.1)


def test_the_tables_tell_calls_seconds_and_memory():
    text = markdown(FIGURES, "where and when")
    assert "| nothing to do | 240 | 34 | 5 | 170 | 245 | 16.3 | 12.0 | 200 |" in text
    assert "| a release | 240 and 10 new | 34 |" in text
    assert "takes 2,450 calls a region (163 s" in text
    assert text.endswith("\n\nwhere and when\n")


def test_help_names_every_option(capsys):
    with pytest.raises(SystemExit) as stop:
        publish_scale.main(["--help"])
    assert stop.value.code == 0
    said = capsys.readouterr().out
    assert all(option in said for option in ("--layers", "--regions", "--versions", "--json"))
