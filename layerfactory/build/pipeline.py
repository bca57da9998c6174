"""A cell's lock becomes a layer: install, check, trim, compile, pack, zip, manifest."""

from __future__ import annotations

import hashlib
import os
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from layerfactory.build.archive import squeeze, write_zip, zip_size
from layerfactory.build.bytecode import plan_bytecode
from layerfactory.build.describe import describe_packages, layer_license
from layerfactory.build.files import disk_faults, replacing, write_json
from layerfactory.build.layer import Layer, Manifest
from layerfactory.build.licenses import license_texts
from layerfactory.build.members import Packed, pack, select
from layerfactory.build.recipe import recipe_sha256
from layerfactory.build.records import Distribution, read_distributions
from layerfactory.build.store import alone, load_layer, workspace, zip_path
from layerfactory.build.trim import plan_trim
from layerfactory.data.runtimes import limits
from layerfactory.errors import BuildError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from io import BufferedRandom
    from pathlib import Path

    from layerfactory.build.builder import Builder
    from layerfactory.build.layer import PackagedWheel
    from layerfactory.build.locks.lock import Lock
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


@dataclass(frozen=True, slots=True)
class _Contents:
    """What goes into the zip, and what is to be said of it."""

    packed: Packed
    packages: tuple[PackagedWheel, ...]
    license_texts: tuple[str, ...]
    untrimmed_bytes: int
    bytecode_bytes: int


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
    with alone(order.output, cell, order.progress):
        recipe = recipe_sha256(order.lock, order.bytecode, order.builder)
        existing = None if order.force else load_layer(order.output, cell)
        if existing is not None and existing.manifest.recipe_sha256 == recipe:
            return existing, False
        with workspace(order.output, cell) as folder, disk_faults(folder):
            contents = _make_contents(order, folder / "tree")
            return _write(order, recipe, contents), True


def _make_contents(order: Order, tree: Path) -> _Contents:
    order.progress("installing")
    distributions = _install(order, tree)
    files = sorted(path.relative_to(tree).as_posix() for path in tree.rglob("*") if path.is_file())
    untrimmed_bytes = _total(tree, files)
    trimmed = plan_trim(files)
    order.progress("compiling")
    bytecode = plan_bytecode(trimmed.kept, order.bytecode, order.lock.cell.python)
    failed = set(order.builder.compile(tree, bytecode.steps))
    compiled = {step.source: step.target for step in bytecode.steps if step.source not in failed}
    order.progress("packing")
    stand_ins = {} if bytecode.sources_stay else compiled
    selection = select([*trimmed.kept, *compiled.values()], trimmed.dropped, stand_ins)
    packed = pack(tree, selection, order.lock.cell.architecture.page_size, order.jobs)
    packages = describe_packages(order.lock, tree, distributions, compiled, packed.sizes)
    return _Contents(
        packed=packed,
        packages=packages,
        license_texts=license_texts(files),
        untrimmed_bytes=untrimmed_bytes,
        bytecode_bytes=_total(tree, compiled.values()),
    )


def _install(order: Order, tree: Path) -> tuple[Distribution, ...]:
    """Unpack, and hold each file against what its wheel says of it."""
    found = _unpack(order, tree)
    damaged = [dist for dist in found if dist.damaged]
    if damaged:
        # A cache that was cut short gives such files again and again: drop it, fetch anew, once.
        order.builder.forget([dist.name for dist in damaged])
        found = _unpack(order, tree)
        damaged = [dist for dist in found if dist.damaged]
    if damaged:
        where = ", ".join(f"{dist.name}: {dist.damaged[0]}" for dist in damaged)
        raise BuildError(
            f"{order.lock.cell}: files are not as their wheels have them ({where})",
            "Check the disk, drop uv's cache (`uv cache clean`), and run again.",
        )
    _require_locked(order.lock, found)
    return found


def _unpack(order: Order, tree: Path) -> tuple[Distribution, ...]:
    shutil.rmtree(tree, ignore_errors=True)
    tree.mkdir()
    order.builder.install(order.lock, tree)
    return read_distributions(tree)


def _require_locked(lock: Lock, found: tuple[Distribution, ...]) -> None:
    wanted = {(wheel.name, wheel.version) for wheel in lock.wheels}
    got = {(dist.name, dist.version) for dist in found}
    if wanted != got:
        odd = ", ".join(f"{name} {version}" for name, version in sorted(wanted ^ got))
        raise BuildError(
            f"{lock.cell}: the install is not what was locked: {odd}",
            "Report this with the lock and the builder's name.",
        )


def _write(order: Order, recipe: str, contents: _Contents) -> Layer:
    order.progress("zipping")
    members = squeeze(contents.packed.members, limits().direct_upload_bytes, order.jobs)
    path = zip_path(order.output, order.lock.cell)
    with replacing(path) as file:
        write_zip(file, members)
        manifest = _manifest(order, recipe, contents, _settled_sha256(file), zip_size(members))
        layer = Layer(order.lock.cell, path, manifest)
        # The manifest first, then the zip: a run that is killed in between leaves a pair that does
        # not agree, and such a pair is built again.
        write_json(layer.manifest_path, manifest.to_json())
    return layer


def _settled_sha256(file: BufferedRandom) -> str:
    """The hash of what was written, once the disk has taken all of it."""
    file.flush()
    os.fsync(file.fileno())
    file.seek(0)
    return hashlib.file_digest(file, "sha256").hexdigest()


def _manifest(
    order: Order, recipe: str, contents: _Contents, sha256: str, zipped_bytes: int
) -> Manifest:
    cell, packed = order.lock.cell, contents.packed
    return Manifest(
        cell=cell.identifier,
        layer_name=cell.layer_name,
        sha256=sha256,
        zipped_bytes=zipped_bytes,
        unzipped_bytes=sum(packed.sizes.values()),
        untrimmed_bytes=contents.untrimmed_bytes,
        bytecode_bytes=contents.bytecode_bytes,
        files=len(packed.sizes),
        license=layer_license(contents.packages, packed.sizes),
        license_texts=contents.license_texts,
        bytecode=order.bytecode.value,
        builder=order.builder.name,
        interpreter=order.builder.interpreter,
        image=order.builder.image,
        lock_sha256=order.lock.sha256,
        recipe_sha256=recipe,
        source_commit=order.source_commit,
        packages=contents.packages,
        rules=packed.rules,
    )


def _total(tree: Path, names: Iterable[str]) -> int:
    return sum((tree / name).stat().st_size for name in names)
