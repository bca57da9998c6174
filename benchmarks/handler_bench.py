"""Runs both handlers in Lambda's own client and takes the time. The module here with effects."""

from __future__ import annotations

import json
import os
import random
import shutil
import zipfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import recipe_2020
from handler_figures import MANY_ROWS, OURS, PACKAGE, S3, THEIRS, Beside, HandlerFigures, Series

from layerfactory.build.docker.containers import Network
from layerfactory.build.processes import run
from layerfactory.build.wheels.interpreters import find_interpreter
from layerfactory.errors import BuildError
from layerfactory.rehearsal.emulator.function import Function, InContainer, emulated

if TYPE_CHECKING:
    from collections.abc import Callable

    from types_boto3_s3 import S3Client

    from layerfactory.matrix.cell import Cell
    from layerfactory.publish.aws.settings import AwsSettings
    from layerfactory.rehearsal.emulator.function import Emulation

BENCHMARKS = Path(__file__).resolve().parent
GUEST = BENCHMARKS / "guest"
HANDLER = BENCHMARKS.parent / "handler"
MEMORY_MB, CPUS = 1024, 0.58
"""What Lambda gives a function of 1024 MB: 1769 MB are one processor."""
BUCKET = "models"
MODEL = "model.joblib"
_ENTRIES = {OURS: "scikit_learn_lambda.handler", THEIRS: "handler_2020.handler"}
_BARE = "import sklearn.neural_network\n\n\ndef handler(event, context):\n    return {}\n"
_FIT = """
import sys, warnings
import joblib
from sklearn.datasets import load_iris
from sklearn.neural_network import MLPClassifier
warnings.simplefilter("ignore")
units = int(sys.argv[1])
model = MLPClassifier((units,) * 3, max_iter=1, random_state=0).fit(*load_iris(return_X_y=True))
joblib.dump(model, sys.argv[2])
"""


@dataclass(frozen=True, slots=True)
class Bench:
    """How to measure."""

    cell: Cell
    image: str
    work: Path
    """A folder for layers, models and functions."""
    aws: AwsSettings
    sizes: tuple[int, ...]
    cold_runs: int
    warm_runs: int
    progress: Callable[[str], None]
    s3: S3Client


@dataclass(frozen=True, slots=True)
class Material:
    """What both handlers are measured with."""

    layers: dict[str, Path]
    """What is at /opt for each."""
    codes: dict[str, Path]
    """The handlers without a model."""
    models: dict[int, Path]


def measure(bench: Bench, layer: Path) -> HandlerFigures:
    """Measure all.

    Args:
        bench: how.
        layer: the zip of the cell.

    Raises:
        LayerFactoryError: something cannot be built or does not answer as it must.
    """
    material = prepare(bench, layer)
    series = []
    for units in bench.sizes:
        for source in (PACKAGE, S3):
            series += _both(bench, material, units, source)
    place = f"{bench.image} with {MEMORY_MB} MB and {CPUS} processors"
    beside = _beside(bench, material)
    return HandlerFigures(bench.cell.identifier, place, tuple(series), beside)


def prepare(bench: Bench, layer: Path) -> Material:
    """Unpack our layer, build that of 2020, and fit the models with ours."""
    work, python = bench.work, find_interpreter(bench.cell.python).path
    ours = _unpack(layer, work / "opt")
    (work / "recipe").mkdir()
    env = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    version = bench.cell.scikit_learn
    theirs = recipe_2020.build(python, version, work / "recipe", env, strip=False)
    layers = {OURS: ours, THEIRS: _unpack(theirs, work / "opt of 2020")}
    shutil.rmtree(work / "recipe")
    bench.progress("built the layer of 2020, but for strip: its files do not import after that")
    models = {units: work / f"{units}.joblib" for units in bench.sizes}
    for units, path in models.items():
        _run_python(bench, ["-c", _FIT, str(units), path])
    bench.s3.create_bucket(Bucket=BUCKET)
    for path in models.values():
        bench.s3.upload_file(str(path), BUCKET, path.name)
    bench.progress("fitted the models")
    return Material(layers, _codes(bench, models[bench.sizes[0]]), models)


