"""A clone, by git: what has changed in it, and what its repository has of a branch."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from layerfactory.build.processes import run
from layerfactory.errors import BuildError, TrackerError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from layerfactory.build.processes import Completed

# GitHub's own account for what its machines commit.
_NAME = "github-actions[bot]"
_EMAIL = "41898282+github-actions[bot]@users.noreply.github.com"
_AUTHOR = ("-c", f"user.name={_NAME}", "-c", f"user.email={_EMAIL}")
# The checkout keeps no credentials: gh hands them out, and only to who is asked to push.
_CREDENTIALS = ("-c", "credential.helper=", "-c", "credential.helper=!gh auth git-credential")
_REMOTE = "origin"
_NO_SUCH_REF = 2
_PLAIN_FILE = "100644 "
_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Difference:
    """What a branch has changed of some paths, held against what is here."""

    base: str
    """The commit that both come from."""
    theirs: tuple[str, ...]
    """Files that the branch alone has changed; names as from the root."""
    both: tuple[str, ...]
    """Files that were changed here as well, and otherwise."""


@dataclass(frozen=True, slots=True)
class Checkout:
    """A clone with a branch checked out; every verb raises TrackerError."""

    folder: Path

    def branch(self) -> str:
        """The branch that is checked out."""
        name = self._git("branch", "--show-current")
        if not name:
            raise TrackerError(
                f"{self.folder}: no branch is checked out",
                "Check out the branch that is to change.",
            )
        return name

    def commit(self, paths: Sequence[Path], title: str) -> str:
        """Make a commit of the paths as they are now; its hash, or nothing where none differs.

        It is on top of what is checked out. The branch, its index and the files stay as they were,
        so that whatever fails later can be done again.
        """
        tree = self._tree(paths)
        if tree == self._git("rev-parse", "HEAD^{tree}"):
            return ""
        return self._git(*_AUTHOR, "commit-tree", tree, "-p", "HEAD", "-m", title)

    def adopt(self, commit: str, paths: Sequence[Path]) -> None:
        """Let the branch be at a commit that was made here."""
        self._git("reset", "--quiet", "--soft", commit)
        self._git("reset", "--quiet", "--", *self._known(paths))

    def summary(self, commit: str) -> str:
        """Which files a commit has changed, and how much."""
        return self._git("show", "--stat=100", "--format=", commit)

    def fetch(self, branch: str) -> str:
        """Fetch a branch of the repository, with all that came before; its commit, if there is one.

        A branch that is not there is told from a repository that does not answer.
        """
        ref = f"refs/heads/{branch}"
        asked = self._run(*_CREDENTIALS, "ls-remote", "--exit-code", _REMOTE, ref)
        if asked.returncode == _NO_SUCH_REF:
            return ""
        self._require(asked, "ls-remote")
        refs = [ref]
        if self._git("rev-parse", "--is-shallow-repository") == "true":
            # A CI's clone has the last commit only, and so nothing in common with the branch.
            refs += ["--unshallow", f"refs/heads/{self.branch()}"]
        self._git(*_CREDENTIALS, "fetch", "--quiet", _REMOTE, *refs)
        return self._git("rev-parse", "FETCH_HEAD")

    def difference(self, other: str, paths: Sequence[Path]) -> Difference:
        """What another commit has changed of the paths since it left the branch here."""
        base = self._base(other)
        mine = self._tree(paths)
        theirs = self._changed(base, other, paths)
        ours = self._changed(base, mine, paths)
        left = theirs & self._changed(mine, other, paths)
        return Difference(base, tuple(sorted(left - ours)), tuple(sorted(left & ours)))

    def up_to_date(self, other: str, commit: str, paths: Sequence[Path]) -> bool:
        """Whether another commit has the paths like ours, and can be merged as it is."""
        same = not self._changed(other, commit, paths)
        return same and not self._changed(self._base(other), "HEAD", paths)

    def commits_of_others(self, other: str) -> tuple[str, ...]:
        """What people have committed on a branch, each in a line; merges aside."""
        told = self._git("log", "--no-merges", "--format=%ae%x09%h %an: %s", f"HEAD..{other}")
        pairs = (line.partition("\t") for line in told.splitlines())
        return tuple(words for email, _, words in pairs if email != _EMAIL)

    def take(self, commit: str, files: Sequence[str]) -> None:
        """Make files as a commit has them; those that it lacks are removed.

        A link is refused: whoever may push to the branch could lead out of the clone by it.
        """
        if files:
            self._require_plain(commit, files)
            names = (f":(top,literal){name}" for name in files)
            self._git("restore", "--source", commit, "--worktree", "--", *names)

    def _require_plain(self, commit: str, files: Sequence[str]) -> None:
        told = self._git("--literal-pathspecs", "ls-tree", "-z", "--full-tree", commit, *files)
        for entry in filter(None, told.split("\0")):
            if not entry.startswith(_PLAIN_FILE):
                name = entry.partition("\t")[2]
                raise TrackerError(
                    f"{commit[:9]}, of the pull request's branch: {name} is no plain file",
                    "Close that pull request, delete its branch, and run again.",
                )

    def text(self, commit: str, file: str) -> str:
        """A file of a commit, named as from the root; empty where there is none."""
        done = self._run("show", f"{commit}:{file}")
        return done.stdout if done.returncode == 0 else ""

    def place(self, file: str) -> Path:
        """Where a file lies that is named as from the root."""
        return Path(self._git("rev-parse", "--show-toplevel"), file)

    def push(self, commit: str, branch: str) -> None:
        """Push a commit to a branch that has nothing else."""
        self._git(*_CREDENTIALS, "push", "--quiet", _REMOTE, f"{commit}:refs/heads/{branch}")

    def push_over(self, commit: str, branch: str, before: str) -> None:
        """Push a commit in place of what a branch has, if it is still at what we have seen."""
        ref = f"refs/heads/{branch}"
        lease = f"--force-with-lease={ref}:{before}"
        self._git(*_CREDENTIALS, "push", "--quiet", lease, _REMOTE, f"{commit}:{ref}")

    def missing(self, paths: Sequence[Path]) -> tuple[Path, ...]:
        """Which of the paths are not there, and git never had."""
        known = set(self._known(paths))
        return tuple(path for path in paths if str(path) not in known)

    def _tree(self, paths: Sequence[Path]) -> str:
        """What is checked out, with the paths as they are on the disk."""
        some = self._known(paths)
        with _own_index() as env:
            self._git("read-tree", "HEAD", env=env)
            if some:
                self._git("add", "--", *some, env=env)
            return self._git("write-tree", env=env)

    def _base(self, other: str) -> str:
        done = self._run("merge-base", "HEAD", other)
        if done.returncode != 0:
            raise TrackerError(
                f"{self.folder}: has nothing in common with {other[:9]}, the pull request's branch",
                "Close that pull request, delete its branch, and run again.",
            )
        return done.stdout.strip()

    def _changed(self, before: str, after: str, paths: Sequence[Path]) -> set[str]:
        words = ("diff", "--name-only", "--no-renames", "-z", before, after, "--")
        return set(filter(None, self._git(*words, *map(str, paths)).split("\0")))

    def _known(self, paths: Sequence[Path]) -> list[str]:
        """Those that there are, or that git had."""
        names = map(str, paths)
        there = (n for n in names if (self.folder / n).exists() or self._git("ls-files", "--", n))
        return list(there)

    def _git(self, *words: str, env: Mapping[str, str] | None = None) -> str:
        done = self._run(*words, env=env)
        self._require(done, next(word for word in words if word[0] != "-" and "=" not in word))
        return done.stdout.strip()

    def _require(self, done: Completed, verb: str) -> None:
        if done.returncode != 0:
            raise TrackerError(f"git {verb}: {done.tail}", "See what git says, and run again.")

    def _run(self, *words: str, env: Mapping[str, str] | None = None) -> Completed:
        try:
            return run(("git", *words), cwd=self.folder, timeout=_SECONDS, env=env)
        except BuildError as error:
            raise TrackerError(error.message, error.remedy) from None


@contextmanager
def _own_index() -> Iterator[Mapping[str, str]]:
    """An environment in which git has an index of its own, in place of the clone's."""
    with TemporaryDirectory() as folder:
        yield {**os.environ, "GIT_INDEX_FILE": str(Path(folder, "index"))}
