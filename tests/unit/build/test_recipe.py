from __future__ import annotations

import ast
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path

import pytest
from lock_samples import make_lock

from layerfactory.build import recipe
from layerfactory.build.locks.lock import Lock
from layerfactory.build.recipe import part_recipe_sha256, recipe_sha256
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


def test_a_part_is_the_same_whichever_scikit_learn_it_stands_beside():
    joblib = LOCK.wheels[:1]
    assert joblib[0].name == "joblib"
    here = part_recipe_sha256(replace(LOCK, wheels=joblib), POLICY, PLACE)
    other = Lock(Cell("3.12", "1.8.0"), LOCK.as_of.replace(year=2030), joblib)
    assert part_recipe_sha256(other, POLICY, PLACE) == here


ALONE = replace(LOCK, wheels=LOCK.wheels[:1])
ARM = replace(ALONE.cell, architecture=Architecture.ARM64)


@pytest.mark.parametrize(
    "inputs",
    [
        (replace(ALONE, wheels=(replace(LOCK.wheels[0], sha256="6" * 64),)), POLICY, PLACE),
        (replace(ALONE, cell=ARM), POLICY, PLACE),
        (replace(ALONE, cell=Cell("3.13", "1.9.1")), POLICY, PLACE),
        (ALONE, Bytecode.SOURCES, PLACE),
        (ALONE, Bytecode.SOURCELESS_DOCSTRINGS, PLACE),
        (ALONE, POLICY, Place(name="wheels")),
        (ALONE, POLICY, Place(image="image@sha256:2")),
        (ALONE, POLICY, Place(interpreter="3.12.2")),
    ],
)
def test_every_input_changes_a_parts_recipe(inputs):
    assert part_recipe_sha256(*inputs) != part_recipe_sha256(ALONE, POLICY, PLACE)


ROOM = "layerfactory.build."
# Imported by the modules that the recipes count, and without a say in the bytes: values between
# rooms, what reads and writes files, and the recipe itself.
VALUES = {"builder", "locks.lock", "records"}
EFFECTS = {"cache.store", "files", "locks.check", "recipe", "store"}


def counted(sources):
    """The modules of the build room that a list names."""
    return {
        f"{package}.{name}".removeprefix(ROOM).removesuffix(".py")
        for package, names in sources.items()
        for name in names
        if f"{package}.".startswith(ROOM) and "guest" not in package
    }


def used_by(modules):
    """The modules of the build room that these import."""
    used = set()
    for module in modules:
        path = Path(*module.split(".")).with_suffix(".py")
        used |= imports_of(files("layerfactory.build").joinpath(str(path)).read_text("utf-8"))
    return used


def imports_of(source):
    nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ImportFrom)]
    return {node.module.removeprefix(ROOM) for node in nodes if node.module.startswith(ROOM)}


def test_the_recipe_of_a_part_counts_every_module_that_makes_it():
    parts = counted(recipe._OF_PARTS)
    assert "parts.make" in parts
    assert used_by(parts) - parts == VALUES


def test_the_recipe_of_a_layer_counts_every_module_that_puts_it_together():
    parts, layers = counted(recipe._OF_PARTS), counted(recipe._OF_LAYERS)
    assert "pipeline" in layers
    assert parts & layers == set()
    assert used_by(layers) - parts - layers == (VALUES | EFFECTS) - {"records"}


@pytest.mark.parametrize("sources", [recipe._OF_PARTS, recipe._OF_LAYERS], ids=["parts", "layers"])
def test_every_file_of_the_recipe_is_there(sources):
    for package, names in sources.items():
        assert [name for name in names if not files(package).joinpath(name).is_file()] == []


@pytest.mark.parametrize("of", ["parts", "layers"])
def test_other_code_makes_other_recipes(monkeypatch, of):
    def recipes():
        alone = part_recipe_sha256(ALONE, POLICY, PLACE)
        return recipe_sha256(LOCK, POLICY, PLACE), alone if of == "parts" else None

    before = recipes()
    code = recipe._code_sha256
    monkeypatch.setattr(recipe, "_code_sha256", lambda name: code(name) + "x" * (name == of))
    after = recipes()
    assert after[0] != before[0]
    assert of == "layers" or after[1] != before[1]


def test_the_page_size_is_in_both_recipes(monkeypatch):
    before = recipe_sha256(LOCK, POLICY, PLACE), part_recipe_sha256(ALONE, POLICY, PLACE)
    monkeypatch.setattr(Architecture, "page_size", 0x4000)
    after = recipe_sha256(LOCK, POLICY, PLACE), part_recipe_sha256(ALONE, POLICY, PLACE)
    assert before[0] != after[0]
    assert before[1] != after[1]