def _codes(bench: Bench, any_model: Path) -> dict[str, Path]:
    """Ours as `bundle` packs it; without the model, which comes with each function."""
    archive = bench.work / "function.zip"
    _run_python(bench, ["-m", "scikit_learn_lambda", "bundle", any_model, "-o", archive])
    ours = _unpack(archive, bench.work / "code")
    (ours / MODEL).unlink()
    theirs = bench.work / "code of 2020"
    theirs.mkdir()
    shutil.copy(GUEST / "handler_2020.py", theirs)
    return {OURS: ours, THEIRS: theirs}


def _both(bench: Bench, material: Material, units: int, source: str) -> list[Series]:
    """Both handlers in turn, so that what else the machine does weighs on both alike.

    While one starts or answers the other waits, and takes nothing of the processor.
    """
    functions = {name: _function(bench, material, name, units, source) for name in (THEIRS, OURS)}
    cold: dict[str, list[float]] = {name: [] for name in functions}
    warm: dict[str, list[float]] = {name: [] for name in functions}
    peaks: dict[str, list[int]] = {name: [] for name in functions}
    for number in range(bench.cold_runs):
        with ExitStack() as stack:
            ready = {}
            for name in functions if number % 2 == 0 else reversed(functions):
                place = emulated(functions[name], _place(bench, source))
                ready[name] = stack.enter_context(place)
                cold[name].append(_ask(ready[name], _ONE))
                peaks[name].append(ready[name].runtime()["peak_bytes"])
            for _ in range(bench.warm_runs):
                for name, emulation in ready.items():
                    warm[name].append(_ask(emulation, _ONE))
        bench.progress(
            f"3 x {units} from {source}: "
            + ", ".join(f"{name} {cold[name][-1]:.2f} s" for name in functions)
        )
    size = material.models[units].stat().st_size
    return [
        Series(name, units, size, source, tuple(cold[name]), tuple(warm[name]), max(peaks[name]))
        for name in functions
    ]


def _function(bench: Bench, material: Material, name: str, units: int, source: str) -> Function:
    code, model = material.codes[name], material.models[units]
    if source == S3:
        path = f"s3://{BUCKET}/{model.name}"
        settings = {
            "AWS_ENDPOINT_URL": bench.aws.endpoint_url or "",
            "AWS_ACCESS_KEY_ID": bench.aws.access_key_id or "",
            "AWS_SECRET_ACCESS_KEY": bench.aws.secret_access_key or "",
        }
    else:
        path, settings = MODEL, {}
        code = _with_model(code, model, bench.work / f"{code.name} {units}")
    settings["SKLEARN_MODEL_PATH"] = path
    layer = material.layers[name]
    return Function(bench.cell, code, layer, _ENTRIES[name], settings, memory_mb=MEMORY_MB)


def _with_model(code: Path, model: Path, folder: Path) -> Path:
    if not folder.exists():
        shutil.copytree(code, folder)
        os.link(model, folder / MODEL)
    return folder


def _place(bench: Bench, source: str = PACKAGE) -> InContainer:
    network = Network.HOST if source == S3 else Network.NONE
    return InContainer(bench.image, MEMORY_MB, CPUS, network)


def _beside(bench: Bench, material: Material) -> Beside:
    smallest = bench.sizes[0]
    many: dict[str, tuple[float, ...]] = {}
    event = _many()
    for name in (THEIRS, OURS):
        function = _function(bench, material, name, smallest, PACKAGE)
        with emulated(function, _place(bench)) as emulation:
            _ask(emulation, event)
            many[name] = tuple(_ask(emulation, event) for _ in range(max(3, bench.cold_runs)))
    bench.progress(f"asked for {MANY_ROWS} rows")
    bare = bench.work / "bare"
    bare.mkdir()
    (bare / "bare.py").write_text(_BARE)
    function = Function(bench.cell, bare, material.layers[OURS], "bare.handler")
    colds, peak = [], 0
    for _ in range(bench.cold_runs):
        with emulated(function, _place(bench)) as emulation:
            colds.append(emulation.invoke({}).seconds)
            peak = emulation.runtime()["peak_bytes"]
    bench.progress("started a function that only imports")
    own = _own_times(bench, material, smallest)
    return Beside(many, own, _handler_imports(bench, material), tuple(colds), peak)


