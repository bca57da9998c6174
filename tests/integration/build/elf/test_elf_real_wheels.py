import json
import shutil
import subprocess
from io import BytesIO

import pytest
from elftools.elf.elffile import ELFFile
from hypothesis import given, settings
from hypothesis import strategies as st

from layerfactory.build.elf.facts import read_facts
from layerfactory.build.elf.rewrite import rewrite
from layerfactory.build.elf.view import loader_view

# Megabytes that at least go; facts measured are 30, 77, 12 and 14.
WORTH = {"py37": 25, "py38": 70, "py313": 10, "py313-arm64": 12}

ANSWER = """
import importlib, json, pathlib, sys
tree = sys.argv[1]
sys.path.insert(0, tree)
import numpy, scipy.linalg, sklearn.svm
X = numpy.array([[0.0, 0.0], [1.0, 1.0], [0.0, 1.0], [3.0, 3.0]])
y = [0, 1, 0, 1]
loaded = failed = 0
for path in sorted(pathlib.Path(tree).rglob("*.so")):
    if path.parent.name.endswith(".libs"):
        continue
    name = ".".join(path.relative_to(tree).parts)
    try:
        importlib.import_module(name.partition(".cpython-")[0])
        loaded += 1
    except ImportError:
        failed += 1
print(json.dumps({
    "predicted": sklearn.svm.SVC(kernel="linear").fit(X, y).predict(X).tolist(),
    "solved": scipy.linalg.solve([[2.0, 0.0], [0.0, 4.0]], [2.0, 4.0]).tolist(),
    "where": [m.__file__.startswith(tree) for m in (numpy, scipy, sklearn)],
    "loaded": loaded,
    "failed": failed,
}))
"""


@pytest.fixture(params=sorted(WORTH))
def tree(request, trees):
    return trees(request.param)


def test_the_loader_sees_the_same_in_real_wheels(tree):
    page_size = tree.install.page_size
    saved = 0
    for path in tree.elf_files():
        data = path.read_bytes()
        result = rewrite(data, page_size)
        assert result.kept_because in {"", "it would not be smaller"}, path
        assert loader_view(result.data) == loader_view(data), path
        assert read_facts(result.data) == read_facts(data), path
        saved += len(data) - len(result.data)
    name = next(name for name in WORTH if tree.folder.name.startswith(f"{name}0"))
    assert saved > WORTH[name] * 1_000_000


def test_real_files_stay_in_line(tree):
    page_size = tree.install.page_size
    for path in tree.elf_files():
        elf = ELFFile(BytesIO(rewrite(path.read_bytes(), page_size).data))
        for load in elf.iter_segments("PT_LOAD"):
            shift = load["p_offset"] - load["p_vaddr"]
            assert load["p_align"] % page_size == 0, path
            assert shift % load["p_align"] == 0, path


def test_pyelftools_reads_the_same_out_of_both(tree):
    """By its own parser: names, needs and notes, which it finds through file offsets."""
    for path in tree.elf_files()[::10]:
        data = path.read_bytes()
        assert _told(rewrite(data, tree.install.page_size).data) == _told(data), path


def _told(data):
    elf = ELFFile(BytesIO(data))
    (dynamic,) = elf.iter_segments("PT_DYNAMIC")
    others = [
        (segment["p_type"], segment["p_vaddr"], segment.data())
        for segment in elf.iter_segments()
        if segment["p_type"] in {"PT_GNU_EH_FRAME", "PT_GNU_RELRO", "PT_TLS", "PT_DYNAMIC"}
    ]
    return [str(tag) for tag in dynamic.iter_tags()], others, dynamic.num_symbols()


@pytest.mark.interpreter
@pytest.mark.parametrize(("name", "python"), [("py37", "3.7"), ("py38", "3.8"), ("py313", "3.13")])
def test_rewritten_wheels_load_and_compute(trees, interpreter, tmp_path, name, python):
    tree = trees(name)
    program = interpreter(python)
    before = _answer(program, tree.folder)
    rewritten = tmp_path / "tree"
    shutil.copytree(tree.folder, rewritten)
    for path in tree.elf_files():
        data = rewrite(path.read_bytes(), tree.install.page_size).data
        (rewritten / path.relative_to(tree.folder)).write_bytes(data)
    after = _answer(program, rewritten)
    assert after == before
    assert after["predicted"] == [0, 1, 0, 1]
    assert after["solved"] == [1.0, 1.0]
    assert after["where"] == [True, True, True]
    assert after["loaded"] > 100


def _answer(program, folder):
    command = [program, "-I", "-W", "ignore", "-c", ANSWER, folder]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="session")
def small_files(trees):
    """Real files of less than 100 KB, some of 2020 and some of today."""
    paths = [path for name in ("py37", "py313") for path in trees(name).elf_files()]
    return [path.read_bytes() for path in paths if path.stat().st_size < 100_000]


@settings(max_examples=300)
@given(
    which=st.integers(0, 10_000),
    edits=st.lists(st.tuples(st.integers(0, 0x300), st.integers(0, 255)), max_size=5),
    keep=st.one_of(st.just(1.0), st.floats(0, 1)),
)
def test_damaged_wheels_never_raise(small_files, which, edits, keep):
    data = bytearray(small_files[which % len(small_files)])
    for position, value in edits:
        data[position] = value
    damaged = bytes(data[: int(keep * len(data))])
    read_facts(damaged)
    result = rewrite(damaged, 0x1000)
    if result.kept_because:
        assert result.data is damaged
    else:
        assert loader_view(result.data) == loader_view(damaged)
