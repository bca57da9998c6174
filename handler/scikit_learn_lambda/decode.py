"""Turns the ``input`` of a request into what an estimator takes."""

from functools import lru_cache
from importlib import import_module
from itertools import chain
from typing import Any, Dict, FrozenSet, List, NamedTuple, Optional, Sequence, Set, Tuple

import numpy as np

from scikit_learn_lambda.errors import InternalError, InvalidInputError
from scikit_learn_lambda.facts import ANYTHING, MAPPINGS, TEXTS, Facts

NUMBERS = frozenset((int, float, bool))
MISSING = type(None)
SCALARS = NUMBERS | {str, MISSING}
SPARSE_KEYS = {"data", "indices", "indptr", "shape"}
# How many names, and how much of each, a message tells.
TOLD_NAMES, TOLD_LENGTH = 5, 40
NAN = float("nan")
# Of a table: rows and columns.
DIMENSIONS = 2


class Decoded(NamedTuple):
    """What to hand to the estimator."""

    x: Any
    rows: int


def decode(value: Any, facts: Facts) -> Decoded:
    """Read an input.

    Args:
        value: as JSON had it: rows, one row, records, columns, texts, or a sparse matrix.
        facts: of the model that it is for.

    Raises:
        InvalidInputError: the model cannot take this, whatever its numbers are.
    """
    if facts.kind == TEXTS:
        return _texts(value)
    if facts.kind == MAPPINGS:
        return _mappings(value)
    if isinstance(value, dict):
        return _by_name(value, facts)
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list):
        raise InvalidInputError("input must be a list of rows.")
    types = set(map(type, value))
    if types == {dict}:
        return _records(value, facts)
    if types == {list}:
        return _rows(value, facts)
    return _flat(value, types, facts)


def _texts(value: Any) -> Decoded:
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list) or set(map(type, texts)) - {str}:
        raise InvalidInputError("This model takes text: input must be a string or a list of them.")
    return Decoded(texts, len(texts))


def _mappings(value: Any) -> Decoded:
    mappings = [value] if isinstance(value, dict) else value
    if not isinstance(mappings, list) or set(map(type, mappings)) - {dict}:
        raise InvalidInputError("This model takes mappings: input must be a list of objects.")
    return Decoded(mappings, len(mappings))


def _flat(values: List[Any], types: Set[type], facts: Facts) -> Decoded:
    """One row, or what a model without features takes: labels, texts, targets."""
    if not values:
        return Decoded(values, 0)
    if types - SCALARS:
        raise InvalidInputError("input mixes rows with something else.")
    expected = facts.n_features
    if expected is None:
        return Decoded(values if str in types else _matrix(values, types), len(values))
    if len(values) != expected:
        raise InvalidInputError(
            f"input must be a list of rows with {_features(expected)} each, or one such row; "
            f"one list of {len(values)} values was received."
        )
    return _rows([values], facts)


def _rows(rows: List[List[Any]], facts: Facts) -> Decoded:
    lengths = set(map(len, rows))
    if len(lengths) > 1 and facts.kind != ANYTHING:
        raise _uneven(rows)
    _check_width(lengths, facts)
    if facts.needs_frame and facts.feature_names:
        names = facts.feature_names
        columns = dict(zip(names, map(list, zip(*rows))))
        return Decoded(_frame(columns, names), len(rows))
    types = set(map(type, chain.from_iterable(rows)))
    if facts.kind == ANYTHING and (len(lengths) > 1 or str in types):
        return Decoded(rows, len(rows))  # sets of labels
    if dict in types:
        raise InvalidInputError("input holds objects inside of rows.")
    if facts.takes_text:
        types = types | {str}
    return Decoded(_matrix(rows, types), len(rows))


def _check_width(widths: Set[int], facts: Facts) -> None:
    expected = facts.n_features
    if expected is not None and widths != {expected}:
        received = ", ".join(map(str, sorted(widths)))
        raise InvalidInputError(
            f"The model takes {_features(expected)} a row; {received} were received."
        )


def _features(number: int) -> str:
    return "1 feature" if number == 1 else f"{number} features"


def _uneven(rows: List[List[Any]]) -> InvalidInputError:
    first = len(rows[0])
    place, other = next((i, len(row)) for i, row in enumerate(rows) if len(row) != first)
    return InvalidInputError(
        f"Rows differ in length: row 0 has {first} values, row {place} has {other}."
    )


def _matrix(values: List[Any], types: Set[type]) -> Any:
    """Numbers as an array of numbers; where there is text, an array of objects.

    Types are looked at first: numpy would make room for the longest text in every cell.
    """
    try:
        if str in types:
            return _objects(values, types)
        if types <= NUMBERS:
            array = np.array(values)
            # A whole number beyond 64 bits makes an array of objects.
            return array if array.dtype != object else np.array(values, dtype=float)
        return np.array(values, dtype=float)  # null becomes NaN
    except (ValueError, TypeError, OverflowError):
        raise InvalidInputError("input is no table of numbers and text.") from None


def _objects(rows: List[List[Any]], types: Set[type]) -> Any:
    if types - SCALARS:
        raise InvalidInputError("input holds lists inside of rows.")
    if MISSING in types:
        rows = [[NAN if cell is None else cell for cell in row] for row in rows]
    return np.array(rows, dtype=object)


