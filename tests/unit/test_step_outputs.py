import pytest

from layerfactory.console import Console
from layerfactory.errors import MatrixError


def test_values_for_later_steps(tmp_path, monkeypatch):
    monkeypatch.setenv("GITHUB_OUTPUT", str(tmp_path / "outputs"))
    Console().step_outputs({"build": "{}", "work": "true"})
    Console().step_outputs({"more": "1"})
    assert (tmp_path / "outputs").read_text() == "build={}\nwork=true\nmore=1\n"


@pytest.mark.parametrize(
    ("value", "message"),
    [(None, "is not set"), ("", "is not set"), ("none/outputs", "none/outputs: cannot be written")],
)
def test_outside_of_a_step(tmp_path, monkeypatch, value, message):
    monkeypatch.delenv("GITHUB_OUTPUT", raising=False)
    if value is not None:
        monkeypatch.setenv("GITHUB_OUTPUT", value)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(MatrixError, match=message) as caught:
        Console().step_outputs({"work": "true"})
    assert "--json" in caught.value.remedy


def test_a_result_that_cannot_be_kept_is_told(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    Console(result=tmp_path / "file" / "result.json").json({"a": 1})
    assert "the result cannot be written" in capsys.readouterr().err
