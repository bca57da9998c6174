"""What can go wrong around the cache of parts: the build goes on, and gives the same bytes."""

from __future__ import annotations

import random
import shutil
import signal
import time
from typing import TYPE_CHECKING

import pytest
from foundry import CELLS, PYTHON, SHARED, compiled, make_foundry, make_wheel

if TYPE_CHECKING:
    from pathlib import Path

FIRST, SECOND = CELLS[:2]
EVERYTHING = {*SHARED, "scikit-learn"}


@pytest.fixture(scope="session")
def undisturbed(interpreter, tmp_path_factory):
    """A foundry in which all ten cells are built; look, and touch nothing."""
    foundry = make_foundry(tmp_path_factory.mktemp("undisturbed") / "foundry")
    began = time.monotonic()
    run = foundry.build(cells=CELLS)
    assert run.exit_code == 0, run.stderr
    assert len(foundry.zips()) == len(CELLS)
    assert compiled(run.stderr) == {**dict.fromkeys(SHARED, 1), "scikit-learn": len(CELLS)}
    return foundry, time.monotonic() - began


@pytest.fixture
def foundry(undisturbed, tmp_path):
    """An empty foundry of the same wheels."""
    return make_foundry(tmp_path / "foundry")


@pytest.fixture
def expected(undisturbed):
    return undisturbed[0].zips()


def built(foundry, run):
    assert run.exit_code == 0, run.stderr
    assert "Traceback" not in run.stderr
    return foundry.zips()


def first_of(zips):
    return {f"{FIRST}.zip": zips[f"{FIRST}.zip"]}


def state(run):
    return [cell["state"] for cell in run.value["cells"]]


def test_parts_that_are_kept_give_the_bytes_of_those_that_are_made(foundry, expected):
    anew = foundry.build("--no-cache", "--output", "anew")
    assert anew.exit_code == 0, anew.stderr
    assert compiled(anew.stderr).keys() == EVERYTHING
    assert not foundry.cache.exists()
    foundry.build()
    again = foundry.build("--force")
    assert built(foundry, again) == foundry.zips("anew") == first_of(expected)
    assert state(again) == ["built"]
    assert compiled(again.stderr) == {}


def test_what_the_installer_notes_of_a_file_is_not_counted(foundry):
    run = foundry.build()
    assert run.exit_code == 0, run.stderr
    (manifest,) = run.value["cells"]
    for package in manifest["layer"]["packages"]:
        (traces,) = [rule for rule in package["rules"] if rule["rule"] == "installer-traces"]
        assert traces["files"] == 2  # RECORD and uv's empty lock, and no date of the wheel's file


def flip(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def cut_short(path):
    path.write_bytes(path.read_bytes()[:-7])


def empty(path):
    path.write_bytes(b"")


def write_something_else(path):
    path.write_bytes(b"PK\x03\x04 something else " * 99)


def swap_for_another(path):
    other = next(each for each in path.parents[1].rglob("?" * 64) if each.name != path.name)
    shutil.copyfile(other, path)


def make_unreadable(path):
    """Root reads everything but a folder."""
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    "damage", [flip, cut_short, empty, write_something_else, swap_for_another, make_unreadable]
)
def test_a_damaged_entry_is_found_dropped_and_made_anew(foundry, expected, damage):
    foundry.build()
    entry = foundry.entries()[1]
    whole = entry.read_bytes()
    damage(entry)
    run = foundry.build("--force")
    assert built(foundry, run) == first_of(expected)
    assert run.stderr.count("making anew what is damaged in the cache: ") == 1
    assert str(entry) in run.stderr
    assert sum(compiled(run.stderr).values()) == 1
    assert entry.read_bytes() == whole


def test_a_full_disk_while_caching(foundry, expected, mounts):
    mounts("-t", "tmpfs", "-o", "size=100k", "tmpfs", at=foundry.cache)
    run = foundry.build()
    assert built(foundry, run) == first_of(expected)
    assert "not kept in the cache: " in run.stderr
    assert "no space left on device" in run.stderr
    assert [path for path in foundry.cache.rglob(".*") if path.is_file()] == []
    assert len(foundry.entries()) < len(EVERYTHING)
    again = foundry.build("--force")
    assert built(foundry, again) == first_of(expected)
    assert sum(compiled(again.stderr).values()) == len(EVERYTHING) - len(foundry.entries())


def test_a_read_only_cache_is_read(foundry, undisturbed, expected, mounts):
    mounts("--bind", str(undisturbed[0].cache), at=foundry.cache)
    mounts("-o", "remount,ro,bind", at=foundry.cache)
    run = foundry.build()
    assert built(foundry, run) == first_of(expected)
    assert compiled(run.stderr) == {}


def test_a_read_only_cache_without_parts_stops_nobody(foundry, expected, mounts):
    mounts("-t", "tmpfs", "-o", "ro", "tmpfs", at=foundry.cache)
    run = foundry.build()
    assert built(foundry, run) == first_of(expected)
    assert run.stderr.count("not kept in the cache: ") == len(EVERYTHING)
    assert "read-only file system" in run.stderr


