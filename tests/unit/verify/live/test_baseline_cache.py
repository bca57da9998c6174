"""Baselines are kept whole, and believed only whole."""

import json

import pytest

from layerfactory.verify.baseline import baseline_path, load_baseline, store_baseline
from layerfactory.verify.observed import Observed

SEEN = Observed(
    python="3.13.0",
    isolation=("read-only", "no network"),
    checks={"estimators": {"Lasso": "ok"}},
    versions={"numpy": "2.5.3"},
    outputs={"Lasso": {"predict": [[60], [0.1, 1e300, -0.0]]}},
    compiled=("numpy/__init__.py",),
    seconds=9.5,
)


@pytest.fixture
def path(tmp_path):
    path = baseline_path(tmp_path / "cache", "lock", "place", "probe")
    store_baseline(path, SEEN)
    return path


def test_what_was_kept_comes_back(path):
    assert load_baseline(path) == SEEN


def test_nothing_else_is_left_beside_it(path):
    assert list(path.parent.iterdir()) == [path]


def test_where_nothing_was_kept(tmp_path):
    assert load_baseline(tmp_path / "nothing.json") is None


def test_each_part_of_the_key_tells(tmp_path):
    keys = [("a", "b", "c"), ("x", "b", "c"), ("a", "x", "c"), ("a", "b", "x"), ("ab", "", "c")]
    assert len({baseline_path(tmp_path, *key) for key in keys}) == len(keys)


@pytest.mark.parametrize("content", [b"", b"\xff", b"[]", b"null", b"{}", b'{"sha256": 1}'])
def test_one_that_is_no_baseline(path, content):
    path.write_bytes(content)
    assert load_baseline(path) is None


def test_one_that_was_cut_short(path):
    path.write_bytes(path.read_bytes()[:-40])
    assert load_baseline(path) is None


def test_one_in_which_a_verdict_was_changed(path):
    path.write_text(path.read_text().replace('"ok"', '"no"'))
    assert load_baseline(path) is None


def test_one_of_another_format(path):
    kept = json.loads(path.read_text())
    kept["observed"]["format"] = 0
    path.write_text(json.dumps(kept))
    assert load_baseline(path) is None
