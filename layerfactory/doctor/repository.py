"""Judges what GitHub says of the repository: values in, a verdict out; nothing is asked here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerfactory.doctor.check import Check, fail, ok, warn

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

VARIABLES = ("READING_ROLE_ARN", "PUBLISHING_ROLE_ARN")
SCHEDULED = ("layers.yml", "update.yml")
"""The workflows that do the work."""
PUBLISHING, READING = "publishing", "reading"
"""The environments that layers.yml names."""
REVIEWERS = "required_reviewers"
_BRANCHES = "branch_policy"
_CANNOT_SET_UP = frozenset({"", "NONE", "READ", "TRIAGE"})


def judge_repository(name: str, permission: str, *, issues: bool) -> Check:
    """Whether it is one's own, and can be told of failures.

    Args:
        name: of the repository that `gh` speaks to.
        permission: of who asks, as GitHub calls it: ``ADMIN``.
        issues: they are on.
    """
    if permission in _CANNOT_SET_UP:
        return fail(
            "repository",
            f"{name}, where you may set up nothing",
            "Name your own: gh repo set-default YOU/layerfactory.",
        )
    if not issues:
        return fail(
            "repository",
            f"{name}: issues are off, so that the report of each run fails",
            "Turn them on: gh repo edit --enable-issues.",
        )
    return ok("repository", f"{name}, issues are on")


def judge_workflows(states: Mapping[str, str]) -> Check:
    """Whether the workflows that do the work are on.

    Args:
        states: by file name, as GitHub calls it: ``active``, ``disabled_fork``.
    """
    off = {name: states.get(name, "unknown here") for name in SCHEDULED}
    off = {name: state for name, state in off.items() if state != "active"}
    if not off:
        return ok("workflows", f"{' and '.join(SCHEDULED)} are on")
    saw = ", ".join(f"{name} is {state.replace('_', ': ')}" for name, state in off.items())
    remedy = f"Turn them on: {' && '.join(f'gh workflow enable {name}' for name in off)}."
    # A person who has turned one off may know why.
    by_hand = set(off.values()) == {"disabled_manually"}
    return (warn if by_hand else fail)("workflows", saw, remedy)


def judge_pull_requests(*, allowed: bool) -> Check:
    """Whether workflows may open pull requests."""
    if allowed:
        return ok("pull requests", "workflows may open them")
    return fail(
        "pull requests",
        "workflows may not open them, so that the index and new releases are not proposed",
        "Settings, Actions, General: allow GitHub Actions to create and approve pull requests.",
    )


def judge_environments(rules: Mapping[str, Sequence[str]]) -> Check:
    """Whether somebody is asked before anything is published, and nobody to read.

    Args:
        rules: by environment, the kinds of its protection rules.
    """
    remedy = "Set them up as docs/hosting.md has it (Settings, Environments)."
    missing = [name for name in (PUBLISHING, READING) if name not in rules]
    if missing:
        saw = f"none called {' or '.join(missing)}: GitHub makes it unprotected, with the first run"
        return warn("environments", saw, remedy)
    if not {REVIEWERS, _BRANCHES}.intersection(rules[PUBLISHING]):
        saw = f"{PUBLISHING} has neither reviewers nor a branch: who may push may publish"
        return warn("environments", saw, remedy)
    if REVIEWERS in rules[READING]:
        return warn("environments", f"{READING} has reviewers: each night's run waits", remedy)
    return ok("environments", f"{PUBLISHING} is protected, {READING} asks nobody")


def judge_variables(names: Sequence[str]) -> Check:
    """Whether the repository has the variables that its workflows read."""
    missing = [name for name in VARIABLES if name not in names]
    if not missing:
        return ok("repository's variables", ", ".join(VARIABLES))
    return fail(
        "repository's variables",
        f"not set: {', '.join(missing)}",
        f"Set them: gh variable set {missing[0]} --body ARN (docs/hosting.md).",
    )


def judge_pages(build_type: str, url: str) -> Check:
    """Whether the site can be published.

    Args:
        build_type: ``workflow`` or ``legacy``; empty where there are no pages.
        url: where they appear.
    """
    if build_type == "workflow":
        return ok("pages", f"the layer finder appears at {url}")
    saw = "are made of a branch, and not by pages.yml" if build_type else "are off"
    return warn("pages", saw, "Settings, Pages, Source: GitHub Actions.")
