"""The wheel of the handler: is all inside, and does an old pip take it?"""

import subprocess
import sys
import zipfile
from email.parser import Parser

import pytest
from build_fixtures import need_interpreter
from handler_fixtures import HANDLER, REPOSITORY

PACKAGE = HANDLER / "scikit_learn_lambda"
SETTINGS = """
import os, sys
import scikit_learn_lambda
from scikit_learn_lambda.settings import Settings
print(os.path.dirname(scikit_learn_lambda.__file__), Settings.from_env({}).gzip)
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("handler-wheel")
    argv = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(argv, check=False, cwd=HANDLER, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (path,) = folder.glob("scikit_learn_lambda-*-py3-none-any.whl")
    return path


def test_all_of_the_package_is_inside_and_nothing_else(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    sources = [path for pattern in ("*.py", "py.typed") for path in PACKAGE.rglob(pattern)]
    assert {path.relative_to(HANDLER).as_posix() for path in sources} <= names
    assert {name.split("/")[0] for name in names} == {"scikit_learn_lambda"}
    assert not [name for name in names if name.endswith(".pyc")]


def test_metadata(wheel):
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        metadata = Parser().parsestr(archive.read(name).decode())
        (licence,) = (name for name in archive.namelist() if name.endswith("/LICENSE"))
        assert archive.read(licence) == (REPOSITORY / "LICENSE").read_bytes()
    assert metadata["Name"] == "scikit-learn-lambda"
    assert metadata["Requires-Python"] == ">=3.6"
    assert metadata.get_all("Requires-Dist") is None


@pytest.mark.interpreter
def test_the_oldest_python_installs_and_imports_it(wheel, tmp_path):
    python = need_interpreter("3.6").path
    target = tmp_path / "function"
    install = [python, "-m", "pip", "install", "-q", "--no-index", "--target", target, wheel]
    done = subprocess.run([str(word) for word in install], check=False, capture_output=True)
    assert done.returncode == 0, done.stderr
    done = subprocess.run(
        [str(python), "-c", SETTINGS],
        check=False,
        cwd=target,
        env={"PYTHONPATH": str(target)},
        capture_output=True,
        text=True,
    )
    assert done.stdout.split() == [str(target / "scikit_learn_lambda"), "auto"], done.stderr


@pytest.mark.interpreter
def test_every_file_is_python_3_6(tmp_path):
    """ruff knows 3.7 at the oldest."""
    python = need_interpreter("3.6").path
    code = (
        "import sys\nfor path in sys.argv[1:]:\n    compile(open(path, 'rb').read(), path, 'exec')"
    )
    paths = [str(path) for path in sorted(HANDLER.rglob("*.py"))]
    assert len(paths) > 40
    done = subprocess.run(
        [str(python), "-c", code, *paths], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
