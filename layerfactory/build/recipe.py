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
    from layerfactory.build.builder import Builder
    from layerfactory.build.locks.lock import Lock
    from layerfactory.matrix.model import Bytecode

# The modules and facts that a layer's bytes come out of.
_SOURCES = {
    "layerfactory.build": (
        "archive.py",
        "bytecode.py",
        "describe.py",
        "licenses.py",
        "members.py",
        "pipeline.py",
        "trim.py",
    ),
    "layerfactory.build.elf": ("image.py", "rewrite.py", "view.py"),
    "layerfactory.build.guest": ("compile_tree.py",),
    "layerfactory.data": ("licenses.yaml", "trim_rules.yaml"),
}


def recipe_sha256(lock: Lock, bytecode: Bytecode, builder: Builder) -> str:
    """The hash of all that decides the bytes, hex; raises what asking for the Python raises."""
    parts = [lock.cell.identifier, lock.sha256, bytecode.value]
    parts += [builder.name, builder.image, builder.interpreter]
    parts += [str(limits().direct_upload_bytes), _code_sha256()]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


@cache
def _code_sha256() -> str:
    digest = hashlib.sha256(version("deflate").encode())
    for package, names in _SOURCES.items():
        for name in names:
            digest.update(files(package).joinpath(name).read_bytes())
    return digest.hexdigest()
