from __future__ import annotations

import pytest
from synthetic_records import FILES, zip_of

from layerfactory.errors import BuildError
from layerfactory.sizes.members import FileSize, Place, place, read_sizes

PACKAGES = {"numpy", "scipy", "scikit-learn", "threadpoolctl", "python-dateutil"}
END_OF_DIRECTORY = 22


@pytest.fixture
def zipped(tmp_path):
    path = tmp_path / "layer.zip"
    path.write_bytes(zip_of(FILES))
    return path


def test_files_add_up_to_the_zip(zipped):
    files = read_sizes(zipped)
    assert sum(f.zipped_bytes for f in files) + END_OF_DIRECTORY == zipped.stat().st_size
    assert {"python/" + f.path: f.unzipped_bytes for f in files} == {
        name: len(data) for name, data in FILES.items()
    }


@pytest.mark.parametrize("content", [b"", b"no zip at all", None])
def test_a_zip_that_cannot_be_read(tmp_path, content):
    path = tmp_path / "layer.zip"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BuildError, match="cannot be read") as caught:
        read_sizes(path)
    assert caught.value.remedy == "Build the cell again."


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("scipy/linalg/_fblas.cpython-313-x86_64-linux-gnu.so", ("scipy", "linalg", "extensions")),
        ("scipy/__init__.pyc", ("scipy", "top level", "bytecode")),
        ("sklearn/svm/_base.py", ("scikit-learn", "svm", "sources")),
        ("sklearn/datasets/data/iris.csv", ("scikit-learn", "datasets", "data")),
        ("threadpoolctl.pyc", ("threadpoolctl", "top level", "bytecode")),
        ("dateutil/zoneinfo/a.tar.gz", ("python-dateutil", "zoneinfo", "data")),
        ("numpy.libs/libscipy_openblas64_-f4.so", ("numpy", "libraries", "libscipy_openblas64")),
        ("scipy/.libs/libopenblasp-r0-34.so", ("scipy", "libraries", "libopenblasp")),
        ("scikit_learn.libs/libgomp.so.1.0.0", ("scikit-learn", "libraries", "libgomp")),
        ("scikit_learn-1.9.1.dist-info/METADATA", ("scikit-learn", "metadata", "metadata")),
        ("numpy-2.5.dist-info/licenses/a/LICENSE", ("numpy", "metadata", "metadata")),
        ("stranger/LICENSE", ("stranger", "top level", "data")),
        ("_odd.so", ("_odd", "top level", "extensions")),
    ],
)
def test_where_a_file_belongs(path, expected):
    assert place(path, PACKAGES) == Place(*expected)


def test_a_path_for_a_narrow_table():
    tagged = FileSize("scipy/_a.cpython-313-x86_64-linux-gnu.so", 1, 1)
    assert tagged.short == "scipy/_a.*.so"
    assert FileSize("numpy.libs/libgomp-1.so.1.0.0", 1, 1).short == "numpy.libs/libgomp-1.so.1.0.0"
