"""The compile script under every Python of Lambda that is here."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import replace

import pytest
from build_fixtures import is_here

from layerfactory.build.builder import CompileStep
from layerfactory.build.bytecode import plan_bytecode
from layerfactory.build.wheels.builder import WheelsBuilder
from layerfactory.build.wheels.interpreters import find_interpreter
from layerfactory.data.runtimes import runtimes
from layerfactory.matrix.model import Bytecode, bytecode_fault

# Sets come in the order of their hashes. Those of strings differ from process to process; that of
# None as well, before Python 3.12.
WORDS = [None, *(f"word{number}" for number in range(40))]
SAMPLE = f'''"""Of the module."""
import json

def known(word):
    """Of the function."""
    assert isinstance(word, str), "no word"
    return word in {{{", ".join(map(repr, WORDS))}}}

def unsteady(word):
    return word in {{None, "a", "b", ...}}

class Empty(Exception):
    """Of the class."""
'''
PACKAGES = ("asyncio", "email", "json", "logging")
LOOK = """
import json, sys
sys.path.insert(0, sys.argv[1])
import sample
docs = [sample.__doc__, sample.known.__doc__, sample.Empty.__doc__]
print(json.dumps([sample.__file__, sample.known("word7"), docs]))
"""


@pytest.fixture(params=filter(is_here, runtimes()))
def target(request):
    """A Python of Lambda that is here; those that are not could only be skipped."""
    return find_interpreter(request.param)


def minor(target):
    return target.version.rpartition(".")[0]


def make_tree(folder, target):
    """Packages of the target's own library, and a sample."""
    words = "import json, os; print(os.path.dirname(os.path.dirname(json.__file__)))"
    asked = subprocess.run([target.path, "-c", words], capture_output=True, text=True, check=True)
    for name in PACKAGES:
        source = f"{asked.stdout.strip()}/{name}"
        shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "sample.py").write_text(SAMPLE)
    (folder / "python2.py").write_text("print 'hello'\n")


def compiled(folder, target, policy, jobs):
    """Make a tree and compile it; return the bytes of each target."""
    folder.mkdir()
    make_tree(folder, target)
    sources = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.py"))
    steps = plan_bytecode(sources, policy, minor(target)).steps
    # As if the sample were of scipy.
    if policy is Bytecode.SOURCELESS:
        steps = [replace(step, docstrings=step.source != "sample.py") for step in steps]
    failed = WheelsBuilder(minor(target), jobs).compile(folder, steps)
    assert failed == ("python2.py",)
    targets = [step.target for step in steps if step.source not in failed]
    return {name: (folder / name).read_bytes() for name in targets}


def test_the_same_bytes_with_any_number_of_jobs(target, tmp_path):
    first = compiled(tmp_path / "first", target, Bytecode.SOURCELESS, jobs=1)
    second = compiled(tmp_path / "second", target, Bytecode.SOURCELESS, jobs=3)
    assert [name for name in first if first[name] != second[name]] == []
    assert len(first) > 50


def seen_in(target, folder):
    words = [target.path, "-I", "-S", "-c", LOOK, folder]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_sourceless_bytecode_is_imported(target, tmp_path):
    folder = tmp_path / "tree"
    compiled(folder, target, Bytecode.SOURCELESS, jobs=2)
    (folder / "sample.py").unlink()
    assert seen_in(target, folder) == [str(folder / "sample.pyc"), True, [None, None, None]]


def test_docstrings_may_stay(target, tmp_path):
    folder = tmp_path / "tree"
    compiled(folder, target, Bytecode.SOURCELESS_DOCSTRINGS, jobs=2)
    (folder / "sample.py").unlink()
    documented = ["Of the module.", "Of the function.", "Of the class."]
    assert seen_in(target, folder) == [str(folder / "sample.pyc"), True, documented]


def test_bytecode_beside_a_source_is_taken_whatever_its_date(target, tmp_path):
    if bytecode_fault(minor(target), Bytecode.SOURCES):
        # Python 3.6 knows no such bytecode, and the matrix refuses the policy for it.
        assert minor(target) == "3.6"
        return
    folder = tmp_path / "tree"
    folder.mkdir()
    (folder / "sample.py").write_text(SAMPLE)
    (step,) = plan_bytecode(["sample.py"], Bytecode.SOURCES, minor(target)).steps
    assert isinstance(step, CompileStep)
    WheelsBuilder(minor(target), 1).compile(folder, [step])
    (folder / "sample.py").write_text("not to be compiled:\n")
    assert seen_in(target, folder)[1] is True
