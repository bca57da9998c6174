"""What uv is asked to resolve for a cell."""

from datetime import date

import pytest

from layerfactory.build.processes import Completed
from layerfactory.build.wheels import uv
from layerfactory.data.runtimes import Architecture
from layerfactory.matrix.cell import Cell

PANDAS = 'pandas\ntzdata; python_version >= "3.9"\n'


@pytest.fixture
def asked(monkeypatch):
    """What uv is given: its words, and its standard input."""
    given = []

    def record(argv, *, stdin, **_):
        given.append((argv[1:], stdin))
        return Completed(argv, 0, "scikit-learn==1.7.2\npandas==2.3.2\n", "")

    monkeypatch.setattr(uv, "run", record)
    return given


@pytest.mark.parametrize(("extras", "more"), [((), ""), (("pandas",), PANDAS)])
def test_extras_are_resolved_along_with_scikit_learn(asked, extras, more):
    found = uv.resolve(Cell("3.12", "1.7.2", extras=extras), date(2025, 9, 23))
    assert found == {"scikit-learn": "1.7.2", "pandas": "2.3.2"}
    ((_, stdin),) = asked
    assert stdin == f"scikit-learn==1.7.2\n{more}"


@pytest.mark.parametrize("python", ["3.9", "3.10", "3.11"])
def test_amazon_linux_2_resolves_for_what_uv_knows_and_it_loads(asked, python):
    uv.resolve(Cell(python, "1.6.1", Architecture.ARM64, ("pandas",)), date(2025, 9, 23))
    ((words, _),) = asked
    assert words[words.index("--python-platform") + 1] == "aarch64-manylinux_2_17"
    assert words[words.index("--exclude-newer") + 1] == "2025-09-23T00:00:00Z"
