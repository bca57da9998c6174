"""Asks GitHub about the repository, as far as `gh` is here and may look."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from layerfactory.doctor import repository
from layerfactory.doctor.check import warn
from layerfactory.errors import TrackerError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from layerfactory.doctor.check import Check
    from layerfactory.jobs.github import GitHub

_NOT = "not looked at: "
_REMEDY = "Set it up as docs/hosting.md has it; `gh auth login` lets doctor look."


def look_at_repository(github: GitHub) -> Iterator[Check]:
    """The repository, each thing as it is looked at; where `gh` cannot say which, nothing else."""
    first = _looked("repository", lambda: _repository(github))
    yield first
    if first.saw.startswith(_NOT):
        return
    yield _looked("workflows", lambda: _workflows(github))
    yield _looked("pull requests", lambda: _pull_requests(github))
    yield _looked("environments", lambda: _environments(github))
    yield _looked("repository's variables", lambda: _variables(github))
    yield _looked("pages", lambda: _pages(github))


def _looked(name: str, look: Callable[[], Check]) -> Check:
    """A verdict, or why there is none."""
    try:
        return look()
    except TrackerError as error:
        told = (error.message.splitlines() or ["gh failed"])[-1]
        return warn(name, f"{_NOT}{told}", _REMEDY)
    except (AttributeError, KeyError, TypeError):
        return warn(name, f"{_NOT}gh's answer has not what was asked for", _REMEDY)


def _repository(github: GitHub) -> Check:
    told = github.look("repo", "view", "--json", "nameWithOwner,hasIssuesEnabled,viewerPermission")
    name, permission = str(told["nameWithOwner"]), str(told["viewerPermission"])
    return repository.judge_repository(name, permission, issues=bool(told["hasIssuesEnabled"]))


def _workflows(github: GitHub) -> Check:
    found: list[dict[str, Any]] = _api(github, "actions/workflows?per_page=100")["workflows"]
    states = {str(each["path"]).rpartition("/")[2]: str(each["state"]) for each in found}
    return repository.judge_workflows(states)


def _pull_requests(github: GitHub) -> Check:
    told = _api(github, "actions/permissions/workflow")
    return repository.judge_pull_requests(allowed=bool(told["can_approve_pull_request_reviews"]))


def _environments(github: GitHub) -> Check:
    found: list[dict[str, Any]] = _api(github, "environments?per_page=100")["environments"]
    rules = {
        str(each["name"]): [str(rule["type"]) for rule in each["protection_rules"]]
        for each in found
    }
    return repository.judge_environments(rules)


def _variables(github: GitHub) -> Check:
    found = github.look("variable", "list", "--json", "name")
    return repository.judge_variables([str(each["name"]) for each in found])


def _pages(github: GitHub) -> Check:
    told = github.look("api", "repos/{owner}/{repo}/pages", there=False)
    if told is None:
        return repository.judge_pages("", "")
    return repository.judge_pages(str(told["build_type"] or "legacy"), str(told["html_url"]))


def _api(github: GitHub, path: str) -> Any:
    return github.look("api", f"repos/{{owner}}/{{repo}}/{path}")
