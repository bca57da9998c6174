"""Serves a model from this machine as AWS would: built layer, packaged function, real client.

    python scripts/endpoint.py [--model FILE] [--cell IDENTIFIER] [--port PORT] [--check]

Builds the layer, packs the handler and the model, starts them in Lambda's own runtime client under
the Runtime Interface Emulator, and answers HTTP as an API Gateway would. No account is needed.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import urllib.request
import zipfile
from contextlib import ExitStack, suppress
from http import HTTPStatus
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

from layerfactory.build.processes import Completed, run
from layerfactory.build.wheels.interpreters import find_interpreter
from layerfactory.errors import BuildError, InterpreterNotFoundError, LayerFactoryError
from layerfactory.matrix.cell import Cell
from layerfactory.matrix.load import load_matrix
from layerfactory.matrix.select import Selection, select
from layerfactory.rehearsal.emulator.front import http_front
from layerfactory.rehearsal.emulator.function import Function, Here, emulated

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parent.parent
HANDLER = ROOT / "handler"
ENTRY = "scikit_learn_lambda.handler"
# A model of iris: its answer to a flower without size is the smallest kind.
_EXAMPLE = """
import sys
import joblib
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
model = LogisticRegression(max_iter=1000).fit(*load_iris(return_X_y=True))
joblib.dump(model, sys.argv[1])
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Serve, or check and end; return the exit code."""
    options = _parser().parse_args(argv)
    try:
        with ExitStack() as stack:
            work = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="endpoint-")))
            model = _Model(options.model)
            function = prepare(model, options.matrix, options.cell, work)
            emulation = stack.enter_context(emulated(function, Here()))
            url = stack.enter_context(http_front(emulation, options.port))
            asked = json.dumps({"input": [[0] * model.width]})
            return _check(url, asked) if options.check else _serve(url, asked, function)
    except LayerFactoryError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    except OSError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="scripts/endpoint.py",
        description="Serve a model from this machine as AWS would.",
        epilog="example: python scripts/endpoint.py --model model.joblib --port 9000",
    )
    parser.add_argument("--model", type=Path, help="joblib or pickle; default: a small one of iris")
    parser.add_argument("--cell", help="default: the newest that fits the model and a Python here")
    parser.add_argument(
        "--matrix", type=Path, default=ROOT / "matrix.yaml", help="default: the repository's own"
    )
    parser.add_argument("--port", type=int, default=0, help="default: any that is free")
    parser.add_argument(
        "--check", action="store_true", help="ask for one prediction, print it, and end"
    )
    return parser


class _Model:
    """The file to serve, and what it says of itself; None is the small one that is made here."""

    def __init__(self, path: Path | None) -> None:
        self.path = path.resolve() if path else None
        self.scikit_learn = ""
        self.width = 4
        if self.path is not None:
            told = _look(self.path)
            self.scikit_learn = next(iter(told["trained_with"][-1:]), "")
            self.width = told["features"] or 1


def _look(model: Path) -> dict[str, Any]:
    """What can be told of a model without loading it; raises BuildError."""
    check = ["-m", "scikit_learn_lambda", "check", str(model), "--no-load", "--json"]
    done = run([sys.executable, *check], cwd=HANDLER)
    if not done.stdout:
        raise BuildError(done.tail.removeprefix("error: "))
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def prepare(model: _Model, matrix: Path, identifier: str | None, work: Path) -> Function:
    """Build the layer and pack the function.

    Args:
        model: what to serve.
        matrix: whose cells there are, with locks beside it.
        identifier: of the cell; None chooses it.
        work: an empty folder.

    Raises:
        LayerFactoryError: no cell fits, or something cannot be built.
    """
    cell = Cell.parse(identifier) if identifier else choose_cell(matrix, model.scikit_learn)
    python = find_interpreter(cell.python).path
    _say(f"{cell}: building the layer")
    dist = ROOT / "dist"
    build = ["-m", "layerfactory", "build", "--builder", "wheels", "--only", str(cell)]
    where = ["--matrix", str(matrix.absolute()), "--output", str(dist)]
    _do([sys.executable, *build, *where], ROOT, dict(os.environ))
    opt = _unpack(dist / f"{cell}.zip", work / "opt")
    env = {"PATH": os.defpath, "PYTHONPATH": f"{opt / 'python'}{os.pathsep}{HANDLER}"}
    env["PYTHONDONTWRITEBYTECODE"] = "1"
    path = model.path or work / "model.joblib"
    if model.path is None:
        _say("making a model of iris")
        _do([python, "-s", "-c", _EXAMPLE, path], work, env)
    archive = work / "function.zip"
    bundle = ["-m", "scikit_learn_lambda", "bundle", str(path), "-o", str(archive)]
    done = _do([python, "-s", *bundle], work, env)
    _say(done.stdout.strip().splitlines()[0])
    settings = {"SKLEARN_MODEL_PATH": "model.joblib"}
    return Function(cell, _unpack(archive, work / "task"), opt, ENTRY, settings)


def choose_cell(matrix: Path, scikit_learn: str) -> Cell:
    """The newest cell of this machine's Pythons, with this scikit-learn where one is named.

    Raises:
        InterpreterNotFoundError: there is none.
    """
    only = (f"py*-sklearn{scikit_learn or '*'}-x86_64",)
    plans = select(load_matrix(matrix), Selection(only=only))
    for cell in sorted((plan.cell for plan in plans), reverse=True):
        with suppress(InterpreterNotFoundError):
            find_interpreter(cell.python)
            return cell
    raise InterpreterNotFoundError(
        f"no Python on this machine has a layer with scikit-learn {scikit_learn or 'at all'}",
        "Install one (`uv python install 3.13`), or name a cell with --cell.",
    )


def _unpack(path: Path, folder: Path) -> Path:
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder)
    return folder


def _do(argv: Sequence[str | Path], folder: Path, env: dict[str, str]) -> Completed:
    done = run(argv, cwd=folder, env=env)
    if done.returncode != 0:
        raise BuildError(f"`{' '.join(map(str, argv[1:5]))} …` fails:\n{done.tail}")
    return done


def _check(url: str, asked: str) -> int:
    """Do what the curl line does."""
    status, answer = _post(url, asked.encode())
    print(json.dumps(answer))
    return 0 if status == HTTPStatus.OK else 1


def _post(url: str, data: bytes) -> tuple[int, Any]:
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(url, data, headers)
    try:
        with urllib.request.urlopen(request, timeout=60) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def _serve(url: str, asked: str, function: Function) -> int:
    print(f"{function.cell} answers at {url} until you press Ctrl-C. Ask it:\n")
    print(f"  curl --header 'Content-Type: application/json' --data '{asked}' {url}", flush=True)
    with suppress(KeyboardInterrupt):
        Event().wait()
    return 0


def _say(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
