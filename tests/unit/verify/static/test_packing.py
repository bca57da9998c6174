import stat
import zipfile
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from layerfactory.data.runtimes import limits
from layerfactory.verify.findings import ProbeState
from layerfactory.verify.packing import check_size
from layerfactory.verify.report import verify
from layerfactory.verify.static import check_layer
from layerfactory.verify.untrimmed import names_path, store_names
from layerfactory.verify.unzipped import unzip

MODULE = "python/sklearn/_fast.cpython-311-x86_64-linux-gnu.so"
INIT = "python/sklearn/__init__.pyc"


def test_a_good_layer_has_no_findings(draft):
    assert draft.check() == []


def test_several_faults_give_several_findings(draft, elf_files, pyc):
    del draft.files["python/joblib-1.5.0.dist-info/METADATA"]
    draft.files["sitecustomize.pyc"] = pyc
    draft.files["python/sklearn/__init__.py"] = b""
    draft.files[MODULE] = elf_files.Library(machine="aarch64", align=0x10000).build()
    found = draft.check(dates={INIT: (2026, 11, 23, 0, 0, 0)})
    assert [(check, subject) for check, subject, _ in found] == [
        ("zip", INIT),
        ("zip", "sitecustomize.pyc"),
        ("elf", MODULE),
        ("contents", "joblib"),
        ("bytecode", "python/sklearn/__init__.py"),
    ]


@pytest.mark.parametrize("field", ["zipped_bytes", "unzipped_bytes", "files"])
def test_the_manifest_must_tell_the_truth_of_sizes(draft, field):
    draft.write()
    ((check, subject, message),) = draft.check_as_it_is(**{field: 7})
    assert (check, subject) == ("size", field)
    assert message.startswith("the manifest says 7, the zip has ")


def test_the_manifest_must_tell_the_hash_of_the_zip(draft):
    draft.write()
    ((check, subject, _),) = draft.check_as_it_is(sha256="0" * 64)
    assert (check, subject) == ("size", "sha256")


@pytest.mark.parametrize(("excess", "found"), [(0, []), (1, [("size", "zip")])])
def test_the_limit_is_on_the_unzipped_bytes(draft, excess, found):
    layer = draft.write()
    unzipped = unzip(layer.zip)
    others = sum(member.file_size for member in unzipped.members[1:])
    unzipped.members[0].file_size = limits().unzipped_bytes - others + excess
    manifest = replace(layer.manifest, unzipped_bytes=limits().unzipped_bytes + excess)
    findings = list(check_size(unzipped, manifest))
    assert [(finding.check, finding.subject) for finding in findings] == found


def test_a_zip_bomb_is_not_read(draft):
    declare_size(draft, int(1.2 * limits().unzipped_bytes))
    unzipped = unzip(draft.path())
    assert not unzipped.read
    assert unzipped.metadata == {}
    found = draft.check_as_it_is()
    assert [(check, subject) for check, subject, _ in found] == [
        ("size", "zip"),
        ("size", "unzipped_bytes"),
    ]


def test_a_zip_bomb_is_not_unpacked_either(draft, tmp_path):
    declare_size(draft, int(1.2 * limits().unzipped_bytes))
    lock = draft.lock()
    store_names(names_path(tmp_path, lock), tuple(draft.untrimmed()))
    report = verify(draft.layer(), lock, image="", cache=tmp_path)
    assert (report.passed, report.probe.state) == (False, ProbeState.NOT_PROBED)
    assert report.probe.reason == "the zip itself is at fault, and not unpacked"
    assert {finding.check for finding in report.findings} == {"size"}


def declare_size(draft, size):
    """Write the zip, and let its directory say that the first member unpacks to so much."""
    draft.write()
    data = bytearray(draft.path().read_bytes())
    place = data.index(b"PK\x01\x02") + 24
    data[place : place + 4] = size.to_bytes(4, "little")
    draft.path().write_bytes(data)


@pytest.mark.parametrize("name", ["/python/a.txt", "python/../a.txt", "python\\a.txt"])
def test_names_that_lead_elsewhere(draft, name):
    draft.files[name] = b"a"
    assert ("zip", name, "leads out of the folder that it is unpacked in") in draft.check()


