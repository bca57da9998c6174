"""Runs a workflow file as GitHub would: jobs after what they need, matrices, steps, artifacts.

Each job has a home and a clone of its own. Every ``run:`` step is run with bash, as it stands in
the file. What else the file may hold is little, and the rest is an error.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML
from workflow_actions import STAND_INS, ActionError, Stores
from workflow_expressions import Expressions, as_text, truth

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_STATUS = ("always()", "cancelled()", "failure()", "success()")
_JOB_KEYS = {
    *("name", "needs", "if", "runs-on", "timeout-minutes", "environment", "permissions"),
    *("strategy", "steps", "outputs", "env"),
}
_STEP_KEYS = {"id", "if", "name", "uses", "with", "run", "env"}


@dataclass(frozen=True)
class World:
    """What is there before and after a run."""

    folder: Path
    origin: Path
    """The repository, bare."""
    tools: Path
    """A folder of programs, such as the stand-in for gh."""
    variables: Mapping[str, str]
    """Of the repository: ``vars``."""
    env: Mapping[str, str]
    """Of every step: where the embedded AWS is."""


@dataclass
class JobRun:
    """One job, or one of a matrix, and what came of it."""

    name: str
    result: str
    log: str = ""
    outputs: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    roles: list[tuple[str, str]] = field(default_factory=list)
    summary: str = ""


@dataclass
class WorkflowRun:
    """All jobs of a run."""

    jobs: dict[str, list[JobRun]]
    artifacts: Path
    attested: dict[str, str]
    seconds: float

    @property
    def result(self) -> str:
        results = [job.result for some in self.jobs.values() for job in some]
        return "failure" if "failure" in results else "success"

    def results(self, name: str) -> list[str]:
        return [job.result for job in self.jobs[name]]

    @property
    def log(self) -> str:
        return "\n".join(job.log for some in self.jobs.values() for job in some)


@dataclass
class JobPlace:
    """Where a job runs."""

    workspace: Path
    home: Path
    tools: Path
    origin: Path
    stores: Stores
    permissions: Mapping[str, str]
    deployment: str | None
    base_env: Mapping[str, str]
    python: str = sys.executable
    exported: dict[str, str] = field(default_factory=dict)
    roles: list[tuple[str, str]] = field(default_factory=list)
    at_end: list[Callable[[], None]] = field(default_factory=list)

    def require(self, what: str, level: str) -> None:
        """The job's permissions must hold it."""
        if self.permissions.get(what) not in {level, "write"}:
            raise ActionError(f"permissions: {what} is not {level}")

    def environment(self) -> dict[str, str]:
        return {**self.base_env, **self.exported}


