"""Stands in for GitHub's `gh`, with issues and pull requests in a JSON file; put it on PATH.

It knows just the commands that layerfactory calls, and wants the permissions that GitHub wants.
"""

from __future__ import annotations

import argparse
import json
import os
import stat
import sys
from pathlib import Path

_SCHEDULED = ("layers", "update")
_FIELDS = {"number", "body", "title", "state", "head", "base", "comments", "isCrossRepository"}
_FIELDS |= {"author"}
# As gh tells of the account that a run's token speaks for: in lists, and where it asks who it is.
_OURS, _VIEWER = {"is_bot": True, "login": "app/github-actions"}, "github-actions[bot]"


def install(folder: Path, state: Path) -> Path:
    """Put a `gh` into a folder."""
    folder.mkdir(exist_ok=True)
    script = folder / "gh"
    script.write_text(
        f'#!/bin/sh\nGH_STATE="{state}" exec "{sys.executable}" "{Path(__file__).resolve()}" "$@"\n'
    )
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return folder


def read(state: Path) -> dict[str, list[dict]]:
    """Issues and pull requests."""
    return json.loads(state.read_text()) if state.exists() else {"issue": [], "pr": []}


def merged(state: Path, branch: str) -> None:
    """A person has merged the pull request of a branch."""
    found = read(state)
    for entry in found["pr"]:
        if entry["head"] == branch:
            entry["state"] = "merged"
    state.write_text(json.dumps(found))


def set_up(state: Path, **changes: object) -> None:
    """A repository as docs/hosting.md has it, but for some answers; None is not found."""
    api = "api repos/{owner}/{repo}"
    told = {"hasIssuesEnabled": True, "viewerPermission": "ADMIN"}
    states = [{"path": f".github/workflows/{n}.yml", "state": "active"} for n in _SCHEDULED]
    reviewers = {"name": "publishing", "protection_rules": [{"type": "required_reviewers"}]}
    environments = [reviewers, {"name": "reading", "protection_rules": []}]
    answers = {
        "repository": ("repo view", {"nameWithOwner": "you/layers", **told}),
        "workflows": (f"{api}/actions/workflows?per_page=100", {"workflows": states}),
        "pull_requests": (
            f"{api}/actions/permissions/workflow",
            {"can_approve_pull_request_reviews": True},
        ),
        "environments": (f"{api}/environments?per_page=100", {"environments": environments}),
        "variables": (
            "variable list",
            [{"name": "READING_ROLE_ARN"}, {"name": "PUBLISHING_ROLE_ARN"}],
        ),
        "pages": (f"{api}/pages", {"build_type": "workflow", "html_url": "https://you/layers/"}),
    }
    told = {asked: changes.get(name, answer) for name, (asked, answer) in answers.items()}
    there = {asked: answer for asked, answer in told.items() if answer is not None}
    state.write_text(json.dumps({**read(state), "answers": there}))


def from_a_fork(state: Path, branch: str) -> None:
    """Somebody opens a pull request from the branch of that name in their fork."""
    found = read(state)
    told = {"title": "theirs", "body": "theirs", "state": "open", "comments": [], "base": "main"}
    entry = {"number": len(found["pr"]) + 1, "head": branch, "isCrossRepository": True, **told}
    found["pr"].append(entry)
    state.write_text(json.dumps(found))


def issue_of(state: Path, login: str, body: str) -> int:
    """Somebody opens an issue; the answer is its number."""
    found = read(state)
    author = {"id": "U_1", "is_bot": False, "login": login, "name": ""}
    entry = {"number": len(found["issue"]) + 1, "title": "theirs", "body": body, "author": author}
    found["issue"].append({**entry, "state": "open", "comments": []})
    state.write_text(json.dumps(found))
    return entry["number"]


def main() -> int:
    if not os.environ.get("GH_TOKEN"):
        sys.stderr.write("gh: no GH_TOKEN\n")
        return 4
    kind, verb, *rest = sys.argv[1:]
    if (kind, verb, *rest) == ("api", "graphql", "--raw-field", "query={viewer{login}}"):
        sys.stdout.write(json.dumps({"data": {"viewer": {"login": _VIEWER}}}))
        return 0
    path = Path(os.environ["GH_STATE"])
    state = read(path)
    if kind in {"repo", "api", "variable"}:
        return _told_of_the_repository(state, f"{kind} {verb}")
    options, words = _options(rest)
    if verb == "list":
        _require(kind, "read", "write")
        asked = options["json"].split(",")
        assert set(asked) <= _FIELDS
        found = [e for e in state[kind] if e["state"] == options["state"]]
        found = [e for e in found if options.get("head") in {None, e.get("head")}]
        sys.stdout.write(json.dumps([{key: e[key] for key in asked} for e in found]))
        return 0
    _require(kind, "write")
    state["calls"] = [*state.get("calls", []), f"{kind} {verb}"]
    _CHANGES[verb](state[kind], words, options)
    path.write_text(json.dumps(state))
    return 0


def _told_of_the_repository(state, asked):
    """What only reads: the answers lie in the file, by their commands."""
    if asked in state.get("answers", {}):
        sys.stdout.write(json.dumps(state["answers"][asked]))
        return 0
    sys.stderr.write("gh: Not Found (HTTP 404)\n")
    return 1


def _create(entries, words, options):
    entry = {"number": len(entries) + 1, "state": "open", "comments": [], "author": _OURS}
    entry |= _told(options)
    entry |= {key: options[key] for key in ("head", "base") if key in options}
    if "head" in entry:
        entry["isCrossRepository"] = False
    entries.append(entry)


def _edit(entries, words, options):
    _entry(entries, words).update(_told(options))


def _close(entries, words, options):
    entry = _entry(entries, words)
    entry["state"] = "closed"
    entry["comments"].append(options["comment"])


_CHANGES = {"create": _create, "edit": _edit, "close": _close}


def _entry(entries, words):
    (number,) = words
    return next(e for e in entries if e["number"] == int(number) and e["state"] == "open")


def _told(options):
    told = {"title": options["title"]} if "title" in options else {}
    if options.get("body_file") == "-":
        told["body"] = sys.stdin.read()
    return told


def _options(words):
    parser = argparse.ArgumentParser()
    for name in ("state", "limit", "json", "title", "body-file", "comment", "head", "base"):
        parser.add_argument(f"--{name}")
    parser.add_argument("words", nargs="*")
    found = {key: value for key, value in vars(parser.parse_args(words)).items() if value}
    return found, found.pop("words", [])


def _require(kind, *levels):
    permission = {"issue": "issues", "pr": "pull-requests"}[kind]
    granted = os.environ.get("REHEARSED_PERMISSIONS")
    wanted = {f"{permission}={level}" for level in levels}
    if granted is not None and not wanted & set(granted.split()):
        sys.exit(f"gh: Resource not accessible by integration ({permission})")


if __name__ == "__main__":
    sys.exit(main())
