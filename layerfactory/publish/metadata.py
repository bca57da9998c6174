"""What a layer version says of itself on AWS, held to AWS's limits."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from layerfactory.data.runtimes import limits
from layerfactory.publish.identity import made_of, with_mark

if TYPE_CHECKING:
    from layerfactory.build.layer import Layer, Manifest

DESCRIPTION_LENGTH = 256
LICENSE_LENGTH = 512
_MORE = " (more in the layer's dist-info)"
_FIRST = "scikit-learn"
_NAMED = ("numpy", "scipy", "joblib")


def fits_in_request(zipped_bytes: int) -> bool:
    """Whether Lambda takes a zip of this size directly; a larger one goes through S3."""
    return zipped_bytes <= limits().direct_upload_bytes


def describe(layer: Layer) -> str:
    """One line for the console: ``scikit-learn 1.9.1, numpy 2.5.3 for python3.12 on x86_64``.

    Extras stand behind scikit-learn; last come what the zip is made of, and its mark.
    """
    manifest, cell = layer.manifest, layer.cell
    names = (_FIRST, *cell.extras, *_NAMED)
    parts = [f"{name} {version}" for name in names if (version := manifest.package_version(name))]
    line = f"{', '.join(parts)} for {cell.runtime.name} on {cell.architecture}".lstrip()
    made = made_of(manifest.lock_sha256, manifest.bytecode)
    return with_mark(line, manifest.sha256, room=DESCRIPTION_LENGTH, made=made)


def license_info(manifest: Manifest) -> str:
    """The SPDX expression; one that is too long keeps as many whole terms as there is room for."""
    expression = manifest.license
    if len(expression) <= LICENSE_LENGTH:
        return expression
    room = LICENSE_LENGTH - len(_MORE)
    ends = (match.start() for match in re.finditer(" AND ", expression))
    whole = (end for end in ends if end <= room and _is_closed(expression[:end]))
    return f"{expression[: max(whole, default=0)]}{_MORE}".lstrip()


def _is_closed(expression: str) -> bool:
    """No parenthesis stays open."""
    return expression.count("(") == expression.count(")")


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
