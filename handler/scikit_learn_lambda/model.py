"""Loads a model, and makes it ready to answer."""

import time
import warnings
from typing import Any, List, NamedTuple, Optional, Tuple

from scikit_learn_lambda.errors import ModelError, SettingsError
from scikit_learn_lambda.facts import MAPPINGS, OUTPUTS, TABLE, TEXTS, Facts, learn
from scikit_learn_lambda.inside import set_n_jobs
from scikit_learn_lambda.layers import layer_name
from scikit_learn_lambda.logs import write
from scikit_learn_lambda.settings import Settings
from scikit_learn_lambda.sources import open_source
from scikit_learn_lambda.unpickle import check_versions, describe, unpickle

# What scikit-learn says to rows without names, with each request.
NO_NAMES = "X does not have valid feature names"


class LoadedModel(NamedTuple):
    """A model that is ready to answer."""

    estimator: Any
    facts: Facts
    class_names: Optional[List[Any]]
    """In the classes' order; of several outputs, a list for each."""
    scikit_learn: str
    """The release that runs."""
    trained_with: Tuple[str, ...]
    """The releases that made it."""
    sha256: Optional[str]
    """Of the file; known where the deployer told which one it must be."""
    etag: Optional[str]
    version_id: Optional[str]
    size: int
    """Of the file, in bytes."""
    load_ms: float


def load(path: str, settings: Settings) -> LoadedModel:
    """Load a model and let it answer once.

    Args:
        path: of a file, or ``s3://bucket/key``.
        settings: how to load it.

    Raises:
        ModelNotFoundError: there is none.
        ModelError: it cannot be loaded, or must not be.
        SettingsError: the names of its features are too many, or too few.
    """
    started = time.perf_counter()
    source = open_source(path, settings.model_sha256)
    estimator, made_with = unpickle(source, settings.trusted_types)
    import sklearn

    from scikit_learn_lambda.encode import class_names

    lines = check_versions(made_with, sklearn.__version__, settings.version_policy)
    if settings.n_jobs is not None:
        set_n_jobs(estimator, settings.n_jobs)
    facts = learn(estimator, settings.feature_names)
    if facts.feature_names == settings.feature_names:
        _check_names(facts)
    fault = warm_up(estimator, facts)
    if made_with and isinstance(fault, AttributeError):
        # Unpickled, but its own methods miss what that release did not keep.
        raise ModelError(f"The model cannot answer here: {fault}. {describe(made_with)}")
    for line in lines:
        write("WARNING", line)
    return LoadedModel(
        estimator=estimator,
        facts=facts,
        class_names=class_names(facts.classes),
        scikit_learn=sklearn.__version__,
        trained_with=made_with or (sklearn.__version__,),
        sha256=settings.model_sha256,
        etag=source.etag,
        version_id=source.version_id,
        size=len(source.data),
        load_ms=round((time.perf_counter() - started) * 1000, 3),
    )


def _check_names(facts: Facts) -> None:
    given, expected = len(facts.feature_names or ()), facts.n_features
    if expected not in (None, given):
        raise SettingsError(
            f"SKLEARN_FEATURE_NAMES: {given} names are set, and the model takes {expected} features"
        )


def warm_up(estimator: Any, facts: Facts) -> Optional[BaseException]:
    """Ask once, so that nothing is left to import and no buffer to make when a request comes.

    Returns:
        What the model died of: it may reject the question, and the work is done all the same.
    """
    from scikit_learn_lambda.decode import decode, has_pandas

    warnings.filterwarnings("ignore", message=NO_NAMES, category=UserWarning)
    if facts.needs_frame and not has_pandas():
        _say_that_pandas_is_missing()
        return None
    question = _question(facts)
    if question is None:
        return None
    outputs = facts.outputs[:2] if "prediction" in facts.outputs else facts.outputs[-1:]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            x = decode(question, facts).x
            for output in outputs:
                getattr(estimator, OUTPUTS[output])(x)
        except (Exception, SystemExit) as error:
            return error
    return None


def _question(facts: Facts) -> Any:
    if facts.kind == TEXTS:
        return ["text"]
    if facts.kind == MAPPINGS:
        return [{"name": 1.0}]
    width = facts.n_features or len(facts.feature_names or ())
    return [[0.0] * width] if width and facts.kind == TABLE else None


def _say_that_pandas_is_missing() -> None:
    import sklearn

    write(
        "WARNING",
        "The model selects its columns by name, which wants pandas; use the layer {}.".format(
            layer_name(sklearn.__version__, "pandas")
        ),
    )
