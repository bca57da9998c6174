"""The verb `sbom`: what is inside the built layers, for those who look at supply chains."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from layerfactory.cli import options as o
from layerfactory.cli.common import read_choice
from layerfactory.cli.failures import ends_well
from layerfactory.console import Console

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from layerfactory.build.layer import Layer
    from layerfactory.cli.session import Session


@ends_well
def sbom(
    only: o.Only = None,
    python: o.Python = None,
    scikit_learn: o.ScikitLearn = None,
    architecture: o.Arch = None,
    extras: o.Extras = None,
    region: o.RegionNames = None,
    matrix: o.MatrixFile = o.MATRIX,
    output: o.Output = o.OUTPUT,
    dry_run: o.DryRun = False,
    as_json: o.AsJson = False,
) -> None:
    """Write what is inside the built layers: an SBOM each, THIRD_PARTY_NOTICES.txt, SHA256SUMS.

    The SBOM is CycloneDX and lies beside its zip. Notices and sums are of the chosen cells that are
    built. The same layers give the same bytes.

    Example: layerfactory sbom --only 'py3.12-*'
    """
    from layerfactory.cli.session import open_session
    from layerfactory.cli.views import counted

    console = Console(as_json=as_json)
    chosen = read_choice(only, python, scikit_learn, architecture, extras, region)
    session = open_session(console, matrix, chosen, output, o.JOBS)
    layers = _built_layers(session)
    files = _texts(output, layers)
    changed = _changed(files)
    if not dry_run:
        _write(changed)
        listed = _changed(_sums(output, layers, files))
        _write(listed)
        changed |= listed
    for path in changed:
        console.say(f"{'would write' if dry_run else 'wrote'} {path}")
    if not changed:
        console.say(f"what is told of {counted(len(layers), 'layer')} is up to date")
    console.json(_to_json(layers, changed))


def _built_layers(session: Session) -> tuple[Layer, ...]:
    """The chosen layers that are built, each of its lock as it is now.

    Raises:
        BuildError: none is built, or one is not what its manifest or lock says.
    """
    from layerfactory.build.store import find_layer
    from layerfactory.cli.recording import whole_layer
    from layerfactory.errors import BuildError

    cells = [plan.cell for plan in session.plans]
    layers = [whole_layer(session, cell) for cell in cells if find_layer(session.output, cell)]
    if not layers:
        raise BuildError(
            f"{session.output}: none of the {len(cells)} chosen cells is built",
            "Build them first: layerfactory build.",
        )
    return tuple(layers)


def _texts(output: Path, layers: tuple[Layer, ...]) -> dict[Path, str]:
    """What is to be written, but for the sums, which come of it."""
    from layerfactory.build.bom import notices, sbom
    from layerfactory.build.bom.inside import read_inside

    inside = [(layer, read_inside(layer)) for layer in layers]
    bills = {sbom.sbom_path(layer): sbom.sbom_text(layer, each) for layer, each in inside}
    return {**bills, output / notices.NAME: notices.notices_text(inside)}


def _sums(output: Path, layers: tuple[Layer, ...], files: Iterable[Path]) -> dict[Path, str]:
    """The sums over the layers and these files, which are written by now."""
    from layerfactory.build.bom import sums

    paths = [path for layer in layers for path in (layer.zip, layer.manifest_path)]
    return {output / sums.NAME: sums.sums_text([*paths, *files])}


def _changed(files: Mapping[Path, str]) -> dict[Path, str]:
    """Those that do not lie there as they should."""
    return {path: text for path, text in files.items() if _differs(path, text)}


def _differs(path: Path, text: str) -> bool:
    try:
        return path.read_bytes() != text.encode()
    except OSError:
        return True


def _write(files: Mapping[Path, str]) -> None:
    from layerfactory.build.files import write_text

    for path, text in files.items():
        write_text(path, text)


def _to_json(layers: tuple[Layer, ...], changed: Iterable[Path]) -> dict[str, Any]:
    from layerfactory.build.bom.sbom import sbom_path
    from layerfactory.cli.views import document

    return document(
        "sbom",
        layers=[
            {
                "cell": str(layer.cell),
                "sha256": layer.manifest.sha256,
                "license": layer.manifest.license,
                "sbom": str(sbom_path(layer)),
            }
            for layer in layers
        ],
        written=[str(path) for path in changed],
    )
