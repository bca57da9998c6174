"""One wheel becomes a part: install, check, trim, compile, compress."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from layerfactory.build.bytecode import plan_bytecode
from layerfactory.build.licenses import license_texts, wheel_license
from layerfactory.build.members import pack, select
from layerfactory.build.parts.part import Part
from layerfactory.build.records import Distribution, read_distributions
from layerfactory.build.trim import plan_trim
from layerfactory.errors import BuildError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from layerfactory.build.builder import Builder
    from layerfactory.build.locks.lock import Lock
    from layerfactory.matrix.model import Bytecode


@dataclass(frozen=True, slots=True)
class Workplace:
    """What making a part needs besides the wheel."""

    bytecode: Bytecode
    builder: Builder
    progress: Callable[[str], None]
    """Called with the name of each step as it begins."""
    jobs: int


def make_part(lock: Lock, place: Workplace, tree: Path) -> Part:
    """Make the part of a lock that holds one wheel.

    Args:
        lock: the wheel, and the cell whose runtime counts.
        place: who makes it, and how.
        tree: the folder to unpack in; it is made, and left as it is.

    Raises:
        LockError: the wheel is not the one that was locked.
        BuildError: something else is in the way.
    """
    (wheel,) = lock.wheels
    place.progress(f"installing {wheel.name}")
    found = _install(lock, place.builder, tree)
    files = sorted(path.relative_to(tree).as_posix() for path in tree.rglob("*") if path.is_file())
    untrimmed_bytes = _total(tree, files)
    trimmed = plan_trim(files)
    place.progress(f"compiling {wheel.name}")
    bytecode = plan_bytecode(trimmed.kept, place.bytecode, lock.cell.python)
    failed = set(place.builder.compile(tree, bytecode.steps))
    compiled = {step.source: step.target for step in bytecode.steps if step.source not in failed}
    place.progress(f"packing {wheel.name}")
    stand_ins = {} if bytecode.sources_stay else compiled
    selection = select([*trimmed.kept, *compiled.values()], trimmed.dropped, stand_ins)
    packed = pack(tree, selection, lock.cell.architecture.page_size, place.jobs)
    return Part(
        name=found.name,
        version=found.version,
        license=wheel_license((tree / found.info / "METADATA").read_text("utf-8")),
        members=packed.members,
        rules=packed.rules,
        license_texts=license_texts(files),
        untrimmed_bytes=untrimmed_bytes,
        bytecode_bytes=_total(tree, compiled.values()),
    )


def _install(lock: Lock, builder: Builder, tree: Path) -> Distribution:
    """Unpack, and hold each file against what its wheel says of it."""
    found = _unpack(lock, builder, tree)
    if any(dist.damaged for dist in found):
        # A cache that was cut short gives such files again and again: drop it, fetch anew, once.
        builder.forget([dist.name for dist in found])
        found = _unpack(lock, builder, tree)
    for dist in found:
        if dist.damaged:
            raise BuildError(
                f"{lock.cell}: files are not as their wheels have them "
                f"({dist.name}: {dist.damaged[0]})",
                "Check the disk, drop uv's cache (`uv cache clean`), and run again.",
            )
    return _the_locked(lock, found)


def _unpack(lock: Lock, builder: Builder, tree: Path) -> tuple[Distribution, ...]:
    shutil.rmtree(tree, ignore_errors=True)
    tree.mkdir(parents=True)
    builder.install(lock, tree)
    return read_distributions(tree)


def _the_locked(lock: Lock, found: tuple[Distribution, ...]) -> Distribution:
    wanted = {(wheel.name, wheel.version) for wheel in lock.wheels}
    got = {(dist.name, dist.version) for dist in found}
    if wanted != got:
        odd = ", ".join(f"{name} {version}" for name, version in sorted(wanted ^ got))
        raise BuildError(
            f"{lock.cell}: the install is not what was locked: {odd}",
            "Report this with the lock and the builder's name.",
        )
    return found[0]


def _total(tree: Path, names: Iterable[str]) -> int:
    return sum((tree / name).stat().st_size for name in names)
