"""An earlier verdict counts only where verifying again could find nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from synthetic_layers import make_layer, make_report

from layerfactory.matrix.cell import Cell
from layerfactory.verify import standing
from layerfactory.verify.findings import Finding, ProbeState
from layerfactory.verify.standing import checks_sha256, still_stands


@pytest.fixture
def layer(tmp_path):
    return make_layer(tmp_path, Cell("3.12", "1.9.1"))


def test_the_same_zip_by_the_same_checks(layer):
    assert still_stands(make_report(layer), layer)


def test_another_zip(layer):
    assert not still_stands(make_report(layer, sha256="f" * 64), layer)


def test_other_checks(layer):
    assert not still_stands(make_report(layer, checks_sha256="f" * 64), layer)


def test_another_lock(layer):
    other = replace(layer, manifest=replace(layer.manifest, lock_sha256="9" * 64))
    assert not still_stands(make_report(layer), other)


def test_what_was_found_is_looked_at_again(layer):
    assert not still_stands(make_report(layer, Finding("elf", "x.so", "needs more")), layer)


@pytest.mark.parametrize("state", [ProbeState.NOT_PROBED, ProbeState.FAILED])
def test_what_was_not_proven_is_tried_again(layer, state):
    assert not still_stands(make_report(layer, state=state), layer)


def test_every_room_that_a_verdict_comes_out_of_counts(monkeypatch):
    seen = {checks_sha256("0" * 64)}
    for index in range(len(standing._CODE)):
        rest = standing._CODE[:index] + standing._CODE[index + 1 :]
        with monkeypatch.context() as patch:
            patch.setattr(standing, "_CODE", rest)
            standing._code_sha256.cache_clear()
            seen.add(checks_sha256("0" * 64))
    standing._code_sha256.cache_clear()
    assert len(seen) == 1 + len(standing._CODE)
