"""Equal failures of many cells."""

from types import SimpleNamespace

import pytest
import typer

from layerfactory.cli.common import finish
from layerfactory.cli.stages import State
from layerfactory.console import Console
from layerfactory.errors import BuildError, VerifyError


def unbuilt(number):
    cell = f"py3.12-sklearn1.9.{number}-x86_64"
    error = BuildError(f"{cell}: is not there", f"Build it: layerfactory build --only '{cell}'")
    return SimpleNamespace(plan=SimpleNamespace(cell=cell), error=error, state=State.FAILED)


@pytest.fixture(autouse=True)
def typed(monkeypatch):
    words = ["layerfactory", "publish", "--only", "py3.12-*", "--region", "eu"]
    monkeypatch.setattr("sys.argv", words)


def told(outcomes, capsys, code):
    with pytest.raises(typer.Exit) as ended:
        finish(Console(), outcomes)
    assert ended.value.exit_code == code
    return capsys.readouterr().err.splitlines()


def test_one_reason_of_many_cells_is_told_once_with_what_mends_them_all(capsys):
    other = unbuilt(99)
    other.error = VerifyError("something else", "Look.")
    fine = SimpleNamespace(plan=None, error=None, state=State.BUILT)
    left_out = SimpleNamespace(plan=None, error=None, state=State.UNSUPPORTED)
    lines = told([fine, *map(unbuilt, range(9)), other, left_out], capsys, 4)
    assert lines == [
        "error: 9 of 11 cells: is not there",
        "  -> Build them: layerfactory build --only 'py3.12-*'",
        "error: py3.12-sklearn1.9.99-x86_64: something else",
        "  -> Look.",
    ]


def test_a_few_are_told_one_by_one(capsys):
    lines = told([unbuilt(1), unbuilt(2)], capsys, 4)
    assert lines[2:] == [
        "error: py3.12-sklearn1.9.2-x86_64: is not there",
        "  -> Build it: layerfactory build --only 'py3.12-sklearn1.9.2-x86_64'",
    ]
