"""`layerfactory watch` against a recorded index on this machine, with the real uv."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import gh_stand_in
import pytest
from build_fixtures import Workshop
from simple_index import SimpleIndex, simple_index

from layerfactory.build.locks.check import check_locks, find_orphans
from layerfactory.build.locks.lockfile import read_lock
from layerfactory.matrix.load import load_matrix

__all__ = ["simple_index"]

MATRIX = """\
version: 1
# Why these two.
cells:
  - python: ["3.12", "3.13"]  # both
    scikit-learn: ["1.9.0", "1.9.1"]
architectures: [x86_64, arm64]
exclude: ["py3.12-sklearn1.9.2-arm64"]
"""
AFTER = MATRIX.replace('"1.9.1"]', '"1.9.1", "1.9.2"]')
NEW = [
    "py3.12-sklearn1.9.2-x86_64",
    "py3.13-sklearn1.9.2-arm64",
    "py3.13-sklearn1.9.2-x86_64",
]
TODAY = datetime.now(tz=UTC)


@pytest.fixture
def recorded() -> Path:
    return Path(__file__).with_name("index_of_2026.json")


@pytest.fixture
def place(tmp_path: Path) -> Workshop:
    (tmp_path / "matrix.yaml").write_text(MATRIX)
    return Workshop(tmp_path)


def watch(place: Workshop, index: SimpleIndex, *words: str):
    return place.run("watch", *words, **index.environment(place.root.parent / "uv"))


def content(place: Workshop) -> dict[str, bytes]:
    files = (path for path in place.root.rglob("*") if path.is_file())
    return {str(path.relative_to(place.root)): path.read_bytes() for path in files}


def test_a_new_release_leads_to_the_right_edit(place, simple_index):
    dry = watch(place, simple_index, "--dry-run")
    assert dry.exit_code == 0, dry.stderr
    assert content(place) == {"matrix.yaml": MATRIX.encode()}
    assert "nothing was written" in dry.stdout

    run = watch(place, simple_index, "--json", "--body", "proposal.md")
    assert run.exit_code == 0, run.stderr
    assert [each["cell"] for each in run.value["added"]] == NEW
    assert run.value["title"] == "scikit-learn 1.9.2: 3 new cells"
    assert (place.root / "matrix.yaml").read_text() == AFTER
    cells = [plan.cell for plan in load_matrix(place.root / "matrix.yaml").cells]
    new = [cell for cell in cells if cell.scikit_learn == "1.9.2"]
    assert check_locks(place.root / "locks", new) == ()
    assert find_orphans(place.root / "locks", new) == ()
    lock = read_lock(place.root / "locks", new[0])
    assert [wheel.name for wheel in lock.wheels] == ["numpy", "scikit-learn"]
    body = (place.root / "proposal.md").read_text()
    assert body.startswith("scikit-learn 1.9.2: 3 new cells\n\n## 3 new cells\n")
    assert "| 1.9.2 | 3.13 | arm64 |  | new release | 2026-10-01 |" in body
    assert "1.10.0rc1: pre-release" in body
    assert "1.9.3: yanked: wrong metadata" in body

    before = content(place)
    again = watch(place, simple_index, "--json", "--body", "proposal.md")
    assert (again.exit_code, again.value["changes"]) == (0, False)
    told = (place.root / "proposal.md").read_text()
    assert "new cell" not in told
    assert content(place) == {**before, "proposal.md": told.encode()}


def test_what_is_too_young_waits(place, simple_index):
    young = (TODAY - timedelta(days=3)).isoformat().replace("+00:00", "Z")
    platform = "manylinux_2_27_x86_64.manylinux_2_28_x86_64"
    simple_index.add(f"scikit_learn-1.9.4-cp313-cp313-{platform}.whl", young, "numpy>=2")
    run = watch(place, simple_index, "--json")
    assert [each["cell"] for each in run.value["added"]] == NEW
    assert [each["scikit_learn"] for each in run.value["waiting"]] == ["1.9.4"]
    run = watch(place, simple_index, "--json", "--cooldown", "1")
    assert [each["cell"] for each in run.value["added"]] == ["py3.13-sklearn1.9.4-x86_64"]


def test_a_cell_that_no_wheels_fit_is_left_out_and_told(place, simple_index):
    for entry in simple_index.projects["scikit-learn"]:
        if "1.9.2-cp312" in entry["filename"]:
            entry["metadata"] = entry["metadata"].replace("numpy>=2", "numpy>=3")
    run = watch(place, simple_index, "--json")
    assert run.exit_code == 0, run.stderr
    assert [each["cell"] for each in run.value["added"]] == NEW[1:]
    assert [each["cell"] for each in run.value["unlocked"]] == NEW[:1]
    assert NEW[0] in run.value["body"]
    again = watch(place, simple_index, "--json")
    assert (again.exit_code, again.value["changes"]) == (3, False)
    assert "exclude" in again.stderr


@pytest.mark.parametrize("harm", ["sick", "empty", "other", "timeless", "torn wheel"])
def test_a_bad_answer_leaves_all_as_it_was(place, simple_index, harm):
    files = simple_index.projects["scikit-learn"]
    if harm == "sick":
        simple_index.status = 403
    elif harm == "empty":
        files.clear()
    elif harm == "other":
        del files[:8]
    elif harm == "timeless":
        for entry in files:
            del entry["upload-time"]
    else:
        simple_index.projects["numpy"].clear()
    run = watch(place, simple_index)
    assert run.exit_code == 3
    assert "Traceback" not in run.stderr
    assert content(place) == {"matrix.yaml": MATRIX.encode()}


def test_what_only_a_person_can_decide_is_told_in_one_issue(place, simple_index, tmp_path):
    """Nothing to propose, and runtimes that end one day: one issue that is kept up to date."""
    state = tmp_path / "github.json"
    tools = gh_stand_in.install(tmp_path / "tools", state)
    environment = simple_index.environment(tmp_path / "uv")
    environment |= {"GH_TOKEN": "token", "PATH": f"{tools}:{os.environ['PATH']}"}
    words = ("watch", "--issue", "--cooldown", "36500", "--warn")

    def look(days):
        run = place.run(*words, str(days), "--json", **environment)
        assert run.exit_code == 0, run.stderr
        assert run.value["changes"] is False
        return run.value["issue"]

    assert [look(10_000), look(10_000)] == ["opened", "unchanged"]
    (issue,) = gh_stand_in.read(state)["issue"]
    assert "Lambda deprecates python3.13 on " in issue["body"]
    assert [look(0), look(0)] == ["updated", "unchanged"]
    (issue,) = gh_stand_in.read(state)["issue"]
    assert "Lambda deprecates python3.13 on " not in issue["body"]  # what else there is stays
