from __future__ import annotations

import ast
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path

import pytest
from lock_samples import make_lock

from layerfactory.build import recipe
from layerfactory.build.recipe import recipe_sha256
from layerfactory.data.runtimes import Architecture
from layerfactory.matrix.cell import Cell
from layerfactory.matrix.model import Bytecode


@dataclass(frozen=True)
class Place:
    """What a builder tells of itself."""

    name: str = "docker"
    image: str = "image@sha256:1"
    interpreter: str = "3.12.1"


LOCK, POLICY, PLACE = make_lock(joblib="1.5.0"), Bytecode.SOURCELESS, Place()


def test_equal_inputs_give_equal_recipes():
    again = recipe_sha256(make_lock(joblib="1.5.0"), Bytecode("sourceless"), Place())
    assert again == recipe_sha256(LOCK, POLICY, PLACE)


@pytest.mark.parametrize(
    "inputs",
    [
        (make_lock(joblib="1.5.1"), POLICY, PLACE),
        (replace(LOCK, cell=replace(LOCK.cell, architecture=Architecture.ARM64)), POLICY, PLACE),
        (replace(LOCK, cell=Cell("3.13", "1.9.1")), POLICY, PLACE),
        (replace(LOCK, wheels=(replace(LOCK.wheels[0], sha256="6" * 64),)), POLICY, PLACE),
        (LOCK, Bytecode.SOURCES, PLACE),
        (LOCK, Bytecode.SOURCELESS_DOCSTRINGS, PLACE),
        (LOCK, POLICY, Place(name="wheels")),
        (LOCK, POLICY, Place(image="image@sha256:2")),
        (LOCK, POLICY, Place(interpreter="3.12.2")),
    ],
)
def test_every_input_changes_the_recipe(inputs):
    assert recipe_sha256(*inputs) != recipe_sha256(LOCK, POLICY, PLACE)


def test_the_day_of_a_lock_does_not_change_the_recipe():
    later = replace(LOCK, as_of=LOCK.as_of.replace(year=2030))
    assert recipe_sha256(later, POLICY, PLACE) == recipe_sha256(LOCK, POLICY, PLACE)


ROOM = "layerfactory.build."
# Imported by the modules that the recipe counts, and without a say in a layer's bytes: values
# between rooms, what reads and writes files, and the recipe itself.
WITHOUT_A_SAY = {"builder", "files", "layer", "locks.lock", "recipe", "records", "store"}


def test_the_recipe_counts_every_module_that_its_modules_use():
    counted = {
        f"{package}.{name}".removeprefix(ROOM).removesuffix(".py")
        for package, names in recipe._SOURCES.items()
        for name in names
        if package in {"layerfactory.build", "layerfactory.build.elf"}
    }
    used = set()
    for module in counted:
        path = Path(*module.split(".")).with_suffix(".py")
        used |= imports_of(files("layerfactory.build").joinpath(str(path)).read_text("utf-8"))
    assert used - counted == WITHOUT_A_SAY


def imports_of(source):
    """The modules of the build room that a module imports."""
    nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ImportFrom)]
    return {node.module.removeprefix(ROOM) for node in nodes if node.module.startswith(ROOM)}


def test_every_file_of_the_recipe_is_there():
    for package, names in recipe._SOURCES.items():
        assert [name for name in names if not files(package).joinpath(name).is_file()] == []
