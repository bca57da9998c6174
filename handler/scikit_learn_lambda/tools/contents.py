"""What a model's file says of itself, without loading it."""

import os
from typing import Any, Dict, Iterable, List

from scikit_learn_lambda.tools import inert

# Modules that are no distributions which a function would need.
_NOT_NEEDED = ("builtins", "__builtin__", "_codecs", "collections", "copy_reg", "copyreg")
# The first Python that reads a protocol; numpy 2 came with 3.9.
_PYTHONS = {4: (3, 4), 5: (3, 8)}


def contents(path: str) -> Dict[str, Any]:
    """Read the file and say what it is.

    Args:
        path: of the model.

    Returns:
        A dictionary: ``format``, ``protocol``, ``compression``, ``bytes``, ``estimator`` (its
        full name), ``estimators`` (the names of all that scikit-learn made), ``trained_with``
        (versions of scikit-learn), ``modules`` (what must be importable), ``features``
        where it is told, ``numpy2`` (whether numpy 2 wrote it) and
        ``least_python``.

    Raises:
        UnreadableError: it is no pickle, or a damaged one.
        OSError: there is no such file.
    """
    root, reader, compression = inert.read(path)
    trained = [built for built in reader.built if "_sklearn_version" in built.attributes]
    of = root.attributes if isinstance(root, inert.Inert) else {}
    features = of.get("n_features_in_")
    numpy2 = any(name.startswith("numpy._core") for name in reader.names)
    is_joblib = any(name.endswith("." + inert.ARRAYS) for name in reader.names)
    return {
        "format": "joblib" if is_joblib or compression else "pickle",
        "protocol": reader.protocol,
        "compression": compression,
        "bytes": os.path.getsize(path),
        "estimator": root.name if isinstance(root, inert.Inert) else type(root).__name__,
        "estimators": sorted({built.name.split(".")[-1] for built in trained}),
        "trained_with": sorted({str(built.attributes["_sklearn_version"]) for built in trained}),
        "modules": _modules(reader.names),
        "features": features if isinstance(features, int) else None,
        "numpy2": numpy2,
        "least_python": max(_PYTHONS.get(reader.protocol, (3, 0)), (3, 9) if numpy2 else (3, 0)),
    }


def _modules(names: Iterable[str]) -> List[str]:
    found = {name.split(".")[0] for name in names}
    return sorted(found.difference(_NOT_NEEDED))
