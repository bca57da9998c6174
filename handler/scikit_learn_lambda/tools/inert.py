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
from typing import Any, BinaryIO, Callable, ClassVar, Dict, List, NamedTuple, Optional, Tuple, cast

ARRAYS = "NumpyArrayWrapper"
# Where a dtype keeps the bytes of an item in its pickled state.
_SIZE = 5
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


class UnreadableError(Exception):
    """A file that holds no pickle, or a damaged one."""


class Inert:
    """An object that was not made: what it would have been made of."""

    name = ""
    arguments: Tuple[Any, ...]
    state: Any
    entries: Dict[Any, Any]

    # Pickles make objects without __init__.
    def __new__(cls, *arguments: Any, **_named: Any) -> "Inert":
        """Remember the arguments."""
        self = object.__new__(cls)
        self.arguments = arguments
        self.state = None
        self.entries = {}
        return self

    def __init__(self, *_arguments: Any, **_named: Any) -> None:
        pass

    def __setstate__(self, state: Any) -> None:
        self.state = state

    def __call__(self, *arguments: Any) -> "Inert":
        """The result of a call that does not happen."""
        return Inert(*arguments)

    def __setitem__(self, key: Any, value: Any) -> None:
        self.entries[key] = value

    def append(self, _value: Any) -> None:
        """What a list would do."""

    def extend(self, _values: Any) -> None:
        """What a list would do."""

    def add(self, _value: Any) -> None:
        """What a set would do."""

    @property
    def attributes(self) -> Dict[Any, Any]:
        """Its state, if that is a dictionary."""
        return self.state if isinstance(self.state, dict) else {}


# The standard library's own reader in Python; that in C has no places to reach in.
_Unpickler: Any = pickle._Unpickler  # noqa: SLF001


class Reader(_Unpickler):  # type: ignore[misc]
    """Reads with stand-ins for all that is named."""

    dispatch: ClassVar[Dict[int, Callable[..., Any]]] = dict(_Unpickler.dispatch)

    def __init__(self, file: BinaryIO) -> None:
        super().__init__(file)
        self._file = file
        self.protocol = 0
        self.names: Dict[str, type] = {}
        self.built: List[Inert] = []

    def find_class(self, module: str, name: str) -> Callable[..., Any]:
        """A stand-in for whatever it is."""
        full = f"{module}.{name}"
        if full in _REBUILD:
            return _rebuild
        if full not in self.names:
            self.names[full] = type(str(name.rpartition(".")[2]), (Inert,), {"name": full})
        return self.names[full]

    def persistent_load(self, pid: Any) -> Inert:
        """An object that another program keeps."""
        return Inert(pid)

    def load_proto(self) -> None:
        """Note the protocol."""
        _Unpickler.load_proto(self)
        self.protocol = max(self.protocol, self.proto)

    dispatch[pickle.PROTO[0]] = load_proto

    def load_build(self) -> None:
        """Note what was built; behind joblib's wrapper stand the bytes of an array."""
        _Unpickler.load_build(self)
        built = self.stack[-1]
        if isinstance(built, Inert):
            self.built.append(built)
            if built.name.endswith("." + ARRAYS):
                self._pass_over(built.attributes)

    dispatch[pickle.BUILD[0]] = load_build

    def _pass_over(self, wrapper: Dict[str, Any]) -> None:
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


def _rebuild(kind: Any, *_rest: Any) -> Any:
    return kind() if isinstance(kind, type) else Inert(kind)


def item_bytes(dtype: Any) -> Optional[int]:
    """How many bytes an item of this pickled dtype has; None for Python's own objects."""
    code = str(dtype.arguments[0])
    if code.startswith("O"):
        return None
    state = dtype.state or ()
    size = state[_SIZE] if len(state) > _SIZE else None
    if isinstance(size, int) and size >= 0:
        return size
    return int(re.sub(r"\D", "", code))


class Contents(NamedTuple):
    """What was read of a file."""

    root: Any
    reader: Reader
    """With all that it saw."""
    compression: str
    """Empty for none."""


def read(path: str) -> Contents:
    """Read a file to its end.

    Args:
        path: of the model.


    Raises:
        UnreadableError: it is no pickle, or a damaged one.
        OSError: there is no such file.
    """
    with open(path, "rb") as file:
        start = file.read(6)
        file.seek(0)
        compression = compression_of(start)
        try:
            reader = Reader(_opened(file, compression))
            root = reader.load()
        except _FAULTS as error:
            words = str(error) or type(error).__name__
            raise UnreadableError(f"{path}: no pickle can be read in it: {words}") from None
    return Contents(root, reader, compression)


def compression_of(start: bytes) -> str:
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


def _opened(file: BinaryIO, compression: str) -> BinaryIO:
    if compression in ("lz4", "zip"):
        raise pickle.UnpicklingError(f"it is compressed by {compression}")
    if compression == "gzip":
        return cast("BinaryIO", gzip.GzipFile(fileobj=file))
    if compression == "bz2":
        return cast("BinaryIO", bz2.BZ2File(file))
    if compression in ("xz", "lzma"):
        return cast("BinaryIO", lzma.LZMAFile(file))
    if compression == "zlib":
        return io.BytesIO(zlib.decompress(file.read()))
    return file
