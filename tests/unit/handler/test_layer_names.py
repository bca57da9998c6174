"""The layers that the handler names in its messages are those that were made."""

import platform
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from scikit_learn_lambda import layers

from layerfactory.data.runtimes import Architecture
from layerfactory.matrix.load import load_matrix
from layerfactory.verify.records.files import read_records

ROOT = Path(__file__).parents[3]
# Those of the matrix, and those that another matrix has: somebody hosts each.
CELLS = sorted(
    {plan.cell for plan in load_matrix(ROOT / "matrix.yaml").cells}
    | {record.cell for record in read_records(ROOT / "records")}
)
NAMES = {cell.layer_name for cell in CELLS}
PYTHONS = sorted({int(cell.python.partition(".")[2]) for cell in CELLS})


@pytest.mark.parametrize("architecture", list(Architecture))
@pytest.mark.parametrize("python", [*PYTHONS, max(PYTHONS) + 1])
def test_there_is_such_a_layer(monkeypatch, architecture, python):
    monkeypatch.setattr(platform, "machine", lambda: architecture.machine)
    monkeypatch.setattr(layers, "sys", SimpleNamespace(version_info=(3, python)))
    cells = [cell for cell in CELLS if cell.architecture is architecture and not cell.extras]
    for release in {cell.scikit_learn for cell in cells}:
        name = layers.layer_name(release)
        assert name in NAMES
        own = f"python-3-{python}-"
        if any(cell.layer_name.startswith(own) for cell in cells if cell.scikit_learn == release):
            assert name.startswith(own)  # this Python's, wherever it has one


def test_variants_and_what_there_is_none_of(monkeypatch):
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(layers, "sys", SimpleNamespace(version_info=sys.version_info[:1] + (12,)))
    assert layers.layer_name("1.9.1", "pandas") == "python-3-12-scikit-learn-1-9-1-pandas"
    assert layers.layer_name("0.21.3") is None
    monkeypatch.setattr(platform, "machine", lambda: "aarch64")
    assert layers.layer_name("1.9.1", "pandas") == "python-3-12-scikit-learn-1-9-1-pandas-arm64"
    assert layers.layer_name("0.23.1") is None
