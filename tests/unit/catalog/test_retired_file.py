"""retired.yaml: every fault at once with its place; a change leaves all else as it stands."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from catalog_samples import CELLS, DAYS, REASONS, sha_of
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from layerfactory.catalog.retired_file import plan_change, read_retired
from layerfactory.catalog.retired_form import json_schema_text
from layerfactory.catalog.retirement import Retirement, Retirements, faults
from layerfactory.errors import CatalogError, MatrixError
from layerfactory.matrix.cell import Cell

ROOT = Path(__file__).resolve().parents[3]
SHA = sha_of("a zip")
OLD, NEW = Cell("3.7", "0.23.1"), Cell("3.12", "1.9.1")
DAY = date(2026, 11, 23)
TEXT = f"""\
# Ours.
version: 1  # of the form

retired:
  # Python 3.7 is over.
  - cell: py3.7-sklearn0.23.1-x86_64
    date: 2026-11-23
    successor: py3.12-sklearn1.9.1-x86_64   # needs a new pickle
    reason: Lambda deprecates Python 3.7

  # A zip, not the cell.
  - cell: "py3.12-sklearn1.9.1-x86_64"
    sha256: {SHA}
    date: "2026-11-24"
    successor: py3.12-sklearn1.9.1-x86_64
    reason: >
      CVE-2026-0001
      in its numpy
# The end.
"""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "retired.yaml"


def test_it_is_read(path):
    path.write_text(TEXT)
    assert read_retired(path).entries == (
        Retirement(OLD, DAY, "Lambda deprecates Python 3.7", NEW),
        Retirement(NEW, date(2026, 11, 24), "CVE-2026-0001 in its numpy", NEW, SHA),
    )


@pytest.mark.parametrize(
    "text", ["version: 1\n", "version: 1\nretired:\n", "version: 1\nretired: []"]
)
def test_nothing_is_retired(path, text):
    path.write_text(text)
    assert read_retired(path) == Retirements()


def test_a_reason_is_no_book(path):
    cell = "cell: py3.7-sklearn0.23.1-x86_64, date: 2026-11-23"
    entry = f"version: 1\nretired:\n  - {{{{{cell}, reason: {{}}}}}}\n"
    path.write_text(entry.format("x" * 300))
    assert read_retired(path) != Retirements()
    path.write_text(entry.format("x" * 301))
    with pytest.raises(MatrixError, match="has 301 characters; 300 are the most"):
        read_retired(path)


def test_no_file_retires_nothing(path):
    assert read_retired(path) == Retirements()


def test_every_fault_at_once_with_its_place(path):
    path.write_text("""\
version: 2
retired:
  - cell: py3.7-sklearn0.23.1
    date: tomorrow
    successor: [one, two]
    reason: ""
  - {cell: py3.7-sklearn0.23.1-x86_64, date: 2026-02-30, raeson: old}
  - sha256: abc
