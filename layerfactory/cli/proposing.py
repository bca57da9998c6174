"""What `propose` does and says."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from layerfactory.cli.views import counted, document
from layerfactory.errors import MatrixError
from layerfactory.jobs import proposal
from layerfactory.jobs.checkout import Checkout
from layerfactory.jobs.github import GitHub

if TYPE_CHECKING:
    from layerfactory.console import Console

_FORETOLD = {
    proposal.Proposed.OPENED: "would open a pull request",
    proposal.Proposed.UPDATED: "would bring the open pull request up to date",
    proposal.Proposed.PUSHED: "would push",
}


@dataclass(frozen=True, slots=True)
class Wish:
    """What the command line asks for."""

    paths: tuple[Path, ...]
    title: str
    body: Path | None
    branch: str
    direct: bool
    dry_run: bool


@dataclass(frozen=True, slots=True)
class Done:
    """What came of it, or would."""

    words: str
    branch: str
    details: tuple[str, ...] = ()
    """Lines that say more."""

    def to_json(self) -> dict[str, Any]:
        """What ``--json`` prints."""
        return document("propose", done=self.words, branch=self.branch, details=self.details)


def propose(console: Console, wish: Wish) -> Done:
    """Give the changes to the repository; raises MatrixError and TrackerError."""
    checkout, pulls, asked = _opened(console, wish)
    planned = proposal.plan(checkout, pulls, asked)
    if not wish.dry_run:
        proposal.carry_out(checkout, pulls, asked, planned)
        return Done(str(planned.outcome), wish.branch)
    details = (*_foretold(asked, planned), *planned.files.splitlines()) if planned.commit else ()
    words = _FORETOLD.get(planned.outcome, str(planned.outcome))
    return Done(words, wish.branch, details)


def resume(console: Console, wish: Wish) -> Done:
    """Go on from the open pull request; raises MatrixError, TrackerError and CatalogError."""
    checkout, pulls, asked = _opened(console, wish, quiet=True)
    found = proposal.find_open(checkout, pulls, asked)
    if found is None:
        words = "nothing waits in a pull request" if wish.direct else "no pull request is open"
        return Done(words, wish.branch)
    if not wish.dry_run:
        proposal.resume(checkout, found)
    both = found.difference.both
    details = (
        f"taken over: {counted(len(found.difference.theirs), 'file')}",
        *(f"changed here as well, and left as it is here: {name}" for name in both),
    )
    words = "would go" if wish.dry_run else "went"
    return Done(f"{words} on from the open pull request", wish.branch, details)


def show(console: Console, done: Done) -> None:
    """What came of it, and the lines that say more."""
    console.say(done.words)
    for line in done.details:
        console.say(f"  {line}")


def _opened(
    console: Console, wish: Wish, *, quiet: bool = False
) -> tuple[Checkout, GitHub, proposal.Proposal]:
    """The clone, its repository, and what is asked of them."""
    here = Path.cwd()
    checkout = Checkout(here)
    for path in () if quiet else checkout.missing(wish.paths):
        console.note(f"{path}: there is no such file or folder")
    return checkout, GitHub(here), _proposal(wish)


def _foretold(asked: proposal.Proposal, planned: proposal.Plan) -> tuple[str, ...]:
    """What would be committed, and where it would go."""
    if asked.direct:
        return (f"a commit '{asked.title}' to {planned.base}",)
    over = f", in place of {planned.before[:9]}" if planned.before else ""
    pull = f"number {planned.number}" if planned.number else "a new one"
    return (
        f"a commit '{asked.title}' to {asked.branch}{over}",
        f"the pull request: {pull}, into {planned.base}",
    )


def _proposal(wish: Wish) -> proposal.Proposal:
    if not wish.title.strip():
        raise MatrixError("--title: is empty", "Say what the change is.")
    try:
        body = wish.body.read_text(encoding="utf-8") if wish.body else ""
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text in UTF-8"
        raise MatrixError(f"--body {wish.body}: cannot be read: {why}") from None
    return proposal.Proposal(wish.paths, wish.title, body, wish.branch, wish.direct)
