"""What can be said of a layer without running it: all findings at once, out of the zip itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layerfactory.build.licenses import license_texts
from layerfactory.verify.bytecode import check_bytecode
from layerfactory.verify.contents import check_contents
from layerfactory.verify.identity import check_identity
from layerfactory.verify.inventory import check_inventory
from layerfactory.verify.linking import check_elf
from layerfactory.verify.packing import check_packing, check_size
from layerfactory.verify.unzipped import unzip

if TYPE_CHECKING:
    from collections.abc import Collection

    from layerfactory.build.layer import Layer
    from layerfactory.build.locks.lock import Lock
    from layerfactory.verify.findings import Finding


def check_layer(layer: Layer, lock: Lock, untrimmed: Collection[str]) -> tuple[Finding, ...]:
    """Hold a layer's zip against its manifest, its lock and its runtime.

    Args:
        layer: the zip and its manifest; the zip may be damaged or gone.
        lock: what the layer was made of.
        untrimmed: the files of the lock's untrimmed install (see ``untrimmed_names``).

    Returns:
        Every promise that it does not hold; none where all is well.
    """
    unzipped = unzip(layer.zip)
    policy, python = layer.manifest.bytecode, layer.cell.python
    if unzipped.damage and not unzipped.members:
        return tuple(unzipped.damage)
    if not unzipped.read:
        return tuple(check_size(unzipped, layer.manifest))
    return (
        *unzipped.damage,
        *check_size(unzipped, layer.manifest),
        *check_packing(unzipped),
        *check_elf(unzipped.elf, layer.cell),
        *check_identity(unzipped, layer, lock),
        *check_contents(unzipped, lock, license_texts(untrimmed)),
        *check_inventory(unzipped, untrimmed, policy, python),
        *check_bytecode(unzipped, policy, python),
    )
