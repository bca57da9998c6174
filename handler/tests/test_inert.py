"""Pickles are read, and nothing in them runs."""

import bz2
import contextlib
import gzip
import lzma
import os
import pickle
import zlib
from collections import OrderedDict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scikit_learn_lambda.tools import inert


class Trap:
    """Runs something when it is loaded, as anything pickled may."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (self.path,)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_what_would_run_does_not(tmp_path, protocol):
    made, path = tmp_path / "made", tmp_path / "model.pkl"
    path.write_bytes(pickle.dumps([Trap(str(made))], protocol))
    root, reader, _ = inert.read(str(path))
    assert not made.exists()
    assert list(reader.names) == ["posix.mkdir"]
    assert root[0].arguments == (str(made),)
    pickle.loads(path.read_bytes())
    assert made.exists(), "the trap is one"


PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text()
    | st.binary(),
    lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@settings(max_examples=15)
@given(PLAIN, st.integers(3, 4))
def test_plain_values_are_read_as_they_are(tmp_path_factory, value, protocol):
    path = tmp_path_factory.mktemp("plain") / "value.pkl"
    path.write_bytes(pickle.dumps(value, protocol))
    root, reader, compression = inert.read(str(path))
    assert root == value
    assert (reader.protocol, compression) == (protocol, "")


@given(st.binary(max_size=200))
def test_what_is_no_pickle_is_unreadable_and_nothing_worse(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("bytes") / "model"
    path.write_bytes(data)
    with contextlib.suppress(inert.UnreadableError):
        inert.read(str(path))


@pytest.mark.parametrize(
    ("name", "pack"),
    [
        ("gzip", gzip.compress),
        ("bz2", bz2.compress),
        ("xz", lzma.compress),
        ("lzma", lambda data: lzma.compress(data, lzma.FORMAT_ALONE)),
        ("zlib", zlib.compress),
    ],
)
def test_what_is_packed_is_unpacked(tmp_path, name, pack):
    path = tmp_path / "model"
    path.write_bytes(pack(pickle.dumps(OrderedDict(a=1))))
    root, _, compression = inert.read(str(path))
    assert (root.name, root.entries, compression) == ("collections.OrderedDict", {"a": 1}, name)


@pytest.mark.parametrize("compress", [0, 3])
def test_joblibs_arrays_are_passed_over(tmp_path, compress):
    import joblib
    import numpy as np

    arrays = [
        np.arange(1000.0),
        np.zeros((3, 0)),
        np.array(["red", "green"]),
        np.array(["red", 1, None], dtype=object),
        np.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f8")]),
        np.asfortranarray(np.ones((4, 5), dtype="f4")),
        np.array(True),
        np.array(["2020-01-01"], dtype="M8[D]"),
    ]
    path = str(tmp_path / "arrays.joblib")
    joblib.dump([arrays, "the end"], path, compress=compress)
    root, _, _ = inert.read(path)
    assert len(root[0]) == len(arrays)
    assert root[1] == "the end"


def test_an_array_that_is_cut_short(tmp_path):
    import joblib
    import numpy as np

    path = tmp_path / "arrays.joblib"
    joblib.dump(np.arange(1000.0), str(path))
    path.write_bytes(path.read_bytes()[:4000])
    with pytest.raises(inert.UnreadableError):
        inert.read(str(path))
