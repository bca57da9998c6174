"""Imports, metadata, and the steps that are no estimator's."""

import contextlib
import importlib
import io
import os
import pickle
import pkgutil
import re

# What is no public part, or is left out of a layer on purpose.
NOT_PUBLIC = {"tests", "conftest", "setup", "externals"}
NUMPY_PARTS = ("fft", "linalg", "ma", "polynomial", "random", "testing")
MODULE_OF = {"scikit-learn": "sklearn", "python-dateutil": "dateutil"}
DIST_INFO = re.compile(r"(?P<name>.+)-(?P<version>[^-]+)\.dist-info")
BUNDLED_DATA = ("iris", "digits", "wine", "breast_cancer", "diabetes", "linnerud")


def attempt(action) -> str:
    """``ok``, or what the action died of in one line."""
    try:
        action()
    except (Exception, SystemExit) as error:
        text = " ".join(str(error).split())
        return "{}: {}".format(type(error).__name__, text)[:500]
    return "ok"


def import_all(tree: str) -> dict:
    """Import every distribution's module and the public parts of the large packages."""
    names = [module_of(name) for name, _ in dist_infos(tree)]
    names += ["numpy", "scipy", "joblib", "sklearn"]
    names += ["numpy." + part for part in NUMPY_PARTS]
    for package in ("scipy", "sklearn", "pandas"):  # pandas has no folder but in its variant
        names += public_parts(package, os.path.join(tree, package))
    return {name: attempt(lambda name=name: importlib.import_module(name)) for name in names}


def public_parts(package: str, folder: str) -> list:
    """Every public module and package below ``package``, out of its folder; imports nothing."""
    names = []
    for _, name, is_package in pkgutil.iter_modules([folder]):
        if not name.startswith("_") and name not in NOT_PUBLIC:
            full = "{}.{}".format(package, name)
            below = public_parts(full, os.path.join(folder, name)) if is_package else []
            names += [full, *below]
    return names


def module_of(distribution: str) -> str:
    """The module to import for a distribution."""
    return MODULE_OF.get(distribution, distribution.replace("-", "_"))


def dist_infos(tree: str) -> list:
    """Names and versions of the distributions, out of their folders' names."""
    found = (DIST_INFO.fullmatch(name) for name in sorted(os.listdir(tree)))
    return [(match["name"].replace("_", "-").lower(), match["version"]) for match in found if match]


def read_distributions(tree: str) -> tuple:
    """Versions by distribution, and whether metadata and module agree about each."""
    versions, checks = {}, {}
    for name, version in dist_infos(tree):
        versions[name] = version
        checks[name] = attempt(lambda name=name: compare_versions(tree, name))
    return versions, checks


def compare_versions(tree: str, name: str) -> None:
    """Raise where metadata and ``__version__`` differ."""
    said = metadata_version(tree, name)
    module = importlib.import_module(module_of(name))
    inside = getattr(module, "__version__", said)
    if inside != said:
        raise ValueError("metadata says {}, {} says {}".format(said, module.__name__, inside))


def metadata_version(tree: str, name: str) -> str:
    """As ``importlib.metadata`` tells it; before Python 3.8, as the file itself does."""
    try:
        from importlib.metadata import version
    except ImportError:
        return read_metadata(tree, name)
    return version(name)


def read_metadata(tree: str, name: str) -> str:
    """The version that the METADATA file tells."""
    folder = next(f for f in os.listdir(tree) if f.lower().startswith(name.replace("-", "_") + "-"))
    with open(os.path.join(tree, folder, "METADATA"), encoding="utf-8") as file:
        return re.search(r"^Version: (\S+)$", file.read(), re.MULTILINE).group(1)


def run_steps(scratch: str) -> dict:
    """What else a user does with the layer."""
    steps = {
        "show_versions": attempt(show_versions),
        "pickle round trip": attempt(round_trip_pickle),
        "joblib round trip": attempt(lambda: round_trip_joblib(scratch)),
    }
    for name in BUNDLED_DATA:
        steps["load_" + name] = attempt(lambda name=name: load_bundled(name))
    return steps


def show_versions() -> None:
    """What users are asked for in every bug report."""
    import sklearn

    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        sklearn.show_versions()
    if sklearn.__version__ not in said.getvalue():
        raise ValueError("sklearn.show_versions does not name its own version")


def load_bundled(name: str) -> None:
    """Read a data set that comes with scikit-learn."""
    import sklearn.datasets

    data = getattr(sklearn.datasets, "load_" + name)()
    if not len(data.data) or not data.DESCR:
        raise ValueError("the data set is empty")


def fitted_pipeline() -> tuple:
    """A pipeline as users keep them, and data to ask it about."""
    from sklearn.datasets import make_classification
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    x, y = make_classification(n_samples=60, random_state=0)
    forest = RandomForestClassifier(n_estimators=5, random_state=0)
    return make_pipeline(StandardScaler(), forest).fit(x, y), x


def round_trip_pickle() -> None:
    """Through a string."""
    pipeline, x = fitted_pipeline()
    must_agree(pipeline, pickle.loads(pickle.dumps(pipeline)), x)


def round_trip_joblib(scratch: str) -> None:
    """Through a compressed file."""
    import joblib

    pipeline, x = fitted_pipeline()
    path = os.path.join(scratch, "pipeline.joblib")
    joblib.dump(pipeline, path, compress=3)
    must_agree(pipeline, joblib.load(path), x)


def must_agree(before, after, x) -> None:
    """Raise where two estimators answer differently."""
    if not (before.predict_proba(x) == after.predict_proba(x)).all():
        raise ValueError("predictions differ after the round trip")
