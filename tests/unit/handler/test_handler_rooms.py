"""What the handler's modules may import, and when: every import is paid for by a cold start."""

import ast
import sys
from pathlib import Path

import pytest
import scikit_learn_lambda

PACKAGE = Path(scikit_learn_lambda.__file__).parent
# What runs on Lambda. Tools run at a desk.
PATHS = {str(path.relative_to(PACKAGE)): path for path in sorted(PACKAGE.rglob("*.py"))}
MODULES = {
    name: ast.parse(path.read_text("utf-8"))
    for name, path in PATHS.items()
    if name != "__main__.py" and not name.startswith("tools/")
}
# What a layer and the runtime carry, and who imports it while it is imported itself, or later.
EARLY = {"numpy": {"decode.py", "encode.py", "predict.py", "together.py"}}
LATE = {
    "joblib": {"unpickle.py"},
    "sklearn": {"model.py"},
    "scipy": {"decode.py"},
    "pandas": {"decode.py"},
    "skops": {"unpickle.py"},
    "botocore": {"s3/sdk.py"},
    "snapshot_restore_py": {"snapshot.py"},
}


def imported(nodes):
    names = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            names.add(node.module)
    return {name.partition(".")[0] for name in names}


@pytest.mark.parametrize("name", MODULES)
def test_every_import_is_foreseen(name):
    tree = MODULES[name]
    foreign = set(sys.stdlib_module_names) | {"scikit_learn_lambda"}
    early, all_of_them = imported(tree.body) - foreign, imported(ast.walk(tree)) - foreign
    assert early == {package for package, modules in EARLY.items() if name in modules}
    late = {package for package, modules in LATE.items() if name in modules}
    assert all_of_them == early | late


def test_nothing_of_layerfactory_is_imported():
    for path in PATHS.values():
        assert "layerfactory" not in imported(ast.walk(ast.parse(path.read_text("utf-8"))))
