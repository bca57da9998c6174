from __future__ import annotations

from dataclasses import replace

from build_parts import make_part
from lock_samples import make_lock

from layerfactory.build.archive import compress, zip_size
from layerfactory.build.describe import describe_package, layer_license, sum_rules
from layerfactory.build.layer import PackagedWheel, RuleUse
from layerfactory.build.members import Selection, pack

WHEEL = make_lock().wheels[0]


def test_bytes_are_booked_to_their_distribution():
    rules = (RuleUse("tests", 2, 300),)
    part = make_part("scikit-learn", {"sklearn/a.pyc": b"a" * 99, "sklearn/c.so": b"c"})
    other = make_part("joblib", {"joblib/a.pyc": b"other"})
    part = replace(part, license="BSD-3-Clause", rules=rules)
    shipped = {member.name: member for member in (*part.members, *other.members)}
    found = describe_package(part, WHEEL, shipped)
    rest = zip_size(()) + describe_package(other, WHEEL, shipped).zipped_bytes
    assert found == PackagedWheel(
        name="scikit-learn",
        version="1.0",
        wheel=WHEEL.filename,
        sha256=WHEEL.sha256,
        license="BSD-3-Clause",
        bytes=100,
        zipped_bytes=zip_size(shipped.values()) - rest,
        rules=rules,
    )


def test_zipped_bytes_are_those_of_the_squeezed_members():
    text = b"the quick brown fox " * 300
    part = make_part("scikit-learn", {"sklearn/a.txt": text})
    (loose,) = part.members
    squeezed = compress(loose.name, text, executable=False, level=12)
    gain = len(loose.payload) - len(squeezed.payload)
    before = describe_package(part, WHEEL, {loose.name: loose})
    after = describe_package(part, WHEEL, {loose.name: squeezed})
    assert before.zipped_bytes - after.zipped_bytes == gain
    assert before.bytes == after.bytes == len(text)


def package(name, *rules, license_="MIT"):
    return PackagedWheel(name, "1", f"{name}.whl", "5" * 64, license_, 1, 1, tuple(rules))


def test_the_licence_is_that_of_packages_and_libraries():
    packages = (package("joblib"), package("x", license_=""))
    expected = "GPL-3.0-or-later WITH GCC-exception-3.1 AND MIT"
    assert layer_license(packages, ["numpy.libs/libgfortran-0.so.5"]) == expected


def test_rules_are_summed_over_the_packages():
    first = package("a", RuleUse("sources", 1, 10), RuleUse("tests", 2, 20))
    second = package("b", RuleUse("docs", 3, 1), RuleUse("sources", 4, 5))
    assert sum_rules([first, second, package("c")]) == (
        RuleUse("docs", 3, 1),
        RuleUse("sources", 5, 15),
        RuleUse("tests", 2, 20),
    )


def test_packing_books_each_byte_that_goes(tmp_path):
    contents = {"a.py": b"x" * 10, "a.pyc": b"y" * 7, "b.h": b"z" * 100, "c.h": b"z", "d.so": b"no"}
    for name, data in contents.items():
        (tmp_path / name).write_bytes(data)
    dropped = {"a.py": "sources", "b.h": "build-inputs", "c.h": "build-inputs"}
    packed = pack(tmp_path, Selection(("a.pyc", "d.so"), dropped), page_size=0x1000, jobs=2)
    assert packed.rules == (RuleUse("build-inputs", 2, 101), RuleUse("sources", 1, 10))
    assert [(member.name, member.size, member.executable) for member in packed.members] == [
        ("python/a.pyc", 7, False),
        ("python/d.so", 2, False),  # no ELF file, whatever its name
    ]


def test_dead_bytes_of_elf_files_are_booked_too(tmp_path, elf_files):
    data = elf_files.Library(dead=3000).build()
    (tmp_path / "x.libs").mkdir()
    (tmp_path / "x.libs/libx.so.1").write_bytes(data)
    (tmp_path / "y.so").write_bytes(data)
    chosen = Selection(("x.libs/libx.so.1", "y.so"), {})
    packed = pack(tmp_path, chosen, page_size=0x1000, jobs=1)
    (use,) = packed.rules
    assert (use.rule, use.files) == ("elf-dead-bytes", 2)
    assert use.bytes == 2 * len(data) - sum(member.size for member in packed.members) > 0
    assert all(member.executable for member in packed.members)
