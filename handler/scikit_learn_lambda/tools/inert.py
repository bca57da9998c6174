"""Reads what a pickle holds without running any of it.

Every class and function that the pickle names becomes a stand-in that only remembers how it was
called. joblib's files have the raw bytes of arrays between the words of the pickle: they are
passed over. Nothing is imported, neither numpy nor scikit-learn need be here.
"""

import bz2
import gzip
import io
import lzma
import pickle
import re
import struct
import zlib

ARRAYS = "NumpyArrayWrapper"
_REBUILD = "copyreg._reconstructor", "copy_reg._reconstructor"
_FAULTS = (
    pickle.UnpicklingError,
    ArithmeticError,
    AttributeError,
    AssertionError,
    EOFError,
    ImportError,
    LookupError,
    MemoryError,
    OSError,
    RecursionError,
    struct.error,
    TypeError,
    UnicodeError,
    ValueError,
    zlib.error,
    lzma.LZMAError,
)
"""All that the machine of pickles raises on what is none."""


class Unreadable(Exception):
    """A file that holds no pickle, or a damaged one."""


class Inert(object):
    """An object that was not made: what it would have been made of."""

    name = ""

    def __new__(cls, *arguments, **_named):
        """Remember the arguments."""
        self = object.__new__(cls)
        self.arguments = arguments
        self.state = None
        self.entries = {}
        return self

    def __init__(self, *_arguments, **_named):
        pass

    def __setstate__(self, state):
        self.state = state

    def __call__(self, *arguments):
        """The result of a call that does not happen."""
        return Inert(*arguments)

    def __setitem__(self, key, value):
        self.entries[key] = value

    def append(self, _value):
        """What a list would do."""

    def extend(self, _values):
        """What a list would do."""

    def add(self, _value):
        """What a set would do."""

    @property
    def attributes(self):
        """Its state, if that is a dictionary."""
        return self.state if isinstance(self.state, dict) else {}


class Reader(pickle._Unpickler):
    """The standard library's own reader in Python, with stand-ins for all that is named."""

    dispatch = dict(pickle._Unpickler.dispatch)

    def __init__(self, file):
        pickle._Unpickler.__init__(self, file)
        self._file = file
        self.protocol = 0
        self.names = {}
        self.built = []

    def find_class(self, module, name):
        """A stand-in for whatever it is."""
        full = "%s.%s" % (module, name)
        if full in _REBUILD:
            return _rebuild
        if full not in self.names:
            self.names[full] = type(str(name.split(".")[-1]), (Inert,), {"name": full})
        return self.names[full]

    def persistent_load(self, pid):
        """An object that another program keeps."""
        return Inert(pid)

    def load_proto(self):
        """Note the protocol."""
        pickle._Unpickler.load_proto(self)
        self.protocol = max(self.protocol, self.proto)

    dispatch[pickle.PROTO[0]] = load_proto

    def load_build(self):
        """Note what was built; behind joblib's wrapper stand the bytes of an array."""
        pickle._Unpickler.load_build(self)
        built = self.stack[-1]
        if isinstance(built, Inert):
            self.built.append(built)
            if built.name.endswith("." + ARRAYS):
                self._pass_over(built.attributes)

    dispatch[pickle.BUILD[0]] = load_build

    def _pass_over(self, wrapper):
        size = item_bytes(wrapper["dtype"])
        if size is None:  # objects: a pickle of its own
            inner = Reader(self._file)
            inner.names = self.names
            inner.load()
            self.built += inner.built
            return
        if wrapper.get("numpy_array_alignment_bytes") is not None:
            padding = self._file.read(1)
            self._file.read(padding[0])
        left = size
        for extent in wrapper["shape"]:
            left *= extent
        while left > 0:
            passed = len(self._file.read(min(left, 1 << 20)))
            if not passed:
                raise EOFError("an array is cut short")
            left -= passed


def _rebuild(kind, *_rest):
    return kind() if isinstance(kind, type) else Inert(kind)


def item_bytes(dtype):
    """How many bytes an item of this pickled dtype has; None for Python's own objects."""
    code = str(dtype.arguments[0])
    if code.startswith("O"):
        return None
    state = dtype.state or ()
    if len(state) > 5 and isinstance(state[5], int) and state[5] >= 0:
        return state[5]
    return int(re.sub(r"\D", "", code))


def read(path):
    """Read a file to its end.

    Args:
        path: of the model.

    Returns:
        The root, the Reader with all that it saw, and how the file is compressed.

    Raises:
        Unreadable: it is no pickle, or a damaged one.
        OSError: there is no such file.
    """
    with open(path, "rb") as file:
        start = file.read(6)
        file.seek(0)
        compression = compression_of(start)
        try:
            reader = Reader(_opened(file, compression))
            return reader.load(), reader, compression
        except _FAULTS as error:
            raise Unreadable("%s: no pickle can be read in it: %s" % (path, error or type(error)))


def compression_of(start):
    """What the first bytes of a file say; empty for none."""
    for magic, name in _MAGIC:
        if start.startswith(magic):
            return name
    return ""


_MAGIC = (
    (b"\x1f\x8b", "gzip"),
    (b"BZ", "bz2"),
    (b"\xfd7zXZ", "xz"),
    (b"\x5d\x00", "lzma"),
    (b"\x04\x22\x4d\x18", "lz4"),
    (b"PK", "zip"),
    (b"x", "zlib"),
)


def _opened(file, compression):
    if compression in ("lz4", "zip"):
        raise pickle.UnpicklingError("it is compressed by %s" % compression)
    if compression == "gzip":
        return gzip.GzipFile(fileobj=file)
    if compression == "bz2":
        return bz2.BZ2File(file)
    if compression in ("xz", "lzma"):
        return lzma.LZMAFile(file)
    if compression == "zlib":
        return io.BytesIO(zlib.decompress(file.read()))
    return file
