from __future__ import annotations

import json
import zipfile
from dataclasses import replace

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from synthetic_layers import make_manifest

from layerfactory.build.bom.inside import Library, read_inside
from layerfactory.build.bom.notices import notices_text
from layerfactory.build.bom.sbom import sbom_path, sbom_text
from layerfactory.build.bom.sums import sums_text
from layerfactory.build.layer import Layer
from layerfactory.errors import BuildError
from layerfactory.matrix.cell import Cell

CELL = Cell("3.13", "1.9.1")
MEMBERS = {
    "python/numpy/__init__.pyc": b"code",
    "python/numpy.libs/libgfortran-83c28eba.so.5.0.0": b"elf",
    "python/sklearn/.libs/libgomp-7c85b1e2.so.1": b"elf",
    "python/numpy-2.5.0.dist-info/licenses/LICENSE": b"Free.\r\n",
    "python/scipy-1.18.1.dist-info/LICENSE": b"Free.\n\n",
}
TEXTS = ("numpy-2.5.0.dist-info/licenses/LICENSE", "scipy-1.18.1.dist-info/LICENSE")


@pytest.fixture
def layer(tmp_path):
    path = tmp_path / f"{CELL}.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in MEMBERS.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    manifest = make_manifest(CELL, path.read_bytes(), license_="BSD-3-Clause AND MIT")
    return Layer(CELL, path, replace(manifest, license_texts=TEXTS))


def bill(layer):
    return json.loads(sbom_text(layer, read_inside(layer)))


def test_it_is_what_the_schema_of_cyclonedx_asks_for(layer):
    text = sbom_text(layer, read_inside(layer))
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    damaged = text.replace('"SHA-256"', '"SHA-257"', 1)
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(damaged) is not None


def test_it_tells_the_layer_and_each_distribution(layer):
    value = bill(layer)
    whole = value["metadata"]["component"]
    assert (whole["name"], whole["version"]) == (CELL.layer_name, "1.9.1")
    assert whole["hashes"] == [{"alg": "SHA-256", "content": layer.manifest.sha256}]
    assert whole["licenses"] == [{"expression": "BSD-3-Clause AND MIT"}]
    found = {each["name"]: each for each in value["components"]}
    assert found.keys() == {package.name for package in layer.manifest.packages}
    numpy = found["numpy"]
    assert numpy["purl"] == "pkg:pypi/numpy@2.5.0"
    assert numpy["hashes"][0]["content"] == "0" * 64
    (edges,) = [each for each in value["dependencies"] if each["ref"] == str(CELL)]
    assert set(edges["dependsOn"]) == {each["bom-ref"] for each in value["components"]}


def test_it_tells_the_libraries_that_wheels_bring_along(layer):
    inside = {
        each["name"]: [nested["name"] for nested in each.get("components", [])]
        for each in bill(layer)["components"]
    }
    assert inside["numpy"] == ["libgfortran"]
    assert inside["scikit-learn"] == ["libgomp"]
    (library,) = [each for each in read_inside(layer).libraries if each.name == "libgfortran"]
    assert library.license == "GPL-3.0-or-later WITH GCC-exception-3.1"


def test_the_same_layer_has_the_same_bill(layer):
    first, second = (sbom_text(layer, read_inside(layer)) for _ in range(2))
    assert first == second
    assert "timestamp" not in first
    other = replace(layer, manifest=replace(layer.manifest, sha256="1" * 64))
    assert bill(other)["serialNumber"] != bill(layer)["serialNumber"]
    elsewhere = replace(layer, manifest=replace(layer.manifest, source_commit="1" * 40))
    assert bill(elsewhere) == bill(layer)


def test_it_lies_beside_the_zip(layer):
    assert sbom_path(layer.zip.parent, CELL) == layer.zip.with_name(f"{CELL}.cdx.json")


def test_notices_hold_each_text_once_and_all_who_have_it(layer):
    pair = (layer, read_inside(layer))
    text = notices_text([pair])
    assert text.count("Free.") == 1
    assert all(path in text for path in TEXTS)
    assert "  numpy 2.5.0: MIT\n" in text
    assert "  libgomp: GPL-3.0-or-later WITH GCC-exception-3.1\n" in text
    other = Layer(Cell("3.12", "1.8.0"), layer.zip, make_manifest(Cell("3.12", "1.8.0")))
    more = (other, replace(pair[1], libraries=(Library("a.libs/libx.so", "0" * 64, ""),)))
    assert notices_text([pair, more]) == notices_text([more, pair])
    assert "  libx: see the licence texts" in notices_text([more])


@pytest.mark.parametrize("harm", ["gone", "torn", "without a text"])
def test_a_zip_that_is_not_its_manifests(layer, harm):
    if harm == "gone":
        layer.zip.unlink()
    elif harm == "torn":
        layer.zip.write_bytes(b"PK")
    else:
        layer = replace(layer, manifest=replace(layer.manifest, license_texts=("none",)))
    with pytest.raises(BuildError, match="cannot be read as its manifest has it"):
        read_inside(layer)


def test_sums_are_sorted_by_name(tmp_path):
    files = [tmp_path / name for name in ("b.zip", "a.json")]
    for path in files:
        path.write_bytes(b"")
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert sums_text(files) == f"{empty}  a.json\n{empty}  b.zip\n"
    with pytest.raises(BuildError):
        sums_text([tmp_path / "none"])
