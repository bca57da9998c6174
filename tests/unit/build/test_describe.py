from __future__ import annotations

from dataclasses import replace

from lock_samples import make_lock

from layerfactory.build.describe import describe_packages, layer_license
from layerfactory.build.layer import PackagedWheel
from layerfactory.build.members import Selection, pack
from layerfactory.build.records import Distribution

INFO = "scikit_learn-1.9.1.dist-info"


def test_bytes_are_booked_to_their_distribution(tmp_path):
    lock = make_lock()
    (tmp_path / INFO).mkdir()
    (tmp_path / INFO / "METADATA").write_text("License-Expression: BSD-3-Clause\n")
    files = frozenset({"sklearn/a.py", "sklearn/b.py", "sklearn/c.so", f"{INFO}/METADATA"})
    found = Distribution("scikit-learn", "1.9.1", INFO, files, ())
    compiled = {"sklearn/a.py": "sklearn/a.pyc", "joblib/a.py": "joblib/a.pyc"}
    sizes = {"sklearn/a.pyc": 5, "sklearn/b.py": 3, f"{INFO}/METADATA": 9, "joblib/a.pyc": 70}
    (package,) = describe_packages(lock, tmp_path, (found,), compiled, sizes)
    wheel = lock.wheels[0]
    assert package == PackagedWheel(
        "scikit-learn", "1.9.1", wheel.filename, wheel.sha256, "BSD-3-Clause", bytes=17
    )


def test_the_licence_is_that_of_packages_and_libraries():
    package = PackagedWheel("joblib", "1.5.0", "joblib.whl", "5" * 64, "MIT", 1)
    packages = (package, replace(package, name="x", license=""))
    expected = "GPL-3.0-or-later WITH GCC-exception-3.1 AND MIT"
    assert layer_license(packages, {"numpy.libs/libgfortran-0.so.5": 1}) == expected


def test_packing_books_each_byte_that_goes(tmp_path):
    contents = {"a.py": b"x" * 10, "a.pyc": b"y" * 7, "b.h": b"z" * 100, "c.h": b"z", "d.so": b"no"}
    for name, data in contents.items():
        (tmp_path / name).write_bytes(data)
    dropped = {"a.py": "sources", "b.h": "build-inputs", "c.h": "build-inputs"}
    packed = pack(tmp_path, Selection(("a.pyc", "d.so"), dropped), page_size=0x1000, jobs=2)
    assert packed.sizes == {"a.pyc": 7, "d.so": 2}
    assert [(use.rule, use.files, use.bytes) for use in packed.rules] == [
        ("build-inputs", 2, 101),
        ("sources", 1, 10),
    ]
    assert [(member.name, member.executable) for member in packed.members] == [
        ("python/a.pyc", False),
        ("python/d.so", False),  # no ELF file, whatever its name
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
    assert use.bytes == 2 * len(data) - sum(packed.sizes.values()) > 0
    assert all(member.executable for member in packed.members)
