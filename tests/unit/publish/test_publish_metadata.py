from pathlib import Path

import pytest
from synthetic_layers import make_manifest

from layerfactory.build.layer import Layer
from layerfactory.data.runtimes import Architecture
from layerfactory.matrix.cell import Cell
from layerfactory.publish.identity import made_of
from layerfactory.publish.metadata import (
    LICENSE_LENGTH,
    describe,
    fits_in_request,
    license_info,
    version_request,
)

CELL = Cell("3.12", "1.9.1", Architecture.ARM64)
LAYER = Layer(CELL, Path("layer.zip"), make_manifest(CELL))


def test_a_version_says_what_is_in_it_and_what_it_is_for():
    assert describe(LAYER) == (
        "scikit-learn 1.9.1, numpy 2.5.0, scipy 1.18.1, joblib 1.6.0 for python3.12 on arm64"
        f" made-of:{made_of('0' * 64, 'sourceless')} sha256:{LAYER.manifest.sha256}"
    )
    assert version_request(LAYER) == {
        "LayerName": "python-3-12-scikit-learn-1-9-1-arm64",
        "Description": describe(LAYER),
        "CompatibleRuntimes": ["python3.12"],
        "CompatibleArchitectures": ["arm64"],
        "LicenseInfo": "MIT",
    }


def test_a_variant_says_what_it_carries_first():
    cell = Cell("3.12", "1.9.1", extras=("pandas",))
    layer = Layer(cell, Path("layer.zip"), make_manifest(cell))
    assert version_request(layer)["LayerName"] == "python-3-12-scikit-learn-1-9-1-pandas"
    assert describe(layer).startswith("scikit-learn 1.9.1, pandas 3.0.6, numpy 2.5.0, ")


def test_an_unknown_licence_is_not_sent():
    layer = Layer(CELL, Path("layer.zip"), make_manifest(CELL, license_=""))
    assert "LicenseInfo" not in version_request(layer)


def test_a_licence_that_fits_stays_as_it_is():
    expression = " AND ".join(["MIT"] * 60)
    assert license_info(make_manifest(CELL, license_=expression)) == expression


@pytest.mark.parametrize("term", ["BSD-3-Clause", "(MIT AND (Zlib OR Apache-2.0))"])
def test_a_licence_that_is_too_long_ends_after_a_whole_term(term):
    text = license_info(make_manifest(CELL, license_=" AND ".join([term] * 60)))
    assert len(text) <= LICENSE_LENGTH
    kept, note = text.split(" (more")
    assert note == " in the layer's dist-info)"
    count = kept.count(term)
    assert count >= 13
    assert kept == " AND ".join([term] * count)


@pytest.mark.parametrize(("bytes_", "fits"), [(52_425_728, True), (52_425_729, False)])
def test_what_goes_directly_fits_into_lambdas_request(bytes_, fits):
    assert fits_in_request(bytes_) is fits
    in_base64 = 4 * -(-bytes_ // 3)
    longest_fields = 140 + 256 + 512 + 300
    assert not fits or in_base64 + longest_fields < 69_905_067
