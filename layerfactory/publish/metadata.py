"""What a layer version says of itself on AWS, held to AWS's limits."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from layerfactory.data.runtimes import limits

if TYPE_CHECKING:
    from layerfactory.build.layer import Layer, Manifest

DESCRIPTION_LENGTH = 256
LICENSE_LENGTH = 512
_MORE = " (more in the layer's dist-info)"
_NAMED = ("scikit-learn", "numpy", "scipy", "joblib")

# Lambda refuses a request of 69,905,067 bytes or more, which is one byte less than 50 MiB are in
# base64; name, description and licence travel beside the zip. 2 KiB are room for them.
_ENVELOPE_BYTES = 2048


def fits_in_request(zipped_bytes: int) -> bool:
    """Whether Lambda takes a zip of this size directly; a larger one goes through S3."""
    return zipped_bytes <= limits().direct_upload_bytes - _ENVELOPE_BYTES


def describe(layer: Layer) -> str:
    """One line for the console: ``scikit-learn 1.9.1, numpy 2.5.3 for python3.12 on x86_64``."""
    manifest, cell = layer.manifest, layer.cell
    parts = [f"{name} {version}" for name in _NAMED if (version := manifest.package_version(name))]
    line = f"{', '.join(parts)} for {cell.runtime.name} on {cell.architecture}".lstrip()
    return line[:DESCRIPTION_LENGTH]


def license_info(manifest: Manifest) -> str:
    """The SPDX expression; one that is too long keeps as many whole terms as there is room for."""
    expression = manifest.license
    if len(expression) <= LICENSE_LENGTH:
        return expression
    kept = ""
    for term in re.split(r" AND (?![^(]*\))", expression):  # never inside parentheses
        longer = f"{kept} AND {term}" if kept else term
        if len(longer) + len(_MORE) > LICENSE_LENGTH:
            break
        kept = longer
    return f"{kept}{_MORE}".lstrip()


def version_request(layer: Layer) -> dict[str, Any]:
    """The parameters of PublishLayerVersion, but for the content."""
    request = {
        "LayerName": layer.cell.layer_name,
        "Description": describe(layer),
        "CompatibleRuntimes": [layer.cell.runtime.name],
        "CompatibleArchitectures": [str(layer.cell.architecture)],
    }
    if license_text := license_info(layer.manifest):
        request["LicenseInfo"] = license_text
    return request
