"""Calls one Lambda handler inside a container. Runs under the function's own Python, from 3.6 on.

    python3.X entry.py module.function EVENT_JSON

The answer is the last line of standard output, as JSON. A handler that fails gives the error in
the form that Lambda has for it, and exit code 1.
"""

import importlib
import json
import sys
import traceback

# The order in which Lambda's own client looks: the function's code before the layers'.
PLACES = ["/var/task", "/opt/python"]


def main(argv):
    """Call the handler and print what it returns."""
    module, _, function = argv[0].rpartition(".")
    sys.path[:1] = PLACES
    try:
        handler = getattr(importlib.import_module(module), function)
        answer = json.dumps(handler(json.loads(argv[1]), None))
    except Exception as error:
        traceback.print_exc()
        print(json.dumps({"errorMessage": str(error), "errorType": type(error).__name__}))
        return 1
    print(answer)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
