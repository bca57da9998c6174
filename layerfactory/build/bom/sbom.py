"""A layer's bill of materials, as CycloneDX: the same layer has the same one to the byte.

The specification wants a serial number that is new each time, and a time. Both would make two bills
of one layer differ, so the serial is made of the content, and there is no time.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

from layerfactory import __version__

if TYPE_CHECKING:
    from pathlib import Path

    from cyclonedx.model import HashType, Property
    from cyclonedx.model.bom import Bom
    from cyclonedx.model.component import Component
    from cyclonedx.model.license import LicenseExpression

    from layerfactory.build.bom.inside import Inside, Library
    from layerfactory.build.layer import Layer, Manifest, PackagedWheel
    from layerfactory.matrix.cell import Cell

SUFFIX = ".cdx.json"
_IMPORTED_AS = {"scikit-learn": "sklearn"}
"""Where a package's folder is not called as its distribution."""


def sbom_path(folder: Path, cell: Cell) -> Path:
    """Where the bill of a cell's layer lies."""
    return folder / f"{cell.identifier}{SUFFIX}"


def sbom_text(layer: Layer, inside: Inside) -> str:
    """The bill of a layer, as JSON of CycloneDX 1.6.

    Args:
        layer: with its manifest.
        inside: what its zip holds beside the distributions.
    """
    from cyclonedx.output.json import JsonV1Dot6

    bom = _bom(layer.manifest, inside)
    value = json.loads(JsonV1Dot6(bom).output_as_string())
    del value["metadata"]["timestamp"]
    del value["serialNumber"]
    content = json.dumps(value, sort_keys=True)
    value["serialNumber"] = uuid5(NAMESPACE_URL, content).urn
    return json.dumps(value, indent=2, sort_keys=True) + "\n"


def _bom(manifest: Manifest, inside: Inside) -> Bom:
    from cyclonedx.model.bom import Bom, BomMetaData
    from cyclonedx.model.component import Component, ComponentType

    whole = Component(
        name=manifest.layer_name,
        type=ComponentType.LIBRARY,
        bom_ref=manifest.cell,
        version=manifest.package_version("scikit-learn"),
        description="A layer for AWS Lambda",
        hashes=[_hash(manifest.sha256)],
        licenses=_licenses(manifest.license),
        properties=_properties(manifest),
    )
    tool = Component(name="layerfactory", type=ComponentType.APPLICATION, version=__version__)
    bom = Bom(metadata=BomMetaData(component=whole))
    bom.metadata.tools.components.add(tool)
    packages = [_package(wheel, inside) for wheel in manifest.packages]
    for package in packages:
        bom.components.add(package)
    bom.register_dependency(whole, packages)
    for package in packages:
        bom.register_dependency(package)
    return bom


def _package(wheel: PackagedWheel, inside: Inside) -> Component:
    from cyclonedx.model.component import Component, ComponentType
    from packageurl import PackageURL

    purl = PackageURL("pypi", name=wheel.name, version=wheel.version)
    # numpy.libs/ beside the package, or scipy/.libs/ inside it in wheels of before 2021.
    folders = {f"{_module(wheel.name)}.libs", _IMPORTED_AS.get(wheel.name, _module(wheel.name))}
    mine = [each for each in inside.libraries if each.path.partition("/")[0] in folders]
    return Component(
        name=wheel.name,
        type=ComponentType.LIBRARY,
        bom_ref=purl.to_string(),
        version=wheel.version,
        purl=purl,
        hashes=[_hash(wheel.sha256)],
        licenses=_licenses(wheel.license),
        properties=[_property("wheel", wheel.wheel)],
        components=[_bundled(each) for each in mine],
    )


def _module(name: str) -> str:
    """The folder of a distribution's libraries is named after its wheel, or its package."""
    return name.replace("-", "_")


def _bundled(library: Library) -> Component:
    from cyclonedx.model.component import Component, ComponentType

    return Component(
        name=library.name,
        type=ComponentType.LIBRARY,
        bom_ref=library.path,
        hashes=[_hash(library.sha256)],
        licenses=_licenses(library.license),
        properties=[_property("path", f"/opt/python/{library.path}")],
    )


def _properties(manifest: Manifest) -> list[Property]:
    told = {
        "cell": manifest.cell,
        "lock-sha256": manifest.lock_sha256,
        "builder": manifest.builder,
        "interpreter": manifest.interpreter,
        "image": manifest.image,
        "bytecode": manifest.bytecode,
        "unzipped-bytes": str(manifest.unzipped_bytes),
    }
    return [_property(name, value) for name, value in told.items() if value]


def _property(name: str, value: str) -> Property:
    from cyclonedx.model import Property

    return Property(name=f"layerfactory:{name}", value=value)


def _hash(sha256: str) -> HashType:
    from cyclonedx.model import HashAlgorithm, HashType

    return HashType(alg=HashAlgorithm.SHA_256, content=sha256)


def _licenses(expression: str) -> list[LicenseExpression]:
    from cyclonedx.model.license import LicenseExpression

    return [LicenseExpression(expression)] if expression else []
