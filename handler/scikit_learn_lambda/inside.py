"""Goes through all estimators that are inside of one."""

from contextlib import suppress
from typing import Any, Iterable, Iterator

# Containers longer than this hold data; vocabularies do.
MAX_LENGTH = 10000


def set_n_jobs(estimator: Any, n_jobs: int) -> int:
    """Set ``n_jobs`` of an estimator and of all that are inside it, fitted ones too.

    Lambda has no processors for what a model would start, nor the shared memory to start it.

    Returns:
        How many were changed. None is left: it means one.
    """
    changed = 0
    for part in all_inside(estimator):
        if getattr(part, "n_jobs", None) not in (None, n_jobs):
            with suppress(AttributeError):  # some may only be read
                part.n_jobs = n_jobs
                changed += 1
    return changed


def all_inside(estimator: Any) -> Iterator[Any]:
    """An estimator and all that are inside of it, each once."""
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
    return (part for part in _parts(value) if not isinstance(part, (str, bytes, int, float)))


def _parts(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values() if len(value) <= MAX_LENGTH else ()
    if isinstance(value, (list, tuple)):
        return value if len(value) <= MAX_LENGTH else ()
    if getattr(getattr(value, "dtype", None), "kind", "") == "O":
        return value.ravel() if 0 < value.size <= MAX_LENGTH else ()
    return vars(value).values() if _is_model(value) else ()


def _is_model(value: Any) -> bool:
    """Estimators, and what holds some without being one, such as calibrated classifiers."""
    if isinstance(value, type) or not hasattr(value, "__dict__"):
        return False
    return hasattr(value, "get_params") or type(value).__module__.startswith("sklearn.")
