"""Keeps a model from starting processes and threads that Lambda has no processors for."""

from typing import Any, Iterator

# Containers longer than this hold data; vocabularies do.
MAX_LENGTH = 10000


def set_n_jobs(estimator: Any, n_jobs: int) -> int:
    """Set ``n_jobs`` of an estimator and of all that are inside it, fitted ones too.

    Returns:
        How many were changed. None is left: it means one.
    """
    changed = 0
    for part in _all_inside(estimator):
        if getattr(part, "n_jobs", None) not in (None, n_jobs):
            part.n_jobs = n_jobs
            changed += 1
    return changed


def _all_inside(estimator: Any) -> Iterator[Any]:
    waiting, seen = [estimator], {id(estimator)}
    while waiting:
        value = waiting.pop()
        if hasattr(value, "get_params"):
            yield value
        for inner in _members(value):
            if id(inner) not in seen:
                seen.add(id(inner))
                waiting.append(inner)


def _members(value: Any) -> Iterator[Any]:
    """What may be or hold an estimator in a value."""
    if isinstance(value, dict):
        members = value.values() if len(value) <= MAX_LENGTH else ()
    elif isinstance(value, (list, tuple)):
        members = value if len(value) <= MAX_LENGTH else ()
    elif getattr(getattr(value, "dtype", None), "kind", "") == "O":
        members = value.ravel().tolist() if value.size <= MAX_LENGTH else ()
    elif hasattr(value, "__dict__") and not isinstance(value, type):
        # Objects that hold estimators without being one exist: calibrated classifiers.
        module = type(value).__module__
        members = vars(value).values() if _is_model(value, module) else ()
    else:
        members = ()
    return (inner for inner in members if not isinstance(inner, (str, bytes, int, float)))


def _is_model(value: Any, module: str) -> bool:
    return hasattr(value, "get_params") or module.startswith("sklearn.")
