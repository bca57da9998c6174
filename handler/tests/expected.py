"""What an answer must hold, made from an estimator's own output by the plainest means."""

import math

import numpy as np


def listed(output):
    """Nested lists, with null for what JSON has no number for."""
    if hasattr(output, "toarray"):
        output = output.toarray()
    if isinstance(output, list):  # several outputs: one array for each
        return [list(sample) for sample in zip(*(listed(part) for part in output))]
    return clean(np.asarray(output).tolist())


def clean(value):
    if isinstance(value, list):
        return [clean(part) for part in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value.decode() if isinstance(value, bytes) else value


def shares(output, classes):
    """For each sample a mapping of classes to probabilities, or a list of them."""
    if isinstance(output, list):
        parts = [shares(part, names) for part, names in zip(output, classes)]
        return [list(sample) for sample in zip(*parts)]
    is_chain = isinstance(classes, list)
    names = range(output.shape[1]) if classes is None or is_chain else classes
    return [{str(name): row[i] for i, name in enumerate(names)} for row in listed(output)]


def close(found, wanted):
    """Assert that two nested lists are equal but for what sums in another order may change."""
    if isinstance(wanted, dict):
        assert list(found) == list(wanted)
        close(list(found.values()), list(wanted.values()))
    elif isinstance(wanted, list):
        assert len(found) == len(wanted)
        for one, other in zip(found, wanted):
            close(one, other)
    elif isinstance(wanted, float):
        assert type(found) is float
        assert math.isclose(found, wanted, rel_tol=1e-9, abs_tol=1e-12)
    else:
        assert (type(found), found) == (type(wanted), wanted)