retried: []
""")
    with pytest.raises(MatrixError) as caught:
        read_retired(path)
    places = [line.removeprefix(f"{path}:") for line in caught.value.message.splitlines()]
    assert places == [
        "1: version: must be 1, the only version there is",
        f"3: retired[0].cell: 'py3.7-sklearn0.23.1' is not the identifier of a cell; {LIKE}",
        "4: retired[0].date: 'tomorrow' is not a day; write it like 2026-11-23",
        "5: retired[0].successor: must be the identifier of a cell",
        "6: retired[0].reason: must be one line of text",
        "7: retired[1].date: '2026-02-30' is not a day; write it like 2026-11-23",
        "7: retired[1].raeson: there is no such key; did you mean reason?",
        "7: retired[1].reason: is missing",
        "8: retired[2].cell: is missing",
        "8: retired[2].date: is missing",
        "8: retired[2].reason: is missing",
        "8: retired[2].sha256: 'abc' is not a sha256 of 64 hexadecimal digits",
        "9: retried: there is no such key; did you mean retired?",
    ]


LIKE = "write it like py3.12-sklearn1.9.1-x86_64"
ENTRY = "  - {{cell: {0}, date: 2026-11-23, successor: {1}, reason: old}}\n"
PANDAS, ARM = "py3.12-sklearn1.9.1-pandas-x86_64", "py3.12-sklearn1.9.1-arm64"


@pytest.mark.parametrize(
    ("pairs", "told"),
    [
        ([(OLD, OLD)], "retired[0].successor: a cell that is retired whole is not its own"),
        ([(OLD, ARM)], f"retired[0].successor: {ARM} is not for x86_64, as {OLD} is"),
        ([(PANDAS, NEW)], f"retired[0].successor: {NEW} is without pandas, which {PANDAS} carries"),
        ([(OLD, NEW), (OLD, NEW)], f"retired[1].cell: {OLD} stands in retired[0] already"),
        (
            [(OLD, NEW), (NEW, OLD)],
            f"retired[0].successor: {NEW} is retired itself, and leads to no",
        ),
        (
            [(OLD, NEW), (NEW, "")],
            f"retired[0].successor: {NEW} is retired itself, and leads to no",
        ),
    ],
)
def test_what_cannot_be_a_successor(path, pairs, told):
    path.write_text("version: 1\nretired:\n" + "".join(ENTRY.format(*pair) for pair in pairs))
    with pytest.raises(MatrixError) as caught:
        read_retired(path)
    assert told in caught.value.message


def test_of_a_successor_that_is_retired_its_own_is_taken():
    middle = Cell("3.9", "1.6.1")
    chain = [Retirement(OLD, DAY, "old", middle), Retirement(middle, DAY, "old", NEW)]
    retired = Retirements(tuple(chain))
    assert list(faults(chain)) == []
    assert retired.successor(chain[0]) == retired.successor(chain[1]) == NEW


def test_a_variant_may_take_the_place_of_the_default():
    entry = Retirement(NEW, DAY, "old", Cell.parse(PANDAS))
    assert list(faults([entry])) == []


@pytest.mark.parametrize("text", ["retired: [", "- a\n", "", "version: 1\nversion: 1\n", "\x00"])
def test_what_is_no_such_file_is_told_and_stays(path, text):
    path.write_text(text)
    with pytest.raises(MatrixError, match=r"retired\.yaml"):
        read_retired(path)
    with pytest.raises(MatrixError, match=r"retired\.yaml"):
        plan_change(path, add=[Retirement(OLD, DAY, "old")])
    assert path.read_text() == text


def test_the_first_one_makes_the_file(path):
    entry = Retirement(OLD, DAY, 'It is "old": #1', NEW)
    change = plan_change(path, add=[entry])
    assert not path.exists()
    change.write()
    assert read_retired(path).entries == change.retirements.entries == (entry,)
    assert path.read_text().startswith("# yaml-language-server: $schema=docs/retired.schema.json")
    assert path.read_text().endswith("""
retired:
  - cell: py3.7-sklearn0.23.1-x86_64
    date: 2026-11-23
    successor: py3.12-sklearn1.9.1-x86_64
    reason: "It is \\"old\\": #1"
