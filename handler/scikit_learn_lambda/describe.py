"""What a function tells about itself and its model."""

import platform
from typing import Any, Dict, Optional

from scikit_learn_lambda.model import LoadedModel


def health(model: Optional[LoadedModel]) -> Dict[str, Any]:
    """The answer of a function that can answer."""
    return {"status": "ok"} if model is None else {"status": "ok", "model": _identity(model)}


def metadata(model: Optional[LoadedModel]) -> Dict[str, Any]:
    """What runs here, and what it takes and gives."""
    from scikit_learn_lambda import __version__

    own: Dict[str, Any] = {"name": "scikit-learn-lambda", "version": __version__}
    own["python"] = platform.python_version()
    if model is None:
        return own
    facts = model.facts
    own["scikit_learn"] = model.scikit_learn
    own["model"] = {
        **_identity(model),
        "input": facts.kind,
        "n_features": facts.n_features,
        "feature_names": None if facts.feature_names is None else list(facts.feature_names),
        "classes": model.class_names,
        "outputs": list(facts.outputs),
        "bytes": model.size,
        "load_ms": model.load_ms,
    }
    return own


def _identity(model: LoadedModel) -> Dict[str, Any]:
    """Which model it is; what is not known is left out."""
    found = {
        "type": model.facts.name,
        "trained_with": list(model.trained_with),
        "sha256": model.sha256,
        "etag": model.etag,
        "version_id": model.version_id,
    }
    return {name: value for name, value in found.items() if value is not None}
