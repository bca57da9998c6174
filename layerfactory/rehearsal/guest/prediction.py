"""The function of the rehearsal: fits a small model and predicts. Its scikit-learn is a layer's."""

import importlib
import platform

import numpy as np
import scipy
import sklearn
from sklearn.linear_model import LogisticRegression


def handler(event, _context):
    """Fit on the event's rows and answer with the labels of others."""
    extras = {name: importlib.import_module(name).__version__ for name in event["modules"]}
    model = LogisticRegression(max_iter=1000).fit(event["rows"], event["labels"])
    return {
        "prediction": [str(label) for label in model.predict(event["unknown"])],
        "scikit_learn": sklearn.__version__,
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "extras": extras,
        "python": platform.python_version(),
        "loaded_from": sklearn.__path__[0],
    }
