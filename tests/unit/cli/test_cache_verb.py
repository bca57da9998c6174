from __future__ import annotations

import json
import os

import pytest
from typer.testing import CliRunner

from layerfactory.build.cache.folder import VARIABLE, cache_folder
from layerfactory.build.cache.store import Cache
from layerfactory.cli.app import app
from layerfactory.cli.caching import parse_size
from layerfactory.errors import BuildError, MatrixError

KEYS = [f"{number:02}" * 32 for number in range(4)]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A cache: an old part of 1000 bytes, two new ones, and what was squeezed of one."""
    monkeypatch.setenv(VARIABLE, str(tmp_path / "cache"))
    cache = Cache(tmp_path / "cache")
    for key, kind in zip(KEYS, ["parts", "parts", "parts", "squeezed"], strict=True):
        cache.put(kind, key, [bytes(968)])
    os.utime(tmp_path / "cache/parts/00" / KEYS[0], (86_400, 86_400))
    return tmp_path / "cache"


def run(*words):
    return CliRunner().invoke(app, ["cache", *words])


def left(folder):
    return sorted(path.name for path in folder.rglob("?" * 64))


def test_what_there_is(folder):
    done = run("--json")
    assert done.exit_code == 0
    value = json.loads(done.stdout)
    assert (value["verb"], value["folder"], value["pruned"]) == ("cache", str(folder), None)
    parts, squeezed = value["kinds"]
    assert (parts["kind"], parts["entries"], parts["bytes"]) == ("parts", 3, 3000)
    assert parts["used_first"] == "1970-01-02T00:00:00Z" < parts["used_last"]
    assert (squeezed["kind"], squeezed["entries"], squeezed["bytes"]) == ("squeezed", 1, 1000)
    assert left(folder) == KEYS


def test_what_there_is_as_a_table(folder):
    done = run()
    assert done.stdout.startswith(f"{folder}: 4 entries, 0.0 MB\n")
    assert "parts" in done.stdout
    assert "1970-01-02T00:00:00Z" in done.stdout


def test_no_cache_yet(folder, monkeypatch):
    monkeypatch.setenv(VARIABLE, str(folder / "nowhere"))
    done = run()
    assert (done.exit_code, done.stdout) == (0, f"{folder}/nowhere: 0 entries, 0.0 MB\n")
    assert json.loads(run("--prune", "--json").stdout)["pruned"]["entries"] == 0
    assert not (folder / "nowhere").exists()


@pytest.mark.parametrize(
    ("words", "stay"),
    [
        ([], KEYS[1:]),
        (["--older-than", "99999"], KEYS),
        (["--older-than", "99999", "--max-size", "2.5kB"], KEYS[2:]),
        (["--max-size", "4kB"], KEYS[1:]),
        (["--all"], []),
    ],
)
def test_what_goes(folder, words, stay):
    for number, key in enumerate(KEYS[1:]):
        (path,) = folder.rglob(key)
        os.utime(path, (4_000_000_000 + number,) * 2)
    planned = json.loads(run("--prune", *words, "--dry-run", "--json").stdout)
    assert left(folder) == KEYS
    told = run("--prune", *words)
    assert left(folder) == stay
    gone = len(KEYS) - len(stay)
    assert planned["pruned"] == {"entries": gone, "bytes": 1000 * gone, "dry_run": True}
    assert f"dropped {gone} entries, 0.0 MB" in told.stdout


def test_a_dry_run_shows_what_there_is_now(folder):
    lines = run("--prune", "--all", "--dry-run").stdout.splitlines()
    assert lines[0] == f"{folder}: 4 entries, 0.0 MB"
    assert lines[-1] == "would drop 4 entries, 0.0 MB"
    assert run("--prune", "--all").stdout.splitlines()[0] == f"{folder}: 0 entries, 0.0 MB"


@pytest.mark.parametrize(
    "words", [["--all"], ["--dry-run"], ["--older-than", "3"], ["--max-size", "5GB"]]
)
def test_pruning_is_asked_for_by_name(folder, words):
    done = run(*words)
    assert done.exit_code == 2
    assert "-> Add --prune." in done.stderr
    assert left(folder) == KEYS


def test_a_size_that_is_none(folder):
    done = run("--prune", "--max-size", "much")
    assert done.exit_code == 2
    assert "error: --max-size much: is no size\n  -> Write it as 500MB, 5GB or 5GiB." in done.stderr
    assert left(folder) == KEYS


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("0", 0),
        ("17", 17),
        ("17B", 17),
        ("500MB", 500_000_000),
        ("5GB", 5_000_000_000),
        ("5GiB", 5 << 30),
        ("1.5 kib", 1536),
        ("2t", 2_000_000_000_000),
    ],
)
def test_sizes(text, size):
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "B2", "-1", "1,5GB", "5 G B", "5XB", "nan", "1e9", "5GBs"])
def test_what_is_no_size(text):
    with pytest.raises(MatrixError, match="is no size"):
        parse_size(text)


def test_a_home_of_nobody_is_told():
    with pytest.raises(BuildError, match="is no folder for the cache"):
        cache_folder({"LAYERFACTORY_CACHE_DIR": "~nobody-of-that-name/cache"})


@pytest.mark.parametrize("text", ["", "9" * 400 + "GB"])
def test_sizes_that_are_none(text):
    with pytest.raises(MatrixError, match="is no size"):
        parse_size(text)