def _own_times(bench: Bench, material: Material, units: int) -> dict[str, float]:
    """In a process of its own, without limits: the emulator takes longer than what is measured."""
    script = GUEST / "handler_own_time.py"
    told = {}
    for name in (THEIRS, OURS):
        code = _function(bench, material, name, units, PACKAGE).code
        words = [script, _ENTRIES[name], code, json.dumps(_ONE)]
        # That of 2020 is measured on our layer: only its own work counts here.
        told[name] = float(_run_python(bench, words, boto3=name == THEIRS).splitlines()[-1])
    bench.progress("took the handlers' own time")
    return told


def _handler_imports(bench: Bench, material: Material) -> tuple[float, ...]:
    code = "import time, numpy; began = time.perf_counter(); import scikit_learn_lambda.function; "
    code += "print(time.perf_counter() - began)"
    places = (material.codes[OURS], material.layers[OURS] / "python")
    path = {"PYTHONPATH": os.pathsep.join(map(str, places))}
    runs = range(max(3, bench.cold_runs))
    return tuple(float(_run_python(bench, ["-c", code], env=path)) for _ in runs)


def _run_python(
    bench: Bench, words: list[Any], *, env: dict[str, str] | None = None, boto3: bool = False
) -> str:
    """Run the cell's Python with our layer and handler; what it printed."""
    from layerfactory.rehearsal.emulator.tools import emulator_tools

    trees = [bench.work / "opt/python", HANDLER]
    trees += [emulator_tools(bench.cell).packages] if boto3 else []
    path = os.pathsep.join(map(str, trees))
    env = {"PATH": os.defpath, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": path, **(env or {})}
    # As Lambda has it at this size.
    env |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    python = find_interpreter(bench.cell.python).path
    done = run([python, "-s", *words], env=env, cwd=bench.work)
    if done.returncode != 0:
        raise BuildError(f"{words[0]}: fails under Python {bench.cell.python}:\n{done.tail}")
    return done.stdout


def _ask(emulation: Emulation, event: dict[str, Any]) -> float:
    """How long the answer took; a wrong one raises BuildError."""
    answer = emulation.invoke(event)
    wanted = len(json.loads(event["body"])["input"])
    value = answer.value
    told = json.loads(value["body"]) if value.get("statusCode") == 200 else {}
    if len(told.get("prediction", ())) != wanted:
        raise BuildError(f"the function answers {answer.body[:300]}:\n{emulation.log()[-2000:]}")
    return answer.seconds


def _event(body: dict[str, Any]) -> dict[str, Any]:
    """As a REST API sends it: the one form that the handler of 2020 takes."""
    return {
        "resource": "/",
        "path": "/",
        "httpMethod": "POST",
        "headers": {"Content-Type": "application/json"},
        "queryStringParameters": None,
        "requestContext": {"stage": "dev", "httpMethod": "POST"},
        "body": json.dumps(body),
        "isBase64Encoded": False,
    }


_ONE = _event({"input": [[5.1, 3.5, 1.4, 0.2]]})


def _many() -> dict[str, Any]:
    """MANY_ROWS as different as those of iris, so that no two probabilities need be equal."""
    generator = random.Random(0)
    rows = [[round(generator.uniform(0.1, 8), 1) for _ in range(4)] for _ in range(MANY_ROWS)]
    return _event({"input": rows, "return_probabilities": True})


def _unpack(path: Path, folder: Path) -> Path:
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder)
    return folder
