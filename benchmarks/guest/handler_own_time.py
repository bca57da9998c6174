"""Times a handler's own work for one row: all of it less what ``predict`` takes. Any Python.

    python3.X handler_own_time.py MODULE.FUNCTION FOLDER EVENT

Prints seconds of the processor. Both are taken in turn, thousands of times, and the medians are
subtracted.
"""

import contextlib
import importlib
import json
import os
import statistics
import sys
import time

ROUNDS = 3000


def main(entry, folder, event):
    """Measure and print."""
    os.chdir(folder)
    sys.path.insert(0, folder)
    os.environ["SKLEARN_MODEL_PATH"] = "model.joblib"
    module, _, name = entry.rpartition(".")
    handler = getattr(importlib.import_module(module), name)
    event = json.loads(event)
    import joblib

    model = joblib.load("model.joblib")
    rows = json.loads(event["body"])["input"]
    whole, predict = [], []
    # The handler's log goes nowhere.
    with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere):
        handler(event, None)
        for _ in range(ROUNDS):
            whole.append(timed(lambda: handler(event, None)))
            predict.append(timed(lambda: model.predict(rows)))
    print("%r" % (statistics.median(whole) - statistics.median(predict)))


def timed(function):
    """Seconds of the processor that a call takes: what else runs here does not count."""
    began = time.process_time()
    function()
    return time.process_time() - began


if __name__ == "__main__":
    main(*sys.argv[1:])
