"""What `size` measures and shows."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from layerfactory.build.files import write_text
from layerfactory.build.store import find_layer
from layerfactory.cli import views
from layerfactory.console import Column, megabytes
from layerfactory.data.runtimes import limits
from layerfactory.errors import BuildError, MatrixError
from layerfactory.sizes.measure import Measure
from layerfactory.sizes.members import read_sizes
from layerfactory.sizes.tree import layer_tree, left_out_tree
from layerfactory.sizes.treemap import draw_treemap
from layerfactory.verify.records.files import read_record

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from layerfactory.build.layer import Layer, Manifest
    from layerfactory.cli.session import Session
    from layerfactory.console import Console
    from layerfactory.sizes.members import FileSize
    from layerfactory.verify.records.record import Record

_LARGEST = 10
"""Files shown of one cell."""
_SOURCES = 3
"""Packages named behind a rule."""

CELL_COLUMNS = (
    views.CELL,
    Column("untrimmed", "right"),
    Column("trimmed", "right"),
    Column("zip", "right"),
    Column("to 50 MiB", "right"),
    Column("record", "right"),
)
PACKAGE_COLUMNS = (
    Column("package"),
    Column("version"),
    Column("unzipped", "right"),
    Column("zip", "right"),
    Column("share", "right"),
    Column("left out", "right"),
)
RULE_COLUMNS = (Column("left out by rule"), Column("MB", "right"), Column("most of it from"))
SUM_COLUMNS = (Column("from the wheels to the layer"), Column("bytes", "right"))
FILE_COLUMNS = (Column("largest files"), Column("unzipped", "right"), Column("zip", "right"))


@dataclass(frozen=True, slots=True)
class Measured:
    """A built layer, and what is recorded of its cell."""

    layer: Layer
    record: Record | None

    @property
    def to_line(self) -> int:
        """Bytes of zip over the limit of a direct upload; negative where there is room."""
        return self.layer.manifest.zipped_bytes - limits().direct_upload_bytes

    @property
    def growth(self) -> float | None:
        """The share by which the zip is larger than recorded."""
        if self.record is None:
            return None
        return self.layer.manifest.zipped_bytes / self.record.zipped_bytes - 1


def measure_layers(session: Session) -> tuple[Measured, ...]:
    """The chosen cells that are built, the largest zip first.

    Raises:
        BuildError: none is built.
    """
    layers = [find_layer(session.output, plan.cell) for plan in session.plans]
    found = [Measured(layer, read_record(session.records, layer.cell)) for layer in layers if layer]
    if not found:
        raise BuildError(
            f"{session.output}: none of the {len(session.plans)} chosen cells is built",
            f"Build one: layerfactory build --only '{session.plans[0].cell}'",
        )
    if missing := len(layers) - len(found):
        session.console.note(f"{missing} of {len(layers)} cells are not built")
    return tuple(sorted(found, key=lambda each: -each.layer.manifest.zipped_bytes))


def draw(session: Session, found: Sequence[Measured], path: Path, measure: Measure) -> None:
    """Write the treemap of the one layer.

    Raises:
        MatrixError: there are several, or the file's folder is missing.
        BuildError: the file cannot be written.
    """
    if len(found) > 1:
        msg = f"--treemap draws one cell, and {len(found)} are chosen"
        raise MatrixError(msg, f"Choose one: --only '{found[0].layer.cell}'")
    if not path.parent.is_dir():
        msg = f"{path}: there is no folder {path.parent}"
        raise MatrixError(msg, "Make the folder, or choose another place for --treemap.")
    layer = found[0].layer
    manifest = layer.manifest
    tree = layer_tree(str(layer.cell), read_sizes(layer.zip), manifest.packages)
    sizes = (
        f"{megabytes(manifest.zipped_bytes)} MB zipped, "
        f"{megabytes(manifest.unzipped_bytes)} MB unzipped"
    )
    areas = "in the zip" if measure is Measure.ZIPPED else "unzipped"
    subtitle = f"{sizes}; areas are bytes {areas}"
    write_text(path, draw_treemap(tree, left_out_tree(manifest.packages), measure, subtitle))
    session.console.note(f"wrote {path}")


def show(console: Console, found: Sequence[Measured]) -> None:
    """Tables: what is in the one layer, or a row for each of several."""
    if len(found) == 1:
        _show_one(console, found[0])
        return
    title = f"In MB; 50 MiB, the line of a direct upload, is {_line()}"
    console.table(title, CELL_COLUMNS, [*map(_cell_row, found), _total_row(found)])
    fitting = sum(each.to_line <= 0 for each in found)
    console.say(f"{fitting} of {len(found)} layers fit 50 MiB")


def _cell_row(each: Measured) -> tuple[str, ...]:
    manifest = each.layer.manifest
    growth = "none" if each.growth is None else f"{each.growth:+.1%}"
    return (str(each.layer.cell), *_sizes(manifest), f"{each.to_line / 1e6:+.2f}", growth)


def _sizes(manifest: Manifest) -> tuple[str, str, str]:
    untrimmed, unzipped = megabytes(manifest.untrimmed_bytes), megabytes(manifest.unzipped_bytes)
    return untrimmed, unzipped, megabytes(manifest.zipped_bytes)


def _total_row(found: Sequence[Measured]) -> tuple[str, ...]:
    manifests = [each.layer.manifest for each in found]
    return (
        views.counted(len(found), "cell"),
        megabytes(sum(manifest.untrimmed_bytes for manifest in manifests)),
        megabytes(sum(manifest.unzipped_bytes for manifest in manifests)),
        megabytes(sum(manifest.zipped_bytes for manifest in manifests)),
        "",
        "",
    )


def _show_one(console: Console, each: Measured) -> None:
    manifest = each.layer.manifest
    console.table(f"{each.layer.cell}, in MB", PACKAGE_COLUMNS, _package_rows(manifest))
    console.table("", RULE_COLUMNS, _rule_rows(manifest))
    largest = sorted(read_sizes(each.layer.zip), key=lambda f: (-f.zipped_bytes, f.path))[:_LARGEST]
    console.table("", FILE_COLUMNS, list(map(_file_row, largest)))
    console.table("", SUM_COLUMNS, _sum_rows(manifest))
    to_line = f"{each.to_line / 1e6:+.2f} MB to 50 MiB"
    console.say(f"{to_line}, the line of a direct upload, which is {_line()} MB")
    limit = limits().unzipped_bytes
    left = f"{megabytes(limit - manifest.unzipped_bytes)} MB left of {megabytes(limit)} MB unzipped"
    console.say(f"{left}, the limit for a function with all its layers")
    if each.growth is not None:
        console.say(f"{each.growth:+.1%} against the record")


def _package_rows(manifest: Manifest) -> list[tuple[str, ...]]:
    rows = [
        (
            package.name,
            package.version,
            megabytes(package.bytes),
            megabytes(package.zipped_bytes),
            f"{package.zipped_bytes / manifest.zipped_bytes:.1%}",
            megabytes(sum(use.bytes for use in package.rules)),
        )
        for package in sorted(manifest.packages, key=lambda p: (-p.zipped_bytes, p.name))
    ]
    out = megabytes(sum(use.bytes for use in manifest.rules))
    unzipped, zipped = megabytes(manifest.unzipped_bytes), megabytes(manifest.zipped_bytes)
    return [*rows, ("all", "", unzipped, zipped, "", out)]


def _rule_rows(manifest: Manifest) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for use in sorted(manifest.rules, key=lambda use: (-use.bytes, use.rule)):
        taken = Counter(
            {
                p.name: own.bytes
                for p in manifest.packages
                for own in p.rules
                if own.rule == use.rule
            }
        )
        most = ", ".join(f"{name} {megabytes(n)}" for name, n in taken.most_common(_SOURCES))
        rows.append((use.rule, megabytes(use.bytes), most))
    return rows


def _sum_rows(manifest: Manifest) -> list[tuple[str, str]]:
    """From what the wheels unpack to, to what the layer does. Exact: rounded sums differ."""
    parts = {
        "untrimmed": f"{manifest.untrimmed_bytes:,}",
        "added: bytecode": f"{manifest.bytecode_bytes:+,}",
        "left out": f"{-sum(use.bytes for use in manifest.rules):+,}",
        "unzipped": f"{manifest.unzipped_bytes:,}",
    }
    return list(parts.items())


def _line() -> str:
    return f"{limits().direct_upload_bytes / 1e6:.2f}"


def _file_row(file: FileSize) -> tuple[str, ...]:
    return file.short, megabytes(file.unzipped_bytes), megabytes(file.zipped_bytes)


def to_json(found: Sequence[Measured]) -> dict[str, Any]:
    """What ``--json`` prints; all sizes are in bytes. The largest files for one cell only."""
    cells = [_cell_json(each) for each in found]
    if len(found) == 1:
        files = sorted(read_sizes(found[0].layer.zip), key=lambda f: (-f.zipped_bytes, f.path))
        cells[0]["largest"] = [asdict(file) for file in files[:_LARGEST]]
    return views.document(
        "size",
        direct_upload_bytes=limits().direct_upload_bytes,
        unzipped_limit_bytes=limits().unzipped_bytes,
        cells=cells,
    )


def _cell_json(each: Measured) -> dict[str, Any]:
    manifest = each.layer.manifest
    return {
        "cell": manifest.cell,
        "zipped_bytes": manifest.zipped_bytes,
        "unzipped_bytes": manifest.unzipped_bytes,
        "untrimmed_bytes": manifest.untrimmed_bytes,
        "bytecode_bytes": manifest.bytecode_bytes,
        "over_direct_upload_bytes": each.to_line,
        "recorded_zipped_bytes": each.record.zipped_bytes if each.record else None,
        "recorded_unzipped_bytes": each.record.unzipped_bytes if each.record else None,
        "packages": [asdict(package) for package in manifest.packages],
        "rules": [asdict(use) for use in manifest.rules],
    }