""")


def test_an_entry_goes_behind_the_others_and_comments_stay(path):
    path.write_text(TEXT)
    entry = Retirement(Cell("3.9", "1.6.1"), DAY, "old")
    change = plan_change(path, add=[entry])
    new = '  - cell: py3.9-sklearn1.6.1-x86_64\n    date: 2026-11-23\n    reason: "old"\n'
    assert change.text == TEXT.replace("# The end.\n", f"{new}# The end.\n")
    path.write_text(change.text)
    assert plan_change(path, remove=[entry]).text == TEXT


def test_taking_one_back_takes_its_lines_and_no_comment(path):
    path.write_text(TEXT)
    first, second = read_retired(path).entries
    lines = TEXT.splitlines(keepends=True)
    assert plan_change(path, remove=[first]).text == "".join(lines[:5] + lines[9:])
    assert plan_change(path, remove=[second]).text == "".join(lines[:11] + lines[-1:])
    both = plan_change(path, remove=[first, second])
    assert both.retirements == Retirements()
    assert both.text.count("#") == 5


@pytest.mark.parametrize(
    "text",
    [
        "version: 1",
        "version: 1\nretired:\n# The end.\n",
        "version: 1\nretired: []  # none yet\n# The end.",
        "retired: [ ]\nversion: 1\n",
        "retired: ~\nversion: 1\n",
        "version: 1\nretired:\n- cell: py3.9-sklearn1.6.1-x86_64\n  date: 2026-11-23\n  reason: x",
    ],
)
def test_room_is_made_wherever_there_is_none(path, text):
    path.write_text(text)
    before = read_retired(path).entries
    entry = Retirement(OLD, DAY, "old", NEW)
    change = plan_change(path, add=[entry])
    assert change.retirements.entries == (*before, entry)
    assert change.text.count("#") == text.count("#")


FIRST = f"  - cell: {OLD}\n    date: 2026-11-23\n    reason: first\n"
LAST = "  - cell: py3.9-sklearn1.6.1-x86_64\n    date: 2026-11-23\n    reason: last\n"
HEAD = "version: 1\nretired:\n"


@pytest.mark.parametrize(
    "text",
    [
        (HEAD + FIRST + LAST).replace("\n", "\r\n"),
        (HEAD + FIRST + LAST).replace("\n", "\r"),
        "\ufeff" + HEAD + FIRST + LAST,
        "# a\x85# b\n" + HEAD + FIRST + LAST,
        "# a\u2028# b\u2029\n" + HEAD + FIRST + LAST,
        HEAD + FIRST.replace("  - ", "  -\n    ") + LAST,
        HEAD + FIRST.replace("  - ", "  - # why\n\n    ") + LAST,
        HEAD + FIRST + LAST.replace("  - ", "  -\n    "),
        HEAD + FIRST + LAST.replace("reason: last\n", "reason: >-\n      the\n      last"),
        HEAD + FIRST.replace("reason: first", "reason: |\n      first") + LAST,
        HEAD + f"  - {{cell: {OLD}, date: 2026-11-23,\n     reason: first\n     }}\n" + LAST,
    ],
    ids=["CRLF", "CR", "BOM", "U+0085", "U+2028", "dash", "comment", "last", "open", "|", "flow"],
)
def test_however_it_is_written_each_entry_is_found_and_all_else_stays(path, text):
    path.write_bytes(text.encode())
    before = read_retired(path).entries
    assert len(before) == 2
    entry = Retirement(NEW, DAY, "new")
    plan_change(path, add=[entry]).write()
    assert read_retired(path).entries == (*before, entry)
    added = path.read_bytes().decode()
    assert added.startswith(text)
    assert ("\r\n" in text) == ("\r\n" in added)
    assert added.count("\n") == added.count("\r\n") or "\r\n" not in text
    plan_change(path, remove=before[:1]).write()
    assert read_retired(path).entries == (before[1], entry)
    plan_change(path, remove=[entry]).write()
    lines = text.encode().splitlines()
    assert set(path.read_bytes().splitlines()) < set(lines)
    assert read_retired(path).entries == before[1:]


@pytest.mark.parametrize(
    "text",
    [
        "{version: 1, retired: []}\n",
        "version: 1\n...\n",
        "version: 1\nretired: [\n]\n",
        HEAD.replace("retired:", "retired: !!seq") + FIRST,
    ],
)
def test_a_change_that_would_make_it_faulty_is_left_to_a_person(path, text):
    path.write_text(text)
    with pytest.raises(CatalogError, match="entry by entry"):
        plan_change(path, add=[Retirement(NEW, DAY, "new")])
    assert path.read_text() == text


def test_an_entry_that_another_refers_to_is_left_to_a_person(path):
    first = FIRST.replace("reason: first", "reason: &why first")
    path.write_text(HEAD + first + LAST.replace("reason: last", "reason: *why"))
    (entry, _) = read_retired(path).entries
    with pytest.raises(CatalogError, match="entry by entry"):
        plan_change(path, remove=[entry])


def test_a_retirement_that_cannot_be_is_told_as_such(path):
    path.write_text(HEAD + FIRST)
    with pytest.raises(MatrixError, match="leads to no cell that is not"):
        plan_change(path, add=[Retirement(NEW, DAY, "new", OLD)])


def test_what_only_a_person_can_change_is_told(path):
    text = f"version: 1\nretired: [{{cell: {OLD}, date: 2026-11-23, reason: old}}]\n"
    path.write_text(text)
    (entry,) = read_retired(path).entries
    for wish in ({"add": [Retirement(NEW, DAY, "old")]}, {"remove": [entry]}):
        with pytest.raises(CatalogError, match="entry by entry"):
            plan_change(path, **wish)


ENTRIES = st.lists(
    st.builds(Retirement, CELLS, DAYS, REASONS, st.none(), st.sampled_from(["", SHA])),
    max_size=5,
    unique_by=lambda entry: entry.key,
)


@settings(max_examples=40)
@given(ENTRIES, st.data())
def test_any_of_them_is_written_read_and_taken_back_to_the_byte(tmp_path_factory, entries, data):
    path = tmp_path_factory.getbasetemp() / "property" / "retired.yaml"
    path.unlink(missing_ok=True)
    cut = data.draw(st.integers(0, len(entries)))
    plan_change(path, add=entries[:cut]).write()
    before = content(path)
    plan_change(path, add=entries[cut:]).write()
    assert read_retired(path).entries == tuple(entries)
    assert path.exists() == bool(entries)
    if entries:
        assert list(validator().iter_errors(YAML(typ="safe", pure=True).load(quoted(path)))) == []
    plan_change(path, remove=entries[cut:]).write()
    assert content(path) == before


def content(path):
    """Nothing where there is no file."""
    return path.read_text() if path.exists() else None


def quoted(path):
    """As an editor sees it, which takes a day for text."""
    return path.read_text().replace("date: ", "date: !!str ")


def validator():
    return Draft202012Validator(json.loads(json_schema_text()))


def test_the_committed_schema_is_the_generated_one():
    committed = (ROOT / "docs" / "retired.schema.json").read_text(encoding="utf-8")
    assert committed == json_schema_text(), "run scripts/write_docs.py"


def test_every_key_of_the_schema_is_described():
    schema = json.loads(json_schema_text())
    for properties in (schema["properties"], schema["$defs"]["RetiredEntry"]["properties"]):
        assert [key for key, value in properties.items() if not value.get("description")] == []
