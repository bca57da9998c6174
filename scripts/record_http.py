"""Ask the handler all that docs/http.md asks, in a real layer; keep the answers for the page.

python scripts/record_http.py [--cell IDENTIFIER]
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

from http_page import ANSWERS
from http_questions import CASES

from layerfactory.build.files import write_json
from layerfactory.build.processes import run
from layerfactory.build.wheels.interpreters import find_interpreter
from layerfactory.errors import BuildError, LayerFactoryError
from layerfactory.matrix.cell import Cell

ROOT = Path(__file__).resolve().parent.parent
GUEST = ROOT / "scripts/guest/http_answers.py"
CELL = "py3.13-sklearn1.9.1-x86_64"


def main(argv: list[str] | None = None) -> int:
    """Record, and return the exit code."""
    parser = argparse.ArgumentParser(description="Record the answers that docs/http.md shows.")
    parser.add_argument("--cell", default=CELL, help=f"default: {CELL}")
    cell = Cell.parse(parser.parse_args(argv).cell)
    try:
        with tempfile.TemporaryDirectory(prefix="http-") as work:
            answers = ask(find_interpreter(cell.python).path, _layer(cell, Path(work)))
    except LayerFactoryError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    about = json.loads(answers["What runs here"]["body"])
    made_with = {name: about[name] for name in ("python", "scikit_learn")}
    write_json(ROOT / ANSWERS, {"made_with": made_with, "answers": answers})
    print(f"wrote {ANSWERS}; now `make docs`")
    return 0


def _layer(cell: Cell, work: Path) -> Path:
    """The layer as ``layerfactory build`` makes it, unpacked: the folder with its modules."""
    words = ["-m", "layerfactory", "build", "--builder", "wheels", "--only", str(cell)]
    done = run([sys.executable, *words, "--output", str(work)], cwd=ROOT)
    if done.returncode != 0:
        raise BuildError(done.tail)
    with zipfile.ZipFile(work / f"{cell}.zip") as archive:
        archive.extractall(work)
    return work / "python"


def ask(python: Path, modules: Path) -> dict[str, Any]:
    """The answers to all cases, by their ids.

    Args:
        python: the layer's own.
        modules: the layer's folder ``python``.

    Raises:
        BuildError: the guest does not come to its end.
    """
    env = {"PATH": os.defpath, "PYTHONPATH": f"{modules}{os.pathsep}{ROOT / 'handler'}"}
    env |= {"PYTHONDONTWRITEBYTECODE": "1", "OMP_NUM_THREADS": "1"}
    cases = json.dumps([case.to_json() for case in CASES])
    done = run([python, "-s", GUEST], stdin=cases, env=env)
    if done.returncode != 0:
        raise BuildError(f"{GUEST.name} fails:\n{done.tail}")
    answers: dict[str, Any] = json.loads(done.stdout)
    return answers


if __name__ == "__main__":
    sys.exit(main())
