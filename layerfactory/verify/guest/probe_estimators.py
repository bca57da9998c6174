"""Fits every estimator and asks it for all it can tell."""

import inspect
import numbers
import sys

from probe_packages import attempt
from probe_samples import construct, sample_for

METHODS = (
    "predict",
    "predict_proba",
    "decision_function",
    "transform",
    "score_samples",
    "mahalanobis",
    "kneighbors",
)
# For those that can only speak of the data they were fitted on.
AT_ONCE = ("fit_predict", "fit_transform")


def exercise_all() -> tuple:
    """How the search went, each estimator's ``ok`` or failure, and what each gave."""
    classes, checks, outputs = [], {}, {}
    found = attempt(lambda: classes.extend(all_estimators()))
    if found != "ok":  # one module that does not import ends its search, but not ours
        attempt(lambda: classes.extend(imported_estimators()))
    for name, estimator_class in classes:
        outputs[name] = {}
        checks[name] = attempt(
            lambda name=name, cls=estimator_class: exercise(name, cls, outputs[name])
        )
    return found, checks, outputs


def all_estimators() -> list:
    """As the installed version finds them, those behind ``sklearn.experimental`` too."""
    import importlib
    import pkgutil

    import sklearn.experimental

    for _, name, _ in pkgutil.iter_modules(sklearn.experimental.__path__):
        if name.startswith("enable_"):
            importlib.import_module("sklearn.experimental." + name)
    try:
        from sklearn.utils import all_estimators as search
    except ImportError:  # before 0.24
        from sklearn.utils.testing import all_estimators as search
    return search()


def imported_estimators() -> list:
    """Names and classes of the public estimators in all that could be imported."""
    from sklearn.base import BaseEstimator

    modules = [module for name, module in sys.modules.items() if name.startswith("sklearn.")]
    found = {
        name: value
        for module in modules
        for name, value in vars(module).items()
        if inspect.isclass(value) and issubclass(value, BaseEstimator) and name[0] != "_"
    }
    return sorted((n, cls) for n, cls in found.items() if not inspect.isabstract(cls))


def exercise(name: str, estimator_class: type, outputs: dict) -> None:
    """Fit on data that suits it, then call what it has; ``outputs`` fills as it goes."""
    x, y = sample_for(name, estimator_class)
    data = (x,) if y is None else (x, y)
    fitted = construct(name, estimator_class).fit(*data)
    for method in METHODS:
        if hasattr(fitted, method):
            outputs[method] = summarise(getattr(fitted, method)(x), len(x))
    if hasattr(fitted, "biclusters_"):
        outputs["biclusters_"] = summarise(fitted.row_labels_, len(x))
    for method in AT_ONCE:
        if not outputs and hasattr(fitted, method):
            fresh = construct(name, estimator_class)
            outputs[method] = summarise(getattr(fresh, method)(*data), len(x))
    if not outputs:
        raise ValueError("fitted, but it has none of the methods to call")


def summarise(output, rows: int) -> list:
    """Shape, and sums that change when a value does; several arrays give one list each.

    Raises:
        ValueError: an entry is not finite, or there is not one row for each of the input's.
    """
    import numpy as np

    if isinstance(output, (list, tuple)) and not isinstance(output[0], numbers.Number):
        return [summarise(part, rows) for part in output]
    array = np.asarray(output.toarray() if hasattr(output, "toarray") else output, dtype=float)
    if array.shape[:1] != (rows,):
        raise ValueError("{} rows went in, shape {} came out".format(rows, array.shape))
    if not np.isfinite(array).all():
        raise ValueError("not every output is finite")
    weights = np.cos(np.arange(array.size)).reshape(array.shape)
    sums = [array.sum(), np.abs(array).sum(), (array * weights).sum()]
    return [list(array.shape), [float(value) for value in sums]]
