"""Turns a model file into an estimator, and tells which scikit-learn made it."""

import io
import pickle
import re
import warnings
from typing import Any, Iterable, List, NamedTuple, Optional, Tuple

from scikit_learn_lambda import pickled
from scikit_learn_lambda.errors import ModelError
from scikit_learn_lambda.layers import layer_name
from scikit_learn_lambda.sources import Source

# scikit-learn's words.
OTHER_VERSION = re.compile(r"Trying to unpickle estimator \S+ from version (\S+) when using")


class Unpickled(NamedTuple):
    """An estimator, and the other releases of scikit-learn that it was made with."""

    estimator: Any
    versions: Tuple[str, ...]


def unpickle(source: Source, trusted_types: Tuple[str, ...] = ()) -> Unpickled:
    """Load an estimator; whoever wrote the file could do anything here, but for ``.skops``.

    Args:
        source: the file.
        trusted_types: those of a ``.skops`` file that the deployer trusts.

    Raises:
        ModelError: it cannot be loaded here; the message names the layer to use.
    """
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            estimator = _load(source, trusted_types)
        except (Exception, SystemExit) as error:  # a pickle may end the process
            raise ModelError(_explain(error, source.data)) from error
    return Unpickled(estimator, _other_versions(caught))


def _load(source: Source, trusted_types: Tuple[str, ...]) -> Any:
    form = pickled.sniff(source.data)
    if form == pickled.SKOPS:
        return _load_skops(bytes(source.data), trusted_types)
    if form == pickled.JOBLIB:
        import joblib

        return joblib.load(source.path or io.BytesIO(source.data))
    # Its own unpickler is many times as fast as joblib's, and takes the oldest protocols too.
    return pickle.loads(source.data)


def _load_skops(data: bytes, trusted_types: Tuple[str, ...]) -> Any:
    try:
        from skops import io as skops_io
    except ImportError:
        raise ModelError("A .skops file wants the package skops beside the handler.") from None
    return skops_io.loads(data, trusted=list(trusted_types))


def _other_versions(caught: Iterable[warnings.WarningMessage]) -> Tuple[str, ...]:
    found = (OTHER_VERSION.search(str(warning.message)) for warning in caught)
    return tuple(sorted({match.group(1) for match in found if match}))


def _explain(error: BaseException, data: pickled.Buffer) -> str:
    parts = [f"The model cannot be unpickled here: {type(error).__name__}: {error}."]
    made_with = pickled.versions(data)
    if made_with:
        parts.append(describe(made_with))
    elif getattr(error, "name", None) == "pandas":
        parts.append("Use a layer that carries pandas.")
    return " ".join(parts)


def describe(made_with: Tuple[str, ...], running: Optional[str] = None) -> str:
    """Which scikit-learn made a model, which one runs, and which layer to use."""
    parts = ["It was made with scikit-learn {}".format(" and ".join(made_with))]
    if running:
        parts.append(f"; {running} runs")
    layer = layer_name(made_with[-1])
    if layer:
        parts.append(f"; use the layer {layer}")
    return "".join(parts) + "."


def check_versions(made_with: Tuple[str, ...], running: str, policy: str) -> List[str]:
    """Say what the deployer's policy wants said of a model of another scikit-learn.

    Returns:
        The lines to log.

    Raises:
        ModelError: the policy refuses it.
    """
    if not made_with or policy == "ignore":
        return []
    message = describe(made_with, running)
    if policy == "error":
        raise ModelError("SKLEARN_VERSION_POLICY refuses the model. " + message)
    return ["The model is of another scikit-learn. " + message]
