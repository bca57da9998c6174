from __future__ import annotations

import re
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lock_samples import make_lock

from layerfactory.build.locks.lock import Lock, LockedWheel
from layerfactory.build.locks.lockfile import is_written, lock_path, read_lock, write_lock
from layerfactory.data.runtimes import Architecture, runtimes
from layerfactory.errors import LockError
from layerfactory.matrix.cell import Cell

numbers = st.lists(st.integers(0, 99), min_size=2, max_size=3).map(lambda n: ".".join(map(str, n)))
versions = st.builds("{}{}".format, numbers, st.sampled_from(["", ".post1", "rc1", "+cpu"]))
cells = st.builds(
    Cell,
    python=st.sampled_from(list(runtimes())),
    scikit_learn=numbers,
    architecture=st.sampled_from(Architecture),
    extras=st.sampled_from([(), ("pandas",)]),
)
hashes = st.binary(min_size=32, max_size=32).map(bytes.hex)
names = st.from_regex(r"[a-z0-9]+(-[a-z0-9]+)*", fullmatch=True)
tags = st.sampled_from(["py3-none-any", "cp37-cp37m-manylinux1_x86_64"])


@st.composite
def locks(draw):
    cell = draw(cells)
    pins = draw(st.dictionaries(names, versions, max_size=5)) | {"scikit-learn": cell.scikit_learn}
    pins |= dict.fromkeys(cell.extras, "3.0.6")
    wheels = tuple(
        LockedWheel(
            name, version, f"{name.replace('-', '_')}-{version}-{draw(tags)}.whl", draw(hashes)
        )
        for name, version in sorted(pins.items())
    )
    return Lock(cell, draw(st.dates()), wheels)


@given(locks())
def test_what_is_written_is_read_back(lock):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = write_lock(folder, lock)
        assert path == lock_path(folder, lock.cell)
        assert read_lock(folder, lock.cell) == lock
        text = path.read_bytes()
        assert is_written(folder, lock)
        write_lock(folder, lock)
        assert path.read_bytes() == text
        assert [path] == list(folder.iterdir())


def test_no_lock_is_no_fault(tmp_path):
    assert read_lock(tmp_path, Cell("3.12", "1.9.1")) is None
    assert not is_written(tmp_path, make_lock())


def test_another_lock_is_not_what_is_written(tmp_path):
    write_lock(tmp_path, make_lock(joblib="1.5.0"))
    assert not is_written(tmp_path, make_lock(joblib="1.5.1"))


def changed(old, new):
    return lambda text: text.replace(old, new, 1)


LINES = """\
# py3.12-sklearn1.9.1-x86_64: each wheel by its hash. Made by `layerfactory lock`.
# as of 2026-03-01, for python3.12 on Amazon Linux 2023, glibc 2.34

# joblib-1.5.0-py3-none-any.whl
joblib==1.5.0 \\
    --hash=sha256:5555555555555555555555555555555555555555555555555555555555555555
# scikit_learn-1.9.1-py3-none-any.whl
scikit-learn==1.9.1 \\
    --hash=sha256:5555555555555555555555555555555555555555555555555555555555555555
"""
FAULTS = [
    (
        changed("joblib==1.5.0 \\", "joblib>=1.5.0 \\"),
        ":5: is not a line of a lock: 'joblib>=1.5.0",
    ),
    (changed("joblib==1.5.0 \\", "joblib==1.5.0"), ":5: is not a line of a lock: 'joblib==1.5.0'"),
    (changed("sha256:55", "sha256:5"), ":6: is not a line of a lock"),
    (changed("sha256:55", "sha256:5G"), ":6: is not a line of a lock"),
    (changed("sha256", "md5"), ":6: is not a line of a lock"),
    (changed("# joblib-1.5.0-py3-none-any.whl\n", ""), ":4: is not a line of a lock: 'joblib=="),
    (changed("# joblib-1.5.0-py3-none-any.whl", "# joblib-1.5.0.tar.gz"), ":4: is not a line of"),
    (changed("# joblib", "<<<<<<< ours\n# joblib"), ":4: is not a line of a lock: '<<<<<<< ours'"),
    (lambda text: text[: text.rindex("    --hash")], ":8: the last wheel has no hash"),
    (changed("# as of 2026-03-01", "# as of"), ": has no line `# as of YYYY-MM-DD`"),
    (changed("2026-03-01", "2026-02-30"), ":2: no such day: day is out of range for month"),
    (lambda text: "\n".join(text.splitlines()[:6]), ": does not lock scikit-learn"),
    (lambda text: "", ": has no line `# as of"),
    (changed("==1.9.1", "==1.9.0"), ": locks scikit-learn 1.9.0, not 1.9.1"),
    (changed("==1.9.1", "==newest"), ": locks scikit-learn newest, not 1.9.1"),
    (lambda text: text + "".join(text.splitlines(True)[3:6]), ": locks a distribution twice"),
    (changed("py3.12-sklearn", "py3.11-sklearn"), ":1: is not a line of a lock"),
]


def test_the_sample_is_a_lock(tmp_path):
    lock = make_lock(joblib="1.5.0")
    assert write_lock(tmp_path, lock).read_text() == LINES


@pytest.mark.parametrize(("change", "expected"), FAULTS, ids=[expected for _, expected in FAULTS])
def test_a_malformed_lock_is_refused_with_its_line(tmp_path, change, expected):
    cell = Cell("3.12", "1.9.1")
    path = lock_path(tmp_path, cell)
    path.write_text(change(LINES))
    with pytest.raises(LockError, match=re.escape(f"{path}{expected}")) as caught:
        read_lock(tmp_path, cell)
    assert caught.value.exit_code == 3
    assert caught.value.remedy == f"Make it anew: layerfactory lock --upgrade --only '{cell}'"


def test_the_lock_of_a_variant_locks_its_extras(tmp_path):
    cell = Cell("3.12", "1.9.1", extras=("pandas",))
    lock = make_lock(cell, pandas="3.0.6")
    write_lock(tmp_path, lock)
    assert read_lock(tmp_path, cell) == lock
    write_lock(tmp_path, make_lock(cell, joblib="1.5.0"))
    with pytest.raises(LockError, match=r"x86_64\.txt: does not lock pandas"):
        read_lock(tmp_path, cell)


def test_what_is_no_text_is_refused(tmp_path):
    cell = Cell("3.12", "1.9.1")
    lock_path(tmp_path, cell).write_bytes(b"\xff\xfe")
    with pytest.raises(LockError, match="cannot be read"):
        read_lock(tmp_path, cell)


def test_the_hash_of_a_lock_is_that_of_its_wheels():
    lock = make_lock(joblib="1.5.0")
    assert lock.sha256 == make_lock(joblib="1.5.0").sha256
    assert lock.sha256 != make_lock(joblib="1.5.1").sha256


def test_a_lock_with_the_extras_of_another_variant_is_refused(tmp_path):
    cell = Cell("3.12", "1.9.1")
    write_lock(tmp_path, make_lock(cell, pandas="2.3.2"))
    with pytest.raises(LockError, match="locks pandas, which another variant has"):
        read_lock(tmp_path, cell)
