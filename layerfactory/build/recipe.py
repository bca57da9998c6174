"""Everything that decides a layer's bytes, as one hash: equal recipes need no second build."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from typing import TYPE_CHECKING

from layerfactory.data.runtimes import limits

if TYPE_CHECKING:
    from collections.abc import Mapping

    from layerfactory.build.builder import Builder
    from layerfactory.build.locks.lock import Lock
    from layerfactory.matrix.model import Bytecode

# The modules and facts that a part's bytes come out of, and what is said of them.
_OF_PARTS = {
    "layerfactory.build": (
        *("archive.py", "bytecode.py", "layer.py", "licenses.py", "members.py", "trim.py"),
    ),
    "layerfactory.build.elf": ("image.py", "rewrite.py", "view.py"),
    "layerfactory.build.guest": ("compile_tree.py",),
    "layerfactory.build.parts": ("make.py", "part.py"),
    "layerfactory.data": ("licenses.yaml", "trim_rules.yaml"),
}
# Those that put parts together.
_OF_LAYERS = {
    "layerfactory.build": ("describe.py", "pipeline.py", "squeeze.py"),
    "layerfactory.build.parts": ("gather.py",),
}


def recipe_sha256(lock: Lock, bytecode: Bytecode, builder: Builder) -> str:
    """The hash of all that decides a layer's bytes, hex.

    Raises:
        InterpreterNotFoundError: the builder finds no Python for the cell.
    """
    said = [lock.cell.identifier, lock.sha256, *_place(bytecode, builder)]
    said += [
        str(lock.cell.architecture.page_size),
        str(limits().direct_upload_bytes),
        _code_sha256("parts"),
        _code_sha256("layers"),
    ]
    return _digest(said)


def part_recipe_sha256(lock: Lock, bytecode: Bytecode, builder: Builder) -> str:
    """The hash of all that decides the part of a lock's only wheel, hex.

    The cell's scikit-learn is not in it: cells of one Python share the other wheels.

    Raises:
        InterpreterNotFoundError: the builder finds no Python for the cell.
    """
    (wheel,) = lock.wheels
    architecture = lock.cell.architecture
    said = [wheel.sha256, lock.cell.python, architecture.value, str(architecture.page_size)]
    return _digest([*said, *_place(bytecode, builder), _code_sha256("parts")])


def _place(bytecode: Bytecode, builder: Builder) -> list[str]:
    return [bytecode.value, builder.name, builder.image, builder.interpreter]


def _digest(said: list[str]) -> str:
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


@cache
def _code_sha256(of: str) -> str:
    digest = hashlib.sha256(version("deflate").encode())
    sources: Mapping[str, tuple[str, ...]] = _OF_PARTS if of == "parts" else _OF_LAYERS
    for package, names in sources.items():
        for name in names:
            digest.update(files(package).joinpath(name).read_bytes())
    return digest.hexdigest()