class Workflow:
    """A workflow file, to be run in a world.

    Args:
        path: the file.
        world: where.
        side_by_side: jobs at once.
    """

    def __init__(self, path: Path, world: World, *, side_by_side: int = 2) -> None:
        self.content = YAML(typ="safe", pure=True).load(path.read_text("utf-8"))
        self._world, self._pool_size = world, side_by_side
        self._number = 0

    def run(self, event: str, inputs: Mapping[str, Any] | None = None) -> WorkflowRun:
        """Run all jobs for an event, each as soon as what it needs has ended."""
        if event not in self.content["on"]:
            raise ActionError(f"{event} does not start this workflow")
        self._number += 1
        folder = self._world.folder / f"run-{self._number}"
        (folder / "artifacts").mkdir(parents=True)
        caches = self._world.folder / "caches"
        caches.mkdir(exist_ok=True)
        self._stores = Stores(folder / "artifacts", caches)
        self._folder, self._inputs = folder, self._with_defaults(event, inputs or {})
        began = time.monotonic()
        done: dict[str, list[JobRun]] = {}
        with ThreadPoolExecutor(self._pool_size) as pool:
            while waiting := [name for name in self.content["jobs"] if name not in done]:
                ready = [name for name in waiting if set(self._needs(name)) <= done.keys()]
                started = {name: self._start(pool, name, done) for name in ready}
                done |= {name: [each.result() for each in some] for name, some in started.items()}
        seconds = time.monotonic() - began
        return WorkflowRun(done, folder / "artifacts", self._stores.attested, seconds)

    def _with_defaults(self, event: str, given: Mapping[str, Any]) -> dict[str, Any]:
        if event != "workflow_dispatch":
            assert not given
            return {}
        known = self.content["on"]["workflow_dispatch"]["inputs"]
        assert given.keys() <= known.keys()
        return {name: given.get(name, each.get("default")) for name, each in known.items()}

    def _needs(self, name: str) -> list[str]:
        needs = self.content["jobs"][name].get("needs", [])
        return [needs] if isinstance(needs, str) else needs

    def _ancestors(self, name: str) -> set[str]:
        return {a for need in self._needs(name) for a in (need, *self._ancestors(need))}

    def _start(self, pool, name, done):
        job = self.content["jobs"][name]
        assert job.keys() <= _JOB_KEYS, (name, job.keys() - _JOB_KEYS)
        needs = {
            need: {"result": _together(done[need]), "outputs": done[need][0].outputs}
            for need in self._needs(name)
        }
        before = [_together(done[each]) for each in self._ancestors(name)]
        contexts = self._contexts(needs)
        good = all(result == "success" for result in before)
        if not _applies(job.get("if"), contexts, good=good):
            return [pool.submit(JobRun, name, "skipped")]
        strategy = job.get("strategy", {"matrix": {"include": [{}]}})
        matrix = Expressions(contexts, {}).fill(strategy["matrix"])
        assert matrix.keys() == {"include"}
        assert 1 <= len(matrix["include"]) <= 256
        return [
            pool.submit(self._carry_out, name, job, number, entry, needs)
            for number, entry in enumerate(matrix["include"])
        ]

    def _contexts(self, needs: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "inputs": self._inputs,
            "vars": dict(self._world.variables),
            "needs": needs,
            "github": {"token": "a-token-of-the-run"},
        }

    def _carry_out(self, name, job, number, entry, needs) -> JobRun:
        began = time.monotonic()
        folder = self._folder / f"{name}-{number}"
        place = self._place(folder, name, job)
        contexts = self._contexts(needs) | {"matrix": entry, "strategy": {"job-index": number}}
        run = JobRun(f"{name} {entry.get('name', '')}".strip(), "success", roles=place.roles)
        env = self._fill_env(self.content.get("env", {}), contexts)
        env |= self._fill_env(job.get("env", {}), contexts)
        steps: dict[str, Any] = {}
        for place_of_step, step in enumerate(job["steps"]):
            self._step(run, place, step, place_of_step, contexts | {"steps": steps}, env, steps)
        if run.result == "success":
            for save in place.at_end:
                save()
        outputs = Expressions({"steps": steps}, {})
        if run.result == "success":
            filled = {key: outputs.fill(text) for key, text in job.get("outputs", {}).items()}
            run.outputs = {key: as_text(value) for key, value in filled.items()}
        elif job.get("outputs"):
            run.outputs = dict.fromkeys(job["outputs"], "")
        run.summary = (folder / "summary.md").read_text()
        run.seconds = time.monotonic() - began
        shutil.rmtree(place.workspace)
        return run

    def _place(self, folder: Path, name: str, job: Mapping[str, Any]) -> JobPlace:
        home, workspace, tools = folder / "home", folder / "workspace", folder / "tools"
        for each in (home, workspace, tools):
            each.mkdir(parents=True)
        (folder / "summary.md").touch()
        permissions = {**self.content["permissions"], **job.get("permissions", {})}
        env = {
            "PATH": f"{tools}:{self._world.tools}:{os.environ['PATH']}",
            "HOME": str(home),
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_WORKSPACE": str(workspace),
            "GITHUB_STEP_SUMMARY": str(folder / "summary.md"),
            "GITHUB_SERVER_URL": "https://github.example",
            "GITHUB_REPOSITORY": "owner/layers",
            "GITHUB_RUN_ID": str(self._number),
            "RUNNER_TEMP": str(home),
            "REHEARSED_PERMISSIONS": " ".join(f"{k}={v}" for k, v in permissions.items()),
            **self._world.env,
        }
        return JobPlace(
            workspace, home, tools, self._world.origin, self._stores, permissions,
            job.get("environment"), env,
        )  # fmt: skip

    def _fill_env(self, env: Mapping[str, Any], contexts: Mapping[str, Any]) -> dict[str, str]:
        expressions = Expressions(contexts, {})
        return {key: as_text(expressions.fill(text)) for key, text in env.items()}

    def _step(self, run, place, step, number, contexts, env, steps) -> None:
        assert step.keys() <= _STEP_KEYS, step.keys() - _STEP_KEYS
        good = run.result == "success"
        functions = {"hashFiles": lambda *names: _hash_files(place.workspace, names)}
        if not _applies(step.get("if"), contexts, good=good, functions=functions):
            return
        expressions = Expressions(contexts, functions)
        said = step.get("uses") or step["run"]
        run.log += f"\n== {run.name}: {said}\n"
        try:
            if "uses" in step:
                options = {k: as_text(expressions.fill(v)) for k, v in step.get("with", {}).items()}
                STAND_INS[step["uses"].partition("@")[0]](place, options)
            else:
                own = self._fill_env(step.get("env", {}), contexts)
                self._bash(run, place, step, number, {**env, **own}, steps)
        except (ActionError, subprocess.CalledProcessError) as error:
            run.log += f"{error}\n"
            run.result = "failure"

    def _bash(self, run, place, step, number, env, steps) -> None:
        outputs = place.home.parent / f"outputs-{number}"
        outputs.touch()
        done = subprocess.run(
            ["bash", "-e", "-c", step["run"]],
            cwd=place.workspace,
            env={**place.environment(), **env, "GITHUB_OUTPUT": str(outputs)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=600,
            check=False,
        )
        run.log += done.stdout
        pairs = [line.partition("=") for line in outputs.read_text().splitlines()]
        outcome = "failure" if done.returncode else "success"
        found = {key: value for key, _, value in pairs}
        steps[step.get("id", "")] = {"outputs": found, "outcome": outcome}
        if done.returncode:
            run.log += f"exit code {done.returncode}\n"
            run.result = "failure"


def _applies(condition, contexts, *, good, functions=None) -> bool:
    """Whether a job or step runs; without a word on how it went before, only after success."""
    text = str(condition if condition is not None else "success()")
    text = text.removeprefix("${{").removesuffix("}}").strip()
    status = {
        "cancelled": lambda: False,
        "always": lambda: True,
        "success": lambda: good,
        "failure": lambda: not good,
    }
    value = truth(Expressions(contexts, {**status, **(functions or {})}).value(text))
    return value if any(word in text for word in _STATUS) else good and value


def _together(some: list[JobRun]) -> str:
    results = {job.result for job in some}
    return "failure" if "failure" in results else results.pop()


def _hash_files(folder: Path, names: tuple[str, ...]) -> str:
    files = sorted({path for name in names for path in folder.glob(name)})
    if not files:
        return ""
    return hashlib.sha256(b"".join(map(Path.read_bytes, files))).hexdigest()
