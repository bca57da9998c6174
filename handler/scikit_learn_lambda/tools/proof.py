"""Asks two models the same, and compares what they answer to the last bit."""

import copy
import warnings
from typing import Any, List, Optional, Sequence, Tuple

from scikit_learn_lambda.facts import learn

METHODS = (
    *("predict", "predict_proba", "predict_log_proba"),
    *("decision_function", "score_samples", "transform"),
)
_SEED = 20260101
_ROWS = 200
_GAPS = 0.2
_TABLE = 2  # dimensions
# Models learn from centimetres and from millions; trees turn where the numbers are.
_SCALES = (0.01, 1.0, 10.0, 1000.0, 1e6)


def inputs_for(model: Any) -> List[Any]:
    """Inputs of the model's width: random at several scales, whole numbers, zeros, and gaps.

    Args:
        model: fitted.

    Returns:
        Tables; none where the model does not tell its width.
    """
    import numpy as np

    facts = learn(model)
    width = facts.n_features
    if width is None:
        return []
    rng = np.random.RandomState(_SEED)
    tables: List[Any] = [rng.normal(size=(_ROWS, width)) * scale for scale in _SCALES]
    tables += [rng.uniform(0, scale, size=(_ROWS, width)) for scale in _SCALES]
    tables += [_learned(model, rng, width), np.zeros((1, width)), np.eye(width)]
    tables.append(rng.randint(0, 10, size=(_ROWS, width)))
    gaps = tables[0].copy()
    gaps[rng.uniform(size=gaps.shape) < _GAPS] = np.nan
    tables.append(gaps)
    return [_named(facts.feature_names, table) for table in tables]


def _learned(model: Any, rng: Any, width: int) -> Any:
    """Rows around what the model says of its training: means and spreads, or centres."""
    import numpy as np

    steps = [model] + [step for _name, step in getattr(model, "steps", [])]
    for step in steps:
        mean: Any = getattr(step, "mean_", None)
        scale: Any = getattr(step, "scale_", None)
        if np.shape(mean) == (width,) and np.shape(scale) == (width,):
            return mean + scale * rng.normal(size=(_ROWS, width))
        for name in ("support_vectors_", "cluster_centers_", "_fit_X"):
            known: Any = getattr(step, name, None)
            if getattr(known, "ndim", 0) == _TABLE and known.shape[1] == width:
                known = known.toarray() if hasattr(known, "toarray") else known
                return np.asarray(known[:_ROWS], dtype=float)
    return rng.uniform(0, 8, size=(_ROWS, width))


def _named(names: Optional[Sequence[str]], table: Any) -> Any:
    """Under the columns' names, where the model was taught them and pandas is here."""
    if names is None:
        return table
    try:
        import pandas as pd
    except ImportError:
        return table
    return pd.DataFrame(table, columns=list(names))


def differences(model: Any, other: Any, tables: Sequence[Any]) -> Tuple[int, List[str]]:
    """Where two models answer differently.

    Args:
        model: the one that is right.
        other: the one that must do as it does.
        tables: what both are asked.

    Returns:
        How many answers were compared, and a line for each that differs. A table that both
        refuse in the same way is no answer and no difference.
    """
    compared = 0
    found: List[str] = []
    for method in METHODS:
        if not hasattr(model, method):
            continue
        for number, table in enumerate(tables):
            right, wrong = _ask(model, method, table), _ask(other, method, table)
            if not _same(right, wrong):
                found.append(f"{method} differs on input {number}")
            compared += not isinstance(right, BaseException)
    return compared, found


def _ask(model: Any, method: str, table: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            # Some models write into what they are given.
            return getattr(model, method)(copy.deepcopy(table))
        except (Exception, SystemExit) as error:
            return error


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, BaseException) or isinstance(other, BaseException):
        return type(one) is type(other) and str(one) == str(other)
    if isinstance(one, (list, tuple)):
        return (
            type(one) is type(other)
            and len(one) == len(other)
            and all(_same(a, b) for a, b in zip(one, other))
        )
    return type(one) is type(other) and _bits(one) == _bits(other)


def _bits(value: Any) -> Any:
    """All of an answer: its type, its shape, and each bit."""
    import numpy as np

    if hasattr(value, "tocsr"):
        value = value.tocsr()
        return [_bits(part) for part in (value.data, value.indices, value.indptr)]
    if hasattr(value, "to_numpy"):
        return [list(map(str, getattr(value, "columns", ()))), _bits(value.to_numpy())]
    array = np.asarray(value)
    whole = array.tolist() if array.dtype == object else array.tobytes()
    return [str(array.dtype), array.shape, whole]
