"""Runs the packages' own tests: under the layer's own Python, with the tests laid over the layer.

    PYTHONPATH=TREE:TOOLS python3.X -S <this folder> --tree TREE --out OUT.jsonl ... PATH...

TREE is what was ``python/``; TOOLS holds pytest. One line of JSON is written as each test begins
and as it ends, so that a crash of the interpreter leaves the name of the test it was in. Everything
in this folder runs from Python 3.6 on, with any pytest from 5.4 on.
"""

import argparse
import faulthandler
import json
import os
import platform
import sys

import in_place
import outcome_writer
import pytest


def main() -> int:
    """Run the tests; pytest's exit code, which tells failures from an unusable command line."""
    options = read_options()
    del sys.path[0]  # this folder: its modules are imported, and are none of the layer's
    send_output_to(options.log)
    faulthandler.enable()  # a crash in machine code leaves its place in the log
    in_place.import_by_name(options.tree)
    with open(options.out, "w", encoding="utf-8") as out:
        writer = outcome_writer.OutcomeWriter(out, options.tree)
        code = int(pytest.main(pytest_words(options), plugins=[writer]))
        ending = {"code": code, "python": platform.python_version(), "pytest": pytest.__version__}
        out.write(json.dumps(ending) + "\n")
    return code


def read_options() -> argparse.Namespace:
    """What the host wants to be run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tree", required=True, type=os.path.realpath, help="what was python/")
    parser.add_argument("--out", required=True, help="the JSON lines to write")
    parser.add_argument("--log", required=True, help="a file for what pytest says")
    parser.add_argument("--ini", required=True, help="pytest's settings")
    parser.add_argument("paths", nargs="+", help="folders or files of tests, below TREE")
    return parser.parse_args()


def send_output_to(path: str) -> None:
    """Workers that outlive a killed run hold this file, and not a pipe that the host waits for."""
    log = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o644)
    os.dup2(log, 1)
    os.dup2(log, 2)


def pytest_words(options: argparse.Namespace) -> list:
    """The command line: nothing is written into the tree, and nothing stops at a failure."""
    words = ["-c", options.ini, "--rootdir", options.tree, "--confcutdir", options.tree]
    words += ["--quiet", "--tb=line", "--disable-warnings", "-p", "no:cacheprovider"]
    # No summary: pytest 5.4 measures its lines with wcwidth, which imported setuptools in 2020.
    words += ["-r", ""]
    # Rewriting assertions wants sources of all that it looks at, and tells nothing more here.
    words += ["--assert=plain", "--continue-on-collection-errors", "--hypothesis-seed=0"]
    return words + [os.path.join(options.tree, path) for path in options.paths]


if __name__ == "__main__":
    sys.exit(main())
