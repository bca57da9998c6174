"""Says what a model is, which layer it wants, and whether it loads and predicts here."""

import sys
import warnings
from typing import Any, Dict, Iterator, List, Optional

from scikit_learn_lambda.facts import learn
from scikit_learn_lambda.layers import layer_name
from scikit_learn_lambda.tools import contents, proof, slim


def check(path: str, *, load: bool = True) -> Dict[str, Any]:
    """Look at a model's file without running it, then load it if that is wanted.

    Args:
        path: of the model.
        load: whether to load it, which runs what is pickled.

    Returns:
        What ``contents`` tells, and: ``python`` and ``scikit_learn`` (what is here), ``layer``
        (the name of the layer for it, or None), ``loads`` (None where it was not tried), ``error``,
        ``outputs`` (what can be asked of it), ``feature_names``, ``classes`` and ``warnings``.

    Raises:
        UnreadableError: it is no pickle, or a damaged one.
        OSError: there is no such file.
    """
    told = contents.contents(path)
    told["least_python"] = "{}.{}".format(*told["least_python"])
    told["python"] = "{}.{}.{}".format(*sys.version_info)
    told["scikit_learn"] = _installed()
    told["layer"] = _layer(told)
    told.update(loads=None, error="", outputs=[], feature_names=None, classes=None)
    told["warnings"] = _warnings(told)
    if load:
        _load(path, told)
    return told


def is_good(told: Dict[str, Any]) -> bool:
    """Whether the model may be deployed with the scikit-learn that is here."""
    return told["loads"] is not False and told["trained_with"] in ([], [told["scikit_learn"]])


def _installed() -> Optional[str]:
    try:
        import sklearn
    except ImportError:
        return None
    return str(sklearn.__version__)


def _layer(told: Dict[str, Any]) -> Optional[str]:
    versions = told["trained_with"]
    return layer_name(versions[-1]) if versions else None


def _warnings(told: Dict[str, Any]) -> List[str]:
    found, versions = [], told["trained_with"]
    if len(versions) > 1:
        found.append("its parts come of several scikit-learns: {}".format(", ".join(versions)))
    if not versions:
        found.append("no scikit-learn stands in it: is it a model?")
    elif told["scikit_learn"] and versions[-1] != told["scikit_learn"]:
        found.append(
            "trained with scikit-learn {}; here is {}".format(versions[-1], told["scikit_learn"])
        )
    if told["compression"]:
        found.append("it is compressed by {}, and loads more slowly".format(told["compression"]))
    others = sorted(set(told["modules"]) - {"joblib", "numpy", "scipy", "sklearn"})
    if others:
        found.append("it needs more than the layer has: {}".format(", ".join(others)))
    return found


def _load(path: str, told: Dict[str, Any]) -> None:
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        try:
            model = slim.load(path)
        except (Exception, SystemExit) as error:
            told["loads"] = False
            told["error"] = f"{type(error).__name__}: {error}"
            return
    told["loads"] = True
    known = {_first_line(warning) for warning in seen}
    told["warnings"] += sorted(known - {line for line in known if "version" in line})
    told["outputs"] = [name for name in proof.METHODS if hasattr(model, name)]
    facts = learn(model)
    told["features"] = facts.n_features
    told["feature_names"] = list(facts.feature_names) if facts.feature_names else None
    told["classes"] = _plain(facts.classes)


def _first_line(warning: warnings.WarningMessage) -> str:
    return str(warning.message).strip().splitlines()[0]


def _plain(classes: Any) -> Any:
    if classes is None:
        return None
    if isinstance(classes, (list, tuple)):  # one for each output
        return [_plain(each) for each in classes]
    values = classes.tolist() if hasattr(classes, "tolist") else classes
    return [value if isinstance(value, (bool, int, str)) else str(value) for value in values]


def lines(path: str, told: Dict[str, Any]) -> Iterator[str]:
    """The same for a person."""
    size = "{:.2f} MB".format(told["bytes"] / 1e6)
    packed = ", compressed by {}".format(told["compression"]) if told["compression"] else ""
    form = "{} of protocol {}".format(told["format"], told["protocol"])
    yield f"{path}: {form}, {size}{packed}"
    kind = told["estimator"].split(".")[-1]
    inside = ", ".join(name for name in told["estimators"] if name != kind)
    yield "  {}{}".format(kind, " of " + inside if inside else "")
    if told["trained_with"]:
        yield "  trained with scikit-learn {}".format(", ".join(told["trained_with"]))
        yield "  layer: %s" % (told["layer"] or "there is none for it")
    yield "  needs: {}; Python {} or later".format(_needs(told), told["least_python"])
    if told["features"] is not None:
        named = " ({})".format(", ".join(told["feature_names"])) if told["feature_names"] else ""
        yield "  features: {}{}".format(told["features"], named)
    if told["classes"] is not None:
        yield "  classes: {}".format(", ".join(map(str, told["classes"])))
    if told["outputs"]:
        yield "  answers: {}".format(", ".join(told["outputs"]))
    for warning in told["warnings"]:
        yield f"  note: {warning}"
    yield f"  {_verdict(told)}"


def _needs(told: Dict[str, Any]) -> str:
    names = {"numpy": "numpy 2"} if told["numpy2"] else {}
    return ", ".join(names.get(name, name) for name in told["modules"])


def _verdict(told: Dict[str, Any]) -> str:
    here = "Python {} and scikit-learn {}".format(told["python"], told["scikit_learn"])
    if told["loads"] is None:
        return "not loaded, as you wished"
    if not told["loads"]:
        return "does not load with {}: {}".format(here, told["error"])
    return f"loads with {here}"