def test_all_is_under_python(draft):
    draft.files["pythonic/a.txt"] = b"a"
    assert draft.check() == [("zip", "pythonic/a.txt", "is not under python/")]


def test_members_are_sorted(draft):
    order = sorted(draft.files)
    order[0], order[1] = order[1], order[0]
    ((check, subject, message),) = draft.check(order=order)
    assert (check, subject) == ("zip", order[1])
    assert "not sorted" in message


def test_duplicates(draft):
    with pytest.warns(UserWarning, match="Duplicate name"):
        found = draft.check(order=[*sorted(draft.files), "python/sklearn/__init__.pyc"])
    assert ("zip", "python/sklearn/__init__.pyc", "is there 2 times") in found


def test_dates_are_fixed(draft):
    ((check, subject, message),) = draft.check(dates={INIT: (2026, 11, 23, 10, 0, 0)})
    assert (check, subject) == ("zip", INIT)
    assert "date" in message


@pytest.mark.parametrize(
    ("name", "mode", "good"),
    [
        (INIT, 0o100644, True),
        (INIT, 0o100755, False),
        (INIT, 0o100600, False),
        (INIT, 0o100666, False),
        (MODULE, 0o100755, True),
        (MODULE, 0o100644, True),
        (MODULE, 0o104755, False),
    ],
)
def test_modes(draft, name, mode, good):
    expected = [] if good else [("zip", name, f"has the mode {stat.S_IMODE(mode):04o}")]
    assert draft.check(modes={name: mode}) == expected


def test_a_script_may_be_executable(draft):
    draft.files["python/run"] = b"#!/bin/sh\n"
    assert draft.check(modes={"python/run": 0o100755}) == []


def test_links_are_refused(draft):
    draft.files["python/link"] = b"/etc/passwd"
    found = draft.check(modes={"python/link": 0o120777})
    assert found == [("zip", "python/link", "is a link or a device, not a file")]


def test_a_folder_of_its_own_is_no_fault(draft):
    draft.files["python/empty/"] = b""
    layer = draft.write(modes={"python/empty/": 0o040755})
    layer = replace(layer, manifest=replace(layer.manifest, files=len(draft.files) - 1))
    assert check_layer(layer, draft.lock(), draft.untrimmed()) == ()


def test_methods_that_lambda_does_not_know(draft):
    found = draft.check(methods={INIT: zipfile.ZIP_BZIP2})
    assert found == [("zip", INIT, "is compressed by method 12; Lambda takes deflate")]


def test_a_zip_cut_short_is_one_finding(draft):
    draft.write()
    whole = draft.path().read_bytes()
    draft.path().write_bytes(whole[: len(whole) // 2])
    ((check, subject, message),) = draft.check_as_it_is()
    assert (check, subject) == ("zip", draft.path().name)
    assert message.startswith("is damaged or cut short")


def test_a_zip_that_is_not_there_is_one_finding(draft):
    layer = draft.write()
    draft.path().unlink()
    (finding,) = check_layer(layer, draft.lock(), draft.untrimmed())
    assert (finding.check, finding.message) == ("zip", "cannot be read: No such file or directory")


def test_a_damaged_member_is_found_by_its_checksum(draft):
    draft.files["python/data.bin"] = bytes(range(256)) * 4
    draft.write(methods={"python/data.bin": zipfile.ZIP_STORED})
    whole = draft.path().read_bytes()
    draft.path().write_bytes(whole.replace(bytes(range(256)), bytes(256), 1))
    ((check, subject, message),) = draft.check_as_it_is()
    assert (check, subject) == ("zip", "python/data.bin")
    assert message.startswith("cannot be unpacked")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    edits=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=8),
    keep=st.floats(0, 1),
)
def test_no_damage_raises(draft, edits, keep):
    layer = draft.write()
    damaged = bytearray(layer.zip.read_bytes())
    for place, value in edits:
        damaged[int(place * (len(damaged) - 1))] = value
    layer.zip.write_bytes(damaged[: max(1, int(keep * len(damaged)))])
    whole = layer.manifest.sha256 == unzip(layer.zip).sha256
    assert bool(check_layer(layer, draft.lock(), draft.untrimmed())) is not whole
