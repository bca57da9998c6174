"""What the pages for readers say is so: commands, targets, messages, links."""

import re
import shlex

import pytest
import typer
from pages import DOCS, ROOT, in_menu, pages
from scikit_learn_lambda.__main__ import parser

from layerfactory.cli.app import app
from layerfactory.matrix.load import load_matrix

PAGES = pages()
COMMANDS = sorted({(call, page.name) for page in PAGES for call in page.commands("layerfactory")})
# A verb alone, in the text, is its name.
TYPED = [(call, page) for call, page in COMMANDS if "[" not in call and call.count(" ") > 1]
TOOL = re.compile(r"python[0-9.]* -m scikit_learn_lambda")
USAGE = typer.BadParameter.__mro__[1]
"""What every wrong word raises; typer has no name of its own for it."""


def read(call):
    """Let the command line read a call; nothing of it is done."""
    group = typer.main.get_command(app)
    words = shlex.split(call, comments=True)[1:]
    try:
        with group.make_context("layerfactory", list(words)) as context:
            name, verb, rest = group.resolve_command(context, list(words))
            verb.make_context(name, rest, parent=context)
    except typer.Exit:
        return  # --help and --version


def test_there_are_commands():
    assert len(COMMANDS) > 60


@pytest.mark.parametrize(("call", "page"), TYPED)
def test_the_command_line_takes_what_is_typed(call, page):
    read(call)


@pytest.mark.parametrize("words", ["plann", "plan --onli x", "arn", "build --builder none"])
def test_a_wrong_command_would_be_seen(words):
    with pytest.raises(USAGE):
        read(f"layerfactory {words}")


def test_commands_with_brackets_are_those_of_the_generated_page():
    bracketed = {page for call, page in COMMANDS if "[" in call}
    assert bracketed <= {"docs/cli.md"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_targets_of_make_exist(page):
    makefile = (ROOT / "Makefile").read_text()
    typed = [match for code in (*page.typed(), *page.inline()) for match in calls_of_make(code)]
    assert [name for name in typed if f"\n{name}:" not in makefile] == []


def calls_of_make(code):
    return re.findall(r"(?:^|&& |sudo (?:\S+ )?)make ([a-z][a-z0-9-]*)", code)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_handlers_tools_take_what_is_typed(page):
    calls = [code for code in (*page.typed(), *page.inline()) if TOOL.match(code)]
    for call in calls:
        words = shlex.split(TOOL.sub("", call), comments=True)
        if words and words[1:] and "…" not in call:
            parser().parse_args(words)


def test_every_page_is_in_the_menu():
    there = {path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md")}
    menu = in_menu()
    assert len(menu) == len(set(menu))
    assert there <= set(menu)
    outside = set(menu) - there
    assert [name for name in outside if not (ROOT / name).is_file()] == []


def test_every_verb_is_on_the_page_of_the_command_line():
    verbs = typer.main.get_command(app).commands
    page = (DOCS / "cli.md").read_text()
    assert len(verbs) > 10
    assert [verb for verb in verbs if f"## `layerfactory {verb}`\n" not in page] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_files(page):
    links = re.findall(r"\]\((?!https?:|#)([^)\s#]+)", page.text)
    folder = (ROOT / page.name).parent
    assert [link for link in links if not (folder / link).exists()] == []


def test_examples_of_a_matrix_are_good(tmp_path):
    blocks = [block for page in PAGES for block in page.fenced("yaml") if "\ncells:" in block]
    assert len(blocks) >= 2
    for number, block in enumerate(blocks):
        path = tmp_path / f"{number}.yaml"
        path.write_text(block)
        assert load_matrix(path).cells


def messages():
    """What the tables of troubleshooting quote of our own messages, in pieces between ``…``."""
    page = (DOCS / "troubleshooting.md").read_text()
    rows = re.findall(r"^\| `([^`]+)` \|", page, re.MULTILINE)
    pieces = [piece.strip(" .:") for row in rows for piece in row.split("…")]
    return sorted({piece for piece in pieces if piece and piece != "AccessDenied"})


@pytest.mark.parametrize("message", messages())
def test_messages_of_ours_are_as_the_code_has_them(message, source):
    assert message in source


@pytest.fixture(scope="module")
def source():
    """Of all our code, with strings that are split over lines joined."""
    folders = (ROOT / "layerfactory", ROOT / "handler/scikit_learn_lambda")
    text = "".join(path.read_text() for folder in folders for path in folder.rglob("*.py"))
    return re.sub(r'"\s*\n\s*f?"', "", text)


@pytest.mark.parametrize(
    "heading",
    [
        "_multiarray_umath",
        "ELF load command",
        "GLIBC_2.28 not found",
        "250 MB",
        "Unable to import module",
        "GetLayerVersion is not authorized",
        "joblib will operate in serial mode",
        "413",
    ],
)
def test_what_people_see_has_cause_and_remedy(heading):
    page = (DOCS / "troubleshooting.md").read_text()
    section = page.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    assert [word for word in ("**Cause.**", "**Mend it.**") if word not in section] == []
