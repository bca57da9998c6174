"""Writes down how each test ended, the moment it did."""

import json

# From best to worst: a test is said to be the worst that its set-up, call and tear-down were.
RANK = ("passed", "xpassed", "xfailed", "skipped", "failed", "error")


class OutcomeWriter:
    """A plugin for pytest."""

    def __init__(self, out, tree: str) -> None:
        self.out = out
        self.tree = tree
        self.worst = {}

    def pytest_runtest_logstart(self, nodeid):
        """Say which test is about to run."""
        self.write({"begin": nodeid})

    def pytest_runtest_logreport(self, report):
        """Remember the worst of set-up, call and tear-down."""
        outcome = outcome_of(report)
        if RANK.index(outcome) >= RANK.index(self.worst.get("outcome", "passed")):
            self.worst = {"outcome": outcome, "why": reason(report)}

    def pytest_runtest_logfinish(self, nodeid):
        """Say how the test ended."""
        self.write({"test": nodeid, **self.worst})
        self.worst = {}

    def pytest_collectreport(self, report):
        """A module that cannot be imported is an error; one that skips itself is skipped."""
        if report.outcome != "passed":
            outcome = "skipped" if report.outcome == "skipped" else "error"
            self.write({"test": report.nodeid, "outcome": outcome, "why": reason(report)})

    def write(self, value) -> None:
        """One line, at once."""
        # Free of where the tree happens to lie.
        self.out.write(json.dumps(value).replace(self.tree, "python") + "\n")
        self.out.flush()


def outcome_of(report) -> str:
    """One word for a phase."""
    expected = hasattr(report, "wasxfail")
    if report.outcome == "skipped":
        return "xfailed" if expected else "skipped"
    if report.outcome == "failed":
        return "failed" if report.when == "call" else "error"
    return "xpassed" if expected and report.when == "call" else "passed"


def reason(report) -> str:
    """The first line of what a report complains of; empty where it does not."""
    if report.outcome == "passed" or not report.longrepr:
        return ""
    crash = getattr(report.longrepr, "reprcrash", None)
    if crash is not None:
        return crash.message.split("\n")[0][:300]
    if isinstance(report.longrepr, tuple):  # a skip: file, line, reason
        return str(report.longrepr[2]).split("\n")[0][:300]
    lines = str(report.longrepr).strip().splitlines()
    return lines[-1][:300] if lines else ""
