"""`size` and `record` on a layer that was really built."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from build_fixtures import CELL

from layerfactory.sizes.members import place, read_sizes


def test_the_bytes_of_each_package_are_those_of_the_manifest(built):
    """Files say by their names alone whose they are; the manifest knows from the wheels."""
    layer = built.layer()
    names = {package.name for package in layer.manifest.packages}
    sizes = dict.fromkeys(names, (0, 0))
    for file in read_sizes(layer.zip):
        package = place(file.path, names).package
        unzipped, zipped = sizes[package]
        sizes[package] = (unzipped + file.unzipped_bytes, zipped + file.zipped_bytes)
    assert sizes == {p.name: (p.bytes, p.zipped_bytes) for p in layer.manifest.packages}


def test_a_real_layer_is_measured_and_drawn(built, tmp_path):
    picture = tmp_path / "size.svg"
    run = built.run("size", "--json", "--treemap", str(picture))
    assert run.exit_code == 0, run.stderr
    (cell,) = run.value["cells"]
    assert sum(package["bytes"] for package in cell["packages"]) == cell["unzipped_bytes"]
    assert "openblas" in cell["largest"][0]["path"]
    texts = {text.text for text in ET.parse(picture).getroot()}
    assert {"scipy", "numpy", "scikit-learn"} <= texts


def test_what_was_not_verified_is_not_recorded(built):
    run = built.run("record", "--only", str(CELL))
    assert run.exit_code == 5
    assert f"{CELL}: was never verified" in run.stderr
    assert not (built.root / "records").exists()
