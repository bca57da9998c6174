import shutil

import one_cell
import pytest
import recipe_2020

from layerfactory.errors import BuildError


def test_help_names_every_option(capsys):
    with pytest.raises(SystemExit) as stop:
        one_cell.main(["--help"])
    assert stop.value.code == 0
    said = capsys.readouterr().out
    assert all(option in said for option in ("--cell", "--runs", "--json", "--markdown"))


@pytest.mark.parametrize("runs", ["0", "-1", "two"])
def test_runs_must_be_positive(runs, capsys):
    with pytest.raises(SystemExit) as stop:
        one_cell.main(["--runs", runs])
    assert stop.value.code == 2
    assert "--runs" in capsys.readouterr().err


def test_missing_tools_are_named_with_their_packages(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda tool: None)
    with pytest.raises(BuildError) as refusal:
        recipe_2020.require_tools()
    assert "strip and zip" in refusal.value.message
    assert "binutils and zip" in refusal.value.remedy


def test_tools_at_hand(monkeypatch):
    asked = []
    monkeypatch.setattr(shutil, "which", lambda tool: asked.append(tool) or f"/usr/bin/{tool}")
    recipe_2020.require_tools()
    assert asked == ["strip", "zip"]
