"""What the quickstart types is what the programs take."""

import re
import shlex
from pathlib import Path

import pytest
from scikit_learn_lambda.__main__ import EXAMPLES, parser
from typer.testing import CliRunner

from layerfactory.cli.app import app

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/quickstart.md").read_text(encoding="utf-8").replace("\\\n", " ")
CALL = re.compile(r"python[0-9.]* -m scikit_learn_lambda ([^`\n]+)")
TEMPLATES = sorted(
    [*(ROOT / "handler").glob("serverless*.yaml"), *(ROOT / "handler/examples").glob("*.*")]
)
ARN = "arn:aws:lambda:us-west-2:123456789012:layer:python-3-13-scikit-learn-1-9-1:1"
CALLS = [
    *CALL.findall(PAGE),
    *(CALL.match(example)[1] for example in EXAMPLES.values()),
    *(call for path in TEMPLATES for call in CALL.findall(path.read_text()) if "#" not in call),
]


@pytest.mark.parametrize("call", CALLS)
def test_the_tools_take_what_is_typed(call):
    assert parser().parse_args(shlex.split(call)).verb == call.split()[0]


def test_every_verb_is_shown():
    verbs = {call.split()[0] for call in CALL.findall(PAGE)}
    assert verbs == set(EXAMPLES)


def test_targets_of_make_exist():
    targets = re.findall(r"^\$ .*?\bmake (\S+)", PAGE, re.MULTILINE)
    makefile = (ROOT / "Makefile").read_text()
    assert {"endpoint", "setup"} <= set(targets)
    assert [name for name in targets if f"\n{name}:" not in makefile] == []


def test_the_endpoint_has_the_models_own_layer_unless_a_cell_is_named():
    makefile = (ROOT / "Makefile").read_text()
    assert re.findall(r"^CELL *[?:]?=(.*)$", makefile, re.MULTILINE) == [""]


def test_links_lead_somewhere():
    links = re.findall(r"\]\((?!https?:)([^)#]+)", PAGE)
    assert links
    assert [link for link in links if not (ROOT / "docs" / link).exists()] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_agree_on_what_they_deploy(path):
    text = path.read_text()
    assert "scikit_learn_lambda.handler" in text
    assert "SKLEARN_MODEL_PATH" in text
    # A fresh layer's own Python, in the runtime and in the command for the ARN.
    assert "python3.13" in text
    assert "layerfactory arn --python 3.13 --scikit-learn 1.9.1 --region us-west-2" in text
    assert "cd handler" in text


@pytest.fixture
def checkout(tmp_path):
    """What somebody has for whom the layer was published."""
    row = f"3.13,1.9.1,us-west-2,{ARN}"
    text = f"Python version,scikit-learn version,region,arn\n{row}\n"
    (tmp_path / "layers.csv").write_text(text)
    (tmp_path / "handler").mkdir()
    return tmp_path


def commands(page):
    """Each call of ``arn`` on a page, with the folder that the lines before it went to."""
    folder = Path()
    for line in page.splitlines():
        for step in re.findall(r"(?:^[$#] +|&& )cd (\S+)", line):
            folder = Path() if step in ("..", "layerfactory") else folder / step
        for call in re.findall(r"layerfactory (arn --[^)\n`]+ --region[^)\n`]+)", line):
            yield folder, call


@pytest.mark.parametrize("page", [PAGE, *(path.read_text() for path in TEMPLATES)])
def test_each_documented_arn_is_found_where_it_is_asked_for(page, checkout, monkeypatch):
    found = list(commands(page))
    assert found
    for folder, call in found:
        monkeypatch.chdir(checkout / folder)
        result = CliRunner().invoke(app, shlex.split(call))
        assert (result.exit_code, result.stdout) == (0, f"{ARN}\n"), (folder, call)


@pytest.mark.parametrize("page", [PAGE, *(path.read_text() for path in TEMPLATES)])
def test_nothing_is_deployed_where_no_layer_was_found(page):
    lines = [line for line in page.splitlines() if "$(layerfactory arn" in line]
    assert [line for line in lines if not re.search(r" layer=\$\(.*\) &&", line)] == []
