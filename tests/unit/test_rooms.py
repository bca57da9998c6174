"""Holds the plan of the house: who imports whom, and which module speaks to which outside thing."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import layerfactory

PACKAGE = Path(layerfactory.__file__).parent
# Left to right: a room imports only rooms to its left.
ROOMS = (
    *("matrix", "build", "sizes", "verify", "publish", "catalog", "site", "jobs"),
    *("rehearsal", "watch", "doctor"),
)
# What every room may import.
COMMON = ("data", "errors", "__version__")
# Those that build the objects and hand them on: they import all, and nobody imports them.
ENTRANCE = ("cli", "console", "board", "progress", "__main__")
# One door for each outside thing: who imports its package, at whatever depth. `guest` modules run
# in another Python than ours, where our doors do not exist.
DOORS = {
    "subprocess": {
        "build/processes.py",
        "build/guest/compile_tree.py",
        "rehearsal/guest/emulation.py",
    },
    "multiprocessing": set(),
    "docker": {"build/docker/daemon.py", "build/docker/images.py", "build/docker/leftovers.py"},
    "boto3": {"publish/aws/session.py", "publish/aws/endpoint.py", "publish/aws/failures.py"},
    "botocore": {
        "publish/aws/content.py",
        "publish/aws/failures.py",
        "publish/aws/layers.py",
        "publish/aws/runtimes.py",
        "publish/aws/session.py",
        "publish/aws/staging.py",
        "publish/aws/upload.py",
    },
    # The rehearsal tells the embedded AWS where its functions run.
    "moto": {"publish/embedded.py", "rehearsal/function.py"},
    "pypi_simple": {"matrix/index.py"},
    "cyclonedx": {"build/bom/sbom.py"},
    "rich": {"board.py", "console.py", "progress.py"},
    "typer": {
        "cli/app.py",
        "cli/automating.py",
        "cli/balancing.py",
        "cli/billing.py",
        "cli/caching.py",
        "cli/common.py",
        "cli/examining.py",
        "cli/failures.py",
        "cli/listing.py",
        "cli/making.py",
        "cli/measuring.py",
        "cli/options.py",
        "cli/showing.py",
        "cli/watching.py",
    },
    "jinja2": {"site/render.py"},
    "pandas": {"catalog/read.py", "catalog/write.py", "verify/guest/probe_extras.py"},
}
MODULES = {
    path.relative_to(PACKAGE).as_posix(): ast.parse(path.read_text("utf-8"))
    for path in sorted(PACKAGE.rglob("*.py"))
}


def imports_of(tree):
    """The modules that a module imports, in functions and for type checkers too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield node.module
            # `from layerfactory.build.wheels import uv` names a module as well.
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def rooms_of(tree):
    """The rooms that a module imports from."""
    names = [name.split(".") for name in imports_of(tree)]
    return {parts[1] for parts in names if parts[0] == "layerfactory" and len(parts) > 1}


def allowed(place):
    """What a module of this room, or a module beside the rooms, may import from."""
    if place in ROOMS:
        return {*ROOMS[: ROOMS.index(place) + 1], *COMMON}
    return {
        "data": {"data", "errors"},
        "errors": set(),
        "console": {"board", "errors", "progress"},
        "board": set(),
        "progress": set(),
        "__main__": {"cli"},
        "cli": {*ROOMS, *COMMON, "cli", "console", "board", "progress"},
        "__init__": set(),
    }[place]


@pytest.mark.parametrize("path", MODULES)
def test_imports_go_one_way(path):
    place = path.split("/")[0].removesuffix(".py")
    assert rooms_of(MODULES[path]) <= allowed(place)


def test_every_room_is_known():
    places = {path.split("/")[0].removesuffix(".py") for path in MODULES}
    assert places | {"__version__"} == {*ROOMS, *COMMON, *ENTRANCE, "__init__"}


@pytest.mark.parametrize("package", DOORS)
def test_one_door_for_each_outside_thing(package):
    through = {
        path
        for path, tree in MODULES.items()
        if package in {name.split(".")[0] for name in imports_of(tree)}
    }
    assert through == DOORS[package]


def test_nobody_else_starts_processes():
    starters = {"system", "popen", "fork", "posix_spawn", "execv", "execve", "execvp", "spawnv"}
    found = {
        path
        for path, tree in MODULES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr in starters
        and isinstance(node.value, ast.Name)
        and node.value.id == "os"
    }
    assert found == set()


def test_one_module_prints():
    """Guests answer on standard output, which is how they speak to us."""
    printers = {
        path
        for path, tree in MODULES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "print"
    }
    assert {path for path in printers if "/guest/" not in path} == set()
