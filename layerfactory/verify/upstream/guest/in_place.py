"""Lets pytest import test modules by their own names, below packages that have no sources.

pytest finds the name of a module by looking for ``__init__.py`` in the folders above it. In a
sourceless package there is only ``__init__.pyc``: it would import ``numpy/lib/tests/test_io.py`` as
``tests.test_io``, and put ``numpy`` and ``scipy`` first on ``sys.path`` for their conftest.py,
where ``scipy.signal`` and ``numpy.random`` hide what others mean by ``signal`` and ``random``.
"""

import importlib
import os


def import_by_name(tree: str) -> None:
    """Replace pytest's import of a path, whatever it is called in this pytest."""

    def import_path(path, *_args, **_options):
        return importlib.import_module(module_name(str(path), tree))

    import _pytest.config
    import _pytest.python

    if hasattr(_pytest.config, "import_path"):  # from pytest 6 on
        import _pytest.pathlib

        for module in (_pytest.pathlib, _pytest.config, _pytest.python):
            module.import_path = import_path
    else:
        import py

        py.path.local.pyimport = import_path


def module_name(path: str, tree: str) -> str:
    """``scipy.linalg.tests.test_blas`` of a file, ``scipy.linalg.tests`` of an ``__init__.py``."""
    parts = os.path.splitext(os.path.relpath(os.path.realpath(path), tree))[0].split(os.sep)
    if parts[-1] == "__init__":
        parts.pop()
    return ".".join(parts)
