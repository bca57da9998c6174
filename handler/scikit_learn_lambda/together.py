"""Asks a model for several outputs of the same samples, and lets it do no work twice.

Many classifiers of scikit-learn find labels by way of probabilities, and a pipeline transforms anew
for each question: asked for both, they would do everything twice.
"""

from contextlib import contextmanager
from typing import Any, Callable, Dict, FrozenSet, Iterator, List, Sequence, Tuple

import numpy as np

# Methods that others of the same estimator are made of, some of them private: of perceptrons, new
# and old ones, and of boosted trees. Beside each, the options that do not change what it gives.
WITHIN: Dict[str, FrozenSet[str]] = {
    "predict_proba": frozenset(),
    "decision_function": frozenset(),
    "_forward_pass_fast": frozenset(("check_input",)),
    "_predict": frozenset(("check_input",)),
    "_raw_predict": frozenset(),
}
# Questions that a pipeline hands on to its last step, and does nothing else.
HANDED_ON = {"predict", "predict_proba", "decision_function"}


def ask(estimator: Any, methods: Sequence[str], x: Any) -> List[Any]:
    """What each of these methods gives for ``x``; raises whatever they do."""
    if len(methods) == 1:
        return [getattr(estimator, methods[0])(x)]
    if HANDED_ON.issuperset(methods):
        estimator, x = _last(estimator, x)
    with _remembering(estimator):
        return [
            _kept(getattr(estimator, method)(own), own)
            for method, own in zip(methods, _unchanged(x))
        ]


def _kept(answer: Any, x: Any) -> Any:
    """An answer that outlives its question: some are the very samples, which are set back."""
    both_arrays = isinstance(answer, np.ndarray) and isinstance(x, np.ndarray)
    return answer.copy() if both_arrays and np.may_share_memory(answer, x) else answer


def _last(estimator: Any, x: Any) -> Tuple[Any, Any]:
    """The last step of a pipeline, and what comes to it; another estimator itself."""
    while _is_own(estimator) and type(estimator).__name__ == "Pipeline":
        for _, step in estimator.steps[:-1]:
            if step is not None and not isinstance(step, str):  # such as "passthrough"
                x = step.transform(x)
        estimator = estimator.steps[-1][1]
    return estimator, x


def _is_own(estimator: Any) -> bool:
    """Whether the class is scikit-learn's: another may do otherwise."""
    return type(estimator).__module__.startswith("sklearn.")


def _unchanged(x: Any) -> Iterator[Any]:
    """The same samples again and again, though some models write into them."""
    kept = x.copy() if hasattr(x, "copy") else x
    while True:
        yield x
        if isinstance(x, np.ndarray):
            x[...] = kept  # the very same array, by which answers are remembered
        elif hasattr(kept, "copy"):
            x = kept.copy()


@contextmanager
def _remembering(estimator: Any) -> Iterator[None]:
    """While this lasts, what a method of WITHIN gave for an array is not computed again."""
    own = getattr(estimator, "__dict__", {}) if _is_own(estimator) else {}
    names = [name for name in WITHIN if own and name not in own and hasattr(estimator, name)]
    for name in names:
        own[name] = _once(getattr(estimator, name), WITHIN[name])
    try:
        yield
    finally:
        for name in names:
            del own[name]


def _once(method: Callable[..., Any], harmless: FrozenSet[str]) -> Callable[..., Any]:
    known: List[Any] = []

    def remembered(x: Any, *rest: Any, **options: Any) -> Any:
        if rest or not harmless.issuperset(options):
            return method(x, *rest, **options)
        if known and known[0] is x:
            return known[1].copy()  # who asks may write into it
        answer = method(x, **options)
        if isinstance(answer, np.ndarray):
            known[:] = x, answer.copy()
        return answer

    return remembered
