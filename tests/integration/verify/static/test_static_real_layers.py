"""The static checks on layers that the pipeline made of real wheels: nothing to find."""

import os
import zipfile
from dataclasses import replace

import pytest

from layerfactory.build.licenses import license_texts
from layerfactory.build.locks.resolve import make_lock
from layerfactory.build.pipeline import Order, build_layer
from layerfactory.build.wheels.builder import WheelsBuilder
from layerfactory.build.wheels.interpreters import find_interpreter
from layerfactory.data.runtimes import Architecture
from layerfactory.errors import InterpreterNotFoundError
from layerfactory.matrix.cell import Cell
from layerfactory.matrix.index import PackageIndex
from layerfactory.matrix.model import Bytecode
from layerfactory.verify.static import check_layer
from layerfactory.verify.untrimmed import untrimmed_names

CELLS = {
    "py3.7-sklearn0.23.1-x86_64": Bytecode.SOURCES,
    "py3.13-sklearn1.9.1-arm64": Bytecode.SOURCELESS,
}


@pytest.fixture(scope="module", params=sorted(CELLS))
def built(request, tmp_path_factory):
    """A layer, its lock, and the files of the untrimmed install."""
    cell = Cell.parse(request.param)
    try:
        find_interpreter(cell.python)
    except InterpreterNotFoundError as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(error.message)
    folder = tmp_path_factory.mktemp("layer")
    lock = make_lock(cell, PackageIndex())
    order = Order(
        lock=lock,
        bytecode=CELLS[request.param],
        builder=WheelsBuilder(cell.python, jobs=2),
        output=folder,
        progress=lambda _: None,
    )
    layer, _ = build_layer(order)
    return layer, lock, untrimmed_names(lock, folder / "cache")


@pytest.mark.interpreter
def test_a_real_layer_has_no_findings(built):
    layer, lock, names = built
    assert license_texts(names)
    assert layer.manifest.license_texts == license_texts(names)
    assert check_layer(layer, lock, names) == ()


@pytest.mark.interpreter
def test_a_real_layer_on_the_other_processor_has_many(built):
    layer, lock, names = built
    here = layer.cell.architecture
    there = next(other for other in Architecture if other is not here)
    moved = replace(layer, cell=replace(layer.cell, architecture=there))
    message = f"is for {here.machine}, not for {there.machine}"
    found = check_layer(moved, lock, names)
    assert len([finding for finding in found if finding.message == message]) > 100


@pytest.mark.interpreter
def test_a_real_layer_without_one_library_says_who_misses_it(built, tmp_path):
    layer, lock, names = built
    spoiled = tmp_path / layer.zip.name
    with zipfile.ZipFile(layer.zip) as source, zipfile.ZipFile(spoiled, "w") as target:
        for member in source.infolist():
            data = source.read(member)
            member.compress_type = zipfile.ZIP_STORED
            if "libgomp" not in member.filename:
                target.writestr(member, data)
    found = check_layer(replace(layer, zip=spoiled), lock, names)
    missing = [f for f in found if f.check == "elf"]
    assert len(missing) > 10
    assert all("libgomp" in f.message and "cannot find" in f.message for f in missing)
