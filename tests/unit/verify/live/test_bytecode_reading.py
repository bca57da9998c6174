"""The probe reads bytecode that nothing imports."""

import marshal
import runpy
from importlib.resources import files
from importlib.util import MAGIC_NUMBER

import pytest

HEADER = MAGIC_NUMBER + bytes(12)
CODE = marshal.dumps(compile("x = 1", "x.py", "exec"))


@pytest.fixture(scope="module")
def broken_under():
    script = files("layerfactory.verify.guest").joinpath("probe_bytecode.py")
    return runpy.run_path(str(script))["broken_under"]


@pytest.mark.parametrize(
    ("content", "good"),
    [
        (HEADER + CODE, True),
        (HEADER + CODE[:-5], False),
        (HEADER + b"rubbish", False),
        (HEADER + marshal.dumps("no code"), False),
        (HEADER, False),
        (b"", False),
        (b"\x00\x00\r\n" + HEADER[4:] + CODE, False),
    ],
)
def test_what_this_python_cannot_load_is_broken(broken_under, tmp_path, content, good):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b.pyc").write_bytes(content)
    (tmp_path / "a" / "c.txt").write_bytes(b"")
    assert broken_under(str(tmp_path)) == ([] if good else ["a/b.pyc"])
