"""update.yml is rehearsed: its own steps in a fresh clone, against a recorded index."""

from __future__ import annotations

from pathlib import Path

import pytest
from simple_index import simple_index
from workflow_world import rehearsal

from layerfactory.matrix.cell import Cell

__all__ = ["simple_index"]

OLD, NEW = Cell("3.13", "1.9.1"), Cell("3.13", "1.9.2")
BRANCH = "layerfactory/matrix"


@pytest.fixture
def recorded():
    return Path(__file__).parents[1] / "integration" / "watch" / "index_of_2026.json"


def test_what_came_out_is_proposed_once(tmp_path, simple_index):
    with rehearsal(tmp_path / "world", [OLD]) as world:
        workflow = world.another("update.yml", simple_index.environment(tmp_path / "uv"))
        run = workflow.run("schedule")
        assert run.result == "success", run.log
        (asked,) = world.pull_requests
        assert (asked["head"], asked["base"]) == (BRANCH, "main")
        assert "| 1.9.2 | 3.13 | x86_64 |  | new release | 2026-10-01 |" in asked["body"]
        assert 'scikit-learn: ["1.9.1", "1.9.2"]' in world.file(BRANCH, "matrix.yaml")
        assert "scikit-learn==1.9.2" in world.file(BRANCH, f"locks/{NEW}.txt")

        refs = world.refs()
        assert workflow.run("workflow_dispatch", {"cooldown": "1"}).result == "success"
        assert world.refs() == refs

        world.merge(BRANCH)
        refs = world.refs()
        assert workflow.run("schedule").result == "success"
        assert world.refs() == refs
        assert len(world.pull_requests) == 1


def test_an_index_that_does_not_answer_leaves_the_run_red(tmp_path, simple_index):
    simple_index.status = 403
    with rehearsal(tmp_path / "world", [OLD]) as world:
        refs = world.refs()
        environment = simple_index.environment(tmp_path / "uv")
        run = world.another("update.yml", environment).run("schedule")
        assert run.result == "failure"
        assert "HTTP 403" in run.log
        assert (world.refs(), world.pull_requests) == (refs, [])
