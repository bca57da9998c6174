"""`layerfactory sbom` on a layer that is really built."""

from __future__ import annotations

import json
import shutil
import subprocess
import zipfile

from build_fixtures import CELL, Workshop
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator


def test_what_is_told_of_a_real_layer(built, tmp_path):
    root = tmp_path / "workshop"
    shutil.copytree(built.root, root)
    place = Workshop(root)
    dry = place.run("sbom", "--dry-run")
    assert (dry.exit_code, place.names()) == (0, built.names())
    run = place.run("sbom", "--json")
    assert run.exit_code == 0, run.stderr
    written = {f"{CELL}.cdx.json", "THIRD_PARTY_NOTICES.txt", "SHA256SUMS"}
    assert place.names() == built.names() | written

    text = (place.output / f"{CELL}.cdx.json").read_text()
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    bill = json.loads(text)
    manifest = built.layer().manifest
    assert {(each["name"], each["hashes"][0]["content"]) for each in bill["components"]} == {
        (package.name, package.sha256) for package in manifest.packages
    }
    nested = [part["bom-ref"] for each in bill["components"] for part in each.get("components", [])]
    with zipfile.ZipFile(place.output / f"{CELL}.zip") as archive:
        carried = [name for name in archive.namelist() if "libs/" in name and ".so" in name]
    assert sorted(f"python/{path}" for path in nested) == sorted(carried)
    assert carried

    check = ["sha256sum", "--check", "--strict", "SHA256SUMS"]
    done = subprocess.run(check, cwd=place.output, capture_output=True, text=True, check=True)
    assert done.stdout.count(": OK") == 4

    before = {path.name: path.read_bytes() for path in place.output.iterdir()}
    again = place.run("sbom", "--json")
    assert again.value["written"] == []
    assert {path.name: path.read_bytes() for path in place.output.iterdir()} == before


def test_nothing_built_is_said(tmp_path, workshop):
    run = workshop.run("sbom")
    assert run.exit_code == 4
    assert "none of the 1 chosen cells is built" in run.stderr
