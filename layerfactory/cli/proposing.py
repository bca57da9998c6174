"""What `propose` does and says."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from layerfactory.cli.views import document
from layerfactory.errors import MatrixError
from layerfactory.jobs import proposal
from layerfactory.jobs.github import GitHub


@dataclass(frozen=True, slots=True)
class Wish:
    """What the command line asks for."""

    paths: tuple[Path, ...]
    title: str
    body: Path | None
    branch: str
    direct: bool


@dataclass(frozen=True, slots=True)
class Done:
    """What came of it."""

    words: str
    branch: str

    def to_json(self) -> dict[str, Any]:
        """What ``--json`` prints."""
        return document("propose", done=self.words, branch=self.branch)


def propose(wish: Wish) -> Done:
    """Give the changes to the repository; raises MatrixError and TrackerError."""
    checkout, asked = proposal.Checkout(Path.cwd()), _proposal(wish)
    if wish.direct:
        done = proposal.push_directly(checkout, asked)
    else:
        done = proposal.propose(checkout, GitHub(Path.cwd()), asked)
    return Done(str(done), wish.branch)


def resume(wish: Wish) -> Done:
    """Go on from the open pull request, unless nothing waits there; raises TrackerError."""
    if wish.direct:
        return Done("nothing waits in a pull request", wish.branch)
    checkout, asked = proposal.Checkout(Path.cwd()), _proposal(wish)
    found = proposal.resume(checkout, GitHub(Path.cwd()), asked)
    words = "went on from the open pull request" if found else "no pull request is open"
    return Done(words, wish.branch)


def _proposal(wish: Wish) -> proposal.Proposal:
    try:
        body = wish.body.read_text(encoding="utf-8") if wish.body else ""
    except OSError as error:
        raise MatrixError(f"--body {wish.body}: cannot be read: {error.strerror}") from None
    return proposal.Proposal(wish.paths, wish.title, body, wish.branch)
