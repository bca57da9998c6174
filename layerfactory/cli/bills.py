"""What `sbom` writes, and says of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from layerfactory.build.bom import notices, sbom, sums
from layerfactory.build.bom.inside import read_inside
from layerfactory.build.files import write_text
from layerfactory.build.store import zip_path
from layerfactory.cli.recording import whole_layer
from layerfactory.cli.views import counted, document, error_json
from layerfactory.errors import BuildError, LayerFactoryError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from layerfactory.build.bom.inside import Inside
    from layerfactory.build.layer import Layer
    from layerfactory.cli.session import Session
    from layerfactory.console import Console
    from layerfactory.matrix.cell import Cell


@dataclass(frozen=True, slots=True)
class Billed:
    """One chosen cell that is built: what is inside its layer, or why nobody can tell."""

    cell: Cell
    inside: tuple[Layer, Inside] | None = None
    error: LayerFactoryError | None = None


def find(session: Session, verdicts: Path | None) -> tuple[Billed, ...]:
    """Read each chosen layer that is built; one at fault stops no other.

    Args:
        session: the run.
        verdicts: the folder of what `verify` found; without one, nobody asks for it.

    Raises:
        BuildError: none is built.
    """
    cells = [plan.cell for plan in session.plans]
    found = [cell for cell in cells if zip_path(session.output, cell).exists()]
    if not found:
        raise BuildError(
            f"{session.output}: none of the {len(cells)} chosen cells is built",
            "Build them first: layerfactory build.",
        )
    return tuple(_read(session, cell, verdicts) for cell in found)


def _read(session: Session, cell: Cell, verdicts: Path | None) -> Billed:
    from layerfactory.cli.gating import Gate, require_good

    try:
        layer = whole_layer(session, cell)
        if verdicts is not None:
            require_good(session, layer, Gate(verdicts=verdicts))
        return Billed(cell, (layer, read_inside(layer)))
    except LayerFactoryError as error:
        return Billed(cell, error=error)


def write(folder: Path, done: Sequence[Billed], *, dry_run: bool) -> list[Path]:
    """Write what differs from what is there, or find out what that would be.

    What an earlier run said of a layer that is at fault by now is removed.

    Raises:
        BuildError: a file cannot be written.
    """
    inside = [each.inside for each in done if each.inside is not None]
    files = {
        sbom.sbom_path(folder, layer.cell): sbom.sbom_text(layer, what) for layer, what in inside
    }
    if inside:
        files[folder / notices.NAME] = notices.notices_text(inside)
    changed = [path for path, text in files.items() if _differs(path, text)]
    if dry_run:
        return changed
    for path in changed:
        write_text(path, files[path])
    for each in done:
        if each.error is not None:
            sbom.sbom_path(folder, each.cell).unlink(missing_ok=True)
    return changed + _write_sums(folder, [layer for layer, _ in inside], list(files))


def _write_sums(folder: Path, layers: Sequence[Layer], written: Sequence[Path]) -> list[Path]:
    """The sums over it all and the layers; tells them where they differed."""
    path = folder / sums.NAME
    if not layers:
        path.unlink(missing_ok=True)
        return []
    parts = [part for layer in layers for part in (layer.zip, layer.manifest_path)]
    text = sums.sums_text([*parts, *written])
    if not _differs(path, text):
        return []
    write_text(path, text)
    return [path]


def show(
    console: Console, done: Sequence[Billed], changed: Sequence[Path], *, dry_run: bool
) -> None:
    """What was written, or that nothing was."""
    for path in changed:
        console.say(f"{'would write' if dry_run else 'wrote'} {path}")
    good = sum(each.inside is not None for each in done)
    if good and not changed:
        console.say(f"what is told of {counted(good, 'layer')} is up to date")


def to_json(folder: Path, done: Sequence[Billed], changed: Sequence[Path]) -> dict[str, Any]:
    """What ``--json`` prints."""
    return document(
        "sbom",
        cells=[_cell_json(folder, each) for each in done],
        written=[str(path) for path in changed],
    )


def _cell_json(folder: Path, each: Billed) -> dict[str, Any]:
    manifest = each.inside[0].manifest if each.inside else None
    return {
        "cell": str(each.cell),
        "sha256": manifest.sha256 if manifest else None,
        "license": manifest.license if manifest else None,
        "sbom": str(sbom.sbom_path(folder, each.cell)) if manifest else None,
        "error": error_json(each.error),
    }


def _differs(path: Path, text: str) -> bool:
    try:
        return path.read_bytes() != text.encode()
    except OSError:
        return True