def test_a_cache_whose_place_is_taken_stops_nobody(foundry, expected):
    foundry.cache.write_text("a file")
    assert built(foundry, foundry.build()) == first_of(expected)
    assert foundry.cache.read_text() == "a file"


def test_a_wheel_that_the_index_no_longer_has(foundry):
    (foundry.index / "numpy-1.18.4-py3-none-any.whl").unlink()
    run = foundry.build()
    assert run.exit_code == 3
    assert f"error: {FIRST}: the index has no numpy-1.18.4-py3-none-any.whl" in run.stderr
    assert f"layerfactory lock --upgrade --only '{FIRST}'" in run.stderr
    assert foundry.zips() == {}


def test_what_was_made_of_a_wheel_outlives_it_on_the_index(foundry, expected):
    foundry.build()
    shutil.rmtree(foundry.index)
    foundry.index.mkdir()
    shutil.rmtree(foundry.root / "uv")
    assert built(foundry, foundry.build("--force")) == first_of(expected)


def test_a_wheel_that_is_another_than_the_locked_one(foundry, expected):
    foundry.build()
    make_wheel(foundry.index, "numpy", SHARED["numpy"], seed=1)
    shutil.rmtree(foundry.root / "uv")
    assert built(foundry, foundry.build("--force")) == first_of(expected)
    run = foundry.build("--force", "--no-cache")
    assert run.exit_code == 3
    assert f"error: {FIRST}: a wheel is not the one that was locked" in run.stderr
    assert "numpy==1.18.4" in run.stderr
    assert foundry.zips() == first_of(expected)


def test_an_interpreter_that_is_gone_since(foundry, expected, tmp_path):
    foundry.build()
    nowhere = str(tmp_path / "nowhere")
    gone = dict.fromkeys(("PATH", "PYENV_ROOT", "UV_PYTHON_INSTALL_DIR"), nowhere)
    run = foundry.build("--force", **gone)
    assert run.exit_code == 4
    assert f"there is no Python {PYTHON} on this machine" in run.stderr
    assert f"uv python install {PYTHON}" in run.stderr
    assert foundry.zips() == first_of(expected)


def test_an_interpreter_of_another_patch_version_makes_all_parts_anew(
    foundry, interpreter, tmp_path
):
    foundry.build()
    script = tmp_path / "bin" / f"python{PYTHON}"
    script.parent.mkdir()
    script.write_text(
        "#!/bin/sh\n"
        f'case "$*" in *version_info*) echo {PYTHON}.99 cpython x86_64; exit;; esac\n'
        f'exec {interpreter.path} "$@"\n'
    )
    script.chmod(0o755)
    run = foundry.build(PATH=f"{script.parent}:/usr/bin:/bin")
    assert run.exit_code == 0, run.stderr
    assert state(run) == ["built"]
    assert compiled(run.stderr) == dict.fromkeys(EVERYTHING, 1)
    assert run.value["cells"][0]["layer"]["interpreter"] == f"{PYTHON}.99"


def test_two_builds_at_once_make_each_part_once(foundry, expected):
    processes = [
        foundry.begin("--output", f"out-{cell}", cells=(cell,)) for cell in (FIRST, SECOND)
    ]
    told = [process.communicate(timeout=600)[1] for process in processes]
    assert [process.returncode for process in processes] == [0, 0], told
    assert sum(map(compiled, told), compiled("")) == {
        **dict.fromkeys(SHARED, 1),
        "scikit-learn": 2,
    }
    for cell in (FIRST, SECOND):
        assert foundry.zips(f"out-{cell}") == {f"{cell}.zip": expected[f"{cell}.zip"]}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_build_of_ten_cells_that_is_killed_heals(foundry, undisturbed, expected, seed):
    rng = random.Random(seed)
    for _ in range(2):
        process = foundry.begin(cells=CELLS)
        time.sleep(rng.uniform(0, undisturbed[1]))
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=120)
    run = foundry.build(cells=CELLS)
    assert built(foundry, run) == expected
    lying = {path.name for path in foundry.output.iterdir()}
    ends = (("", ".json"), ("", ".zip"), (".", ".lock"))
    assert lying == {f"{dot}{cell}{end}" for cell in CELLS for dot, end in ends}
    assert manifests(foundry.output) == manifests(undisturbed[0].output)
    assert half_written(foundry.cache) <= 2 * len(EVERYTHING)
    assert [entry.name for entry in foundry.entries()] == [
        entry.name for entry in undisturbed[0].entries()
    ]


def manifests(folder: Path):
    return {path.name: path.read_text() for path in folder.glob("*.json")}


def half_written(cache: Path):
    """What killed writers left; `layerfactory cache --prune` takes it after a day."""
    return len([path for path in cache.rglob(".*") if path.is_file()])
