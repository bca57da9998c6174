"""The live probe: runs under the layer's own Python, with nothing but the layer on its path.

    python3.X -I -S -B <this folder> --tree TREE --out RESULT.json

It imports, fits, predicts and reads back whatever the layer promises, lets no failure stop the
rest, and writes one JSON file that the host compares with that of an untrimmed install. Everything
in this folder runs from Python 3.6 on and needs the standard library alone.
"""

import argparse
import faulthandler
import json
import os
import platform
import sys
import tempfile
import time
import warnings

import probe_bytecode
import probe_estimators
import probe_extras
import probe_packages
import probe_world
from probe_watch import CompileWatch

FORMAT = 1


def main() -> None:
    """Probe, and write down what was seen."""
    options = read_options()
    faulthandler.enable()  # a crash in machine code leaves its place on stderr
    warnings.simplefilter("ignore")
    started = time.time()
    watch = CompileWatch()
    with tempfile.TemporaryDirectory() as scratch:
        blind = watch.blindness(scratch)
        # -I leaves only this folder ahead of the standard library; the layer takes its place.
        sys.path[0] = options.tree
        result = probe(options.tree, scratch)
    result["format"] = FORMAT
    result["python"] = platform.python_version()
    result["isolation"] = probe_world.isolation(options.tree)
    result["checks"]["steps"]["compile watch"] = blind or "ok"
    result["compiled"] = watch.compiled_under(options.tree)
    result["broken"] = probe_bytecode.broken_under(options.tree)
    result["seconds"] = round(time.time() - started, 3)
    with open(options.out, "w", encoding="utf-8") as file:
        json.dump(result, file, indent=1, sort_keys=True)


def read_options() -> argparse.Namespace:
    """Both are paths; neither may be left out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tree", required=True, type=os.path.realpath, help="what was python/")
    parser.add_argument("--out", required=True, help="the JSON file to write")
    return parser.parse_args()


def probe(tree: str, scratch: str) -> dict:
    """All checks, each as ``{subject: "ok" or what went wrong}``, and what was given."""
    imports = probe_packages.import_all(tree)
    versions, distributions = probe_packages.read_distributions(tree)
    steps = probe_packages.run_steps(scratch)
    found, estimators, outputs = probe_estimators.exercise_all()
    steps["all_estimators"] = found
    steps.update(probe_extras.run_steps(tree, outputs))
    checks = {
        "imports": imports,
        "distributions": distributions,
        "steps": steps,
        "estimators": estimators,
    }
    for verdicts in checks.values():
        for subject, verdict in verdicts.items():
            verdicts[subject] = verdict.replace(os.path.join(tree, ""), "python/")
    return {"checks": checks, "versions": versions, "outputs": outputs}


if __name__ == "__main__":
    main()
