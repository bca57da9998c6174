"""Turns what estimators give into what strict JSON can hold."""

import datetime as dt
import json
from typing import Any, List, Optional, Sequence

import numpy as np

from scikit_learn_lambda.errors import ResponseTooLargeError

# What a number takes at least, with its comma.
BYTES_A_VALUE = 3
TABLE = 2
MASKED = np.ma.MaskedArray
# pandas has its own.
MISSING = ("NAType", "NaTType")
SCALARS = (str, int, bool, type(None))


def rows(output: Any, max_bytes: int, samples: Optional[int] = None) -> List[Any]:
    """What a method gave, one entry for each sample; NaN and infinities become null.

    Args:
        output: an array, a sparse matrix, a DataFrame or Series, a list of them (one for each
            output) or a list of one value for each sample.
        max_bytes: an answer that must become larger is not even made.
        samples: how many there are; a list of as many has a value for each of them.

    Raises:
        ResponseTooLargeError: it must.
    """
    if isinstance(output, (list, tuple)):
        if len(output) != samples and all(np.ndim(part) for part in output):
            parts = (rows(part, max_bytes) for part in output)
            return [list(row) for row in zip(*parts)]
        return [plain(value) for value in output]
    check_size(output, max_bytes)
    if hasattr(output, "toarray"):
        output = output.toarray()
    elif hasattr(output, "to_numpy"):
        output = output.to_numpy()
    listed: List[Any] = plain(output if isinstance(output, MASKED) else np.asarray(output))
    return listed


def check_size(output: Any, max_bytes: int) -> None:
    """Refuse what cannot fit before it takes the memory; raises ResponseTooLargeError."""
    values = 1
    for length in getattr(output, "shape", ()):
        values *= int(length)
    if values * BYTES_A_VALUE > max_bytes:
        raise ResponseTooLargeError(
            "The answer is larger than Lambda lets through: send less rows."
        )


def plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, MASKED):
        return plain(value.tolist())  # with None for what is masked
    if isinstance(value, (np.ndarray, np.generic)):
        return _array(np.asarray(value))
    if isinstance(value, float):
        return value if value - value == 0 else None
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(part) for part in value]
    if isinstance(value, dict):
        return {label(name): plain(part) for name, part in value.items()}
    return value if isinstance(value, SCALARS) else _other(value)


def _other(value: Any) -> Any:
    return None if type(value).__name__ in MISSING else label(value)


def _array(array: Any) -> Any:
    kind = array.dtype.kind
    if kind in "biuU":
        return array.tolist()
    if kind == "f":
        return _floats(array)
    if kind in "mM":
        return _times(array)
    listed = array.tolist()
    return [plain(part) for part in listed] if array.ndim else plain(listed)


def _floats(array: Any) -> Any:
    if array.dtype.itemsize > np.dtype(float).itemsize:  # no float of Python's
        array = array.astype(float)
    finite = np.isfinite(array)
    if not finite.all():
        array = array.astype(object)
        array[~finite] = None
    return array.tolist()


def _times(array: Any) -> Any:
    texts = array.astype(str).astype(object)
    texts[np.isnat(array)] = None
    return texts.tolist()


def label(value: Any) -> str:
    """A class's name."""
    if isinstance(value, np.generic) and value.dtype.kind not in "mM":
        value = value.item()
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    return str(value)


def labels(classes: Any) -> List[str]:
    """The names of classes, in their order, each different from all others."""
    names = [label(value) for value in classes]
    return names if len(set(names)) == len(names) else [repr(value) for value in classes]


class Shares:
    """The probabilities of one output: a table with a column for each class."""

    __slots__ = ("_names", "_table")

    def __init__(self, names: Sequence[str], table: Any) -> None:
        self._names = names
        self._table = table

    def __len__(self) -> int:
        """How many samples there are."""
        return len(self._table)

    def listed(self) -> List[Any]:
        """For each sample a mapping of classes to probabilities."""
        return [dict(zip(self._names, row)) for row in self._table.tolist()]

    def text(self) -> str:
        """The same as JSON, in half of the time: Python writes floats as JSON does."""
        cells = (json.dumps(name).replace("%", "%%") + ": %r" for name in self._names)
        sample = "{" + ", ".join(cells) + "}"
        template = ", ".join([sample] * len(self._table))
        return "[" + template % tuple(self._table.ravel().tolist()) + "]"


def probabilities(output: Any, names: Any, max_bytes: int) -> Any:
    """What predict_proba gave: for each sample a mapping of classes to their probabilities.

    A model of several outputs gives a list of them for each sample, one mapping for each output.

    Args:
        output: one array; or a list of arrays, one for each output.
        names: see ``class_names``.
        max_bytes: see ``rows``.

    Returns:
        A list, or Shares.

    Raises:
        ResponseTooLargeError: see ``rows``.
    """
    if isinstance(output, (list, tuple)) and TABLE in map(np.ndim, output):
        several = names if are_several(names) else [None] * len(output)
        parts = (_listed(part, own, max_bytes) for part, own in zip(output, several))
        return [list(sample) for sample in zip(*parts)]
    check_size(output, max_bytes)
    table = None if hasattr(output, "toarray") else _table(output)
    if table is None:
        return rows(output, max_bytes)
    # A chain of classifiers gives one column for each output: the probability of its label.
    width = table.shape[1]
    known = names is not None and not are_several(names) and len(names) == width
    own = names if known else [str(number) for number in range(width)]
    if np.isfinite(table).all():
        return Shares(own, table)
    return [dict(zip(own, row)) for row in _floats(table)]


def _table(output: Any) -> Any:
    """The same as a table of floats; None where it is none."""
    table = np.ma.asarray(output) if isinstance(output, MASKED) else np.asarray(output)
    if table.ndim != TABLE or table.dtype.kind not in "biufO":
        return None
    try:
        return np.ma.filled(table.astype(float, copy=False), np.nan)
    except (TypeError, ValueError):
        return None


def _listed(output: Any, names: Any, max_bytes: int) -> List[Any]:
    found = probabilities(output, names, max_bytes)
    return found.listed() if isinstance(found, Shares) else found


def class_names(classes: Any) -> Optional[List[Any]]:
    """The names of a model's classes in their order; of several outputs, a list for each."""
    if classes is None:
        return None
    if isinstance(classes, (list, tuple)) and any(np.ndim(part) for part in classes):
        return [None if part is None else labels(part) for part in classes]
    return labels(classes)


def are_several(names: Any) -> bool:
    """Whether these are the classes of several outputs."""
    return bool(names) and not isinstance(names[0], str)
