"""A cell's lock becomes a layer: its wheels' parts are put together, zipped and described."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from layerfactory.build.archive import write_zip, zip_size
from layerfactory.build.cache.store import FORGETFUL
from layerfactory.build.describe import describe_package, layer_license, sum_rules
from layerfactory.build.files import disk_faults, replacing, write_json
from layerfactory.build.layer import ROOT, Layer, Manifest
from layerfactory.build.locks.check import wheel_fault
from layerfactory.build.parts.gather import gather_parts
from layerfactory.build.parts.make import Workplace
from layerfactory.build.recipe import recipe_sha256
from layerfactory.build.squeeze import squeeze
from layerfactory.build.store import alone, load_layer, workspace, zip_path
from layerfactory.data.runtimes import limits
from layerfactory.errors import BuildError, LockError

if TYPE_CHECKING:
    from collections.abc import Callable
    from io import BufferedRandom
    from pathlib import Path

    from layerfactory.build.archive import Member
    from layerfactory.build.builder import Builder
    from layerfactory.build.cache.store import Cache
    from layerfactory.build.locks.lock import Lock
    from layerfactory.build.parts.part import Part
    from layerfactory.matrix.model import Bytecode


@dataclass(frozen=True, slots=True)
class Order:
    """What to build, and how."""

    lock: Lock
    bytecode: Bytecode
    builder: Builder
    output: Path
    """The folder that receives the zip and its manifest."""
    progress: Callable[[str], None]
    """Called with the name of each step as it begins."""
    jobs: int = 1
    source_commit: str = ""
    force: bool = False
    """Build even where the layer at hand has the same recipe."""
    cache: Cache = FORGETFUL
    """Of the wheels' parts; by default nothing is kept."""


def build_layer(order: Order) -> tuple[Layer, bool]:
    """Build a cell, or take what an earlier build of the same recipe left.

    Two builds of one cell at once wait for each other.

    Returns:
        The layer, and whether it was built now.

    Raises:
        LockError: a wheel is not the one that was locked.
        BuildError: something else is in the way; what existed stays as it was.
    """
    cell = order.lock.cell
    _require_loadable(order.lock)
    with alone(order.output, cell, order.progress):
        recipe = recipe_sha256(order.lock, order.bytecode, order.builder)
        existing = None if order.force else load_layer(order.output, cell, order.cache)
        if existing is not None and existing.manifest.recipe_sha256 == recipe:
            return existing, False
        place = Workplace(order.bytecode, order.builder, order.progress, order.jobs)
        with workspace(order.output, cell) as folder, disk_faults(folder):
            parts = gather_parts(order.lock, place, order.cache, folder)
        return _write(order, recipe, parts), True


def _require_loadable(lock: Lock) -> None:
    for wheel in lock.wheels:
        if fault := wheel_fault(wheel, lock.cell):
            raise LockError(
                f"{lock.cell}: {fault}",
                f"Make the lock anew: layerfactory lock --upgrade --only '{lock.cell}'",
            )


def _write(order: Order, recipe: str, parts: tuple[Part, ...]) -> Layer:
    order.progress("zipping")
    limit = limits().direct_upload_bytes
    members = squeeze(_join(order.lock, parts), limit, order.jobs, order.cache)
    path = zip_path(order.output, order.lock.cell)
    with replacing(path) as file:
        write_zip(file, members)
        manifest = _manifest(order, recipe, parts, members, _settled_sha256(file))
        layer = Layer(order.lock.cell, path, manifest)
        # The manifest first, then the zip: a run that is killed in between leaves a pair that does
        # not agree, and such a pair is built again.
        write_json(layer.manifest_path, manifest.to_json())
    return layer


def _join(lock: Lock, parts: tuple[Part, ...]) -> tuple[Member, ...]:
    """The members of all parts; no two wheels may bring the same file."""
    owners: dict[str, str] = {}
    for part in parts:
        for member in part.members:
            if member.name in owners:
                raise BuildError(
                    f"{lock.cell}: {owners[member.name]} and {part.name} both have {member.name}",
                    "They cannot be in one layer; leave one of them out.",
                )
            owners[member.name] = part.name
    return tuple(member for part in parts for member in part.members)


def _settled_sha256(file: BufferedRandom) -> str:
    """The hash of what was written, once the disk has taken all of it."""
    file.flush()
    os.fsync(file.fileno())
    file.seek(0)
    return hashlib.file_digest(file, "sha256").hexdigest()


def _manifest(
    order: Order, recipe: str, parts: tuple[Part, ...], members: tuple[Member, ...], sha256: str
) -> Manifest:
    cell = order.lock.cell
    wheels = {wheel.name: wheel for wheel in order.lock.wheels}
    shipped = {member.name: member for member in members}
    packages = tuple(describe_package(part, wheels[part.name], shipped) for part in parts)
    return Manifest(
        cell=cell.identifier,
        layer_name=cell.layer_name,
        sha256=sha256,
        zipped_bytes=zip_size(members),
        unzipped_bytes=sum(member.size for member in members),
        untrimmed_bytes=sum(part.untrimmed_bytes for part in parts),
        bytecode_bytes=sum(part.bytecode_bytes for part in parts),
        files=len(members),
        license=layer_license(packages, [name.removeprefix(ROOT) for name in shipped]),
        license_texts=tuple(sorted(text for part in parts for text in part.license_texts)),
        bytecode=order.bytecode.value,
        builder=order.builder.name,
        interpreter=order.builder.interpreter,
        image=order.builder.image,
        lock_sha256=order.lock.sha256,
        recipe_sha256=recipe,
        source_commit=order.source_commit,
        packages=packages,
        rules=sum_rules(packages),
    )