def _by_name(value: Dict[str, Any], facts: Facts) -> Decoded:
    """An object: a sparse matrix, columns, or one record."""
    if set(value) == SPARSE_KEYS and set(facts.feature_names or ()) != SPARSE_KEYS:
        return _sparse(value, facts)
    types = set(map(type, value.values()))
    if types == {list}:
        return _columns(value, facts)
    return _records([value], facts)


def _columns(columns: Dict[str, List[Any]], facts: Facts) -> Decoded:
    names = _names(columns, facts)
    if set(columns) != set(names):
        raise _other_names(columns, names)
    lengths = set(map(len, columns.values()))
    if len(lengths) > 1:
        raise InvalidInputError("Columns differ in length.")
    return _table(columns, names, lengths.pop(), facts)


def _records(records: List[Dict[str, Any]], facts: Facts) -> Decoded:
    names = _names(records[0], facts)
    wanted = set(names)
    for record in records:
        if record.keys() != wanted:
            raise _other_names(record, names)
    columns = {name: [record[name] for record in records] for name in names}
    return _table(columns, names, len(records), facts)


def _names(given: Dict[str, Any], facts: Facts) -> Sequence[str]:
    """The features' names in the model's order.

    Where the model keeps none, only one that selects its columns by name can take them: the order
    in an object tells nothing.
    """
    if facts.feature_names:
        return facts.feature_names
    if facts.needs_frame:
        return tuple(given)
    raise InvalidInputError("This model knows no feature names: input must be a list of rows.")


def _other_names(given: Dict[str, Any], names: Sequence[str]) -> InvalidInputError:
    missing = [name for name in names if name not in given]
    extra = sorted(set(given) - set(names))
    parts = [("missing", missing), ("not known", extra)]
    told = "; ".join(f"{what}: {_tell(which)}" for what, which in parts if which)
    return InvalidInputError(f"The names of the features differ from the model's; {told}.")


def _tell(names: Sequence[str]) -> str:
    told = [name[:TOLD_LENGTH] for name in names[:TOLD_NAMES]]
    more = [f"and {len(names) - TOLD_NAMES} more"] if len(names) > TOLD_NAMES else []
    return ", ".join(told + more)


def _table(columns: Dict[str, List[Any]], names: Sequence[str], rows: int, facts: Facts) -> Decoded:
    if has_pandas() or facts.needs_frame:
        return Decoded(_frame(columns, names), rows)
    cells = [list(row) for row in zip(*(columns[name] for name in names))]
    return _rows(cells, facts) if rows else Decoded(cells, 0)


def _frame(columns: Dict[str, List[Any]], names: Sequence[str]) -> Any:
    if not has_pandas():
        # The log tells the deployer so when the model is loaded.
        raise InternalError("This model needs pandas, which the function does not have.")
    from pandas import DataFrame

    return DataFrame({name: _column(columns[name]) for name in names}, columns=list(names))


def _column(values: List[Any]) -> Any:
    types = set(map(type, values))
    if types - SCALARS:
        raise InvalidInputError("input holds lists or objects inside of a column.")
    if MISSING not in types:
        return values
    if str in types or types == {MISSING}:  # nothing but missing values: of numbers or of texts
        filled = [NAN if value is None else value for value in values]
        return np.array(filled, dtype=object)
    return _matrix(values, types)


@lru_cache(maxsize=None)
def has_pandas() -> bool:
    """Whether pandas can be imported; found out once, when it is first needed."""
    try:
        import_module("pandas")
    except ImportError:
        return False
    return True


def _sparse(value: Dict[str, Any], facts: Facts) -> Decoded:
    """``{"data", "indices", "indptr", "shape"}``: compressed rows, as scipy.sparse keeps them."""
    from scipy.sparse import csr_matrix

    shape = value["shape"]
    if not _is_list_of(shape, _WHOLE) or len(shape) != DIMENSIONS or min(shape) < 0:
        raise InvalidInputError("shape must be two whole numbers.")
    wholes = _is_list_of(value["indices"], _WHOLE) and _is_list_of(value["indptr"], _WHOLE)
    if not wholes or not _is_list_of(value["data"], NUMBERS):
        raise InvalidInputError("data must be numbers, indices and indptr whole numbers.")
    rows, width = shape
    _check_width({width}, facts)
    try:
        parts = (np.array(value["data"], dtype=float), _wholes(value, "indices"))
        matrix = csr_matrix((*parts, _wholes(value, "indptr")), shape=(rows, width))
        matrix.check_format(full_check=True)
    except (ValueError, TypeError, IndexError, OverflowError):
        raise InvalidInputError("input is no valid sparse matrix of compressed rows.") from None
    return Decoded(matrix, rows)


_WHOLE: FrozenSet[type] = frozenset((int,))


def _is_list_of(values: Any, types: FrozenSet[type]) -> bool:
    return isinstance(values, list) and set(map(type, values)) <= types


def _wholes(value: Dict[str, Any], name: str) -> Any:
    return np.array(value[name], dtype=np.int64)


def text_place(x: Any) -> Optional[Tuple[int, int]]:
    """Row and column of the first text in an array of objects."""
    if getattr(getattr(x, "dtype", None), "kind", "") != "O" or x.ndim != DIMENSIONS:
        return None
    places = ((i, j) for i, row in enumerate(x.tolist()) for j, c in enumerate(row) if _is_text(c))
    return next(places, None)


def _is_text(cell: Any) -> bool:
    return isinstance(cell, str)
