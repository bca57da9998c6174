from __future__ import annotations

from layerfactory.build.choose import open_builder
from layerfactory.build.wheels.builder import WheelsBuilder, compile_environment
from layerfactory.build.wheels.uv import uv_environment
from layerfactory.matrix.cell import Cell
from layerfactory.matrix.model import BuilderChoice, Bytecode, CellPlan


def test_wheels_asks_no_daemon():
    plan = CellPlan(Cell("3.12", "1.9.1"), Bytecode.SOURCELESS, "image")
    with open_builder(plan, BuilderChoice.WHEELS, 1, print) as builder:
        assert isinstance(builder, WheelsBuilder)
        assert (builder.name, builder.image) == ("wheels", "")


def test_uv_is_told_what_pip_is_told():
    found = uv_environment({"PIP_INDEX_URL": "https://a/", "PIP_CERT": "/ca.crt", "HOME": "/h"})
    assert found["UV_DEFAULT_INDEX"] == "https://a/"
    assert found["SSL_CERT_FILE"] == "/ca.crt"
    assert found["HOME"] == "/h"
    assert found["UV_PYTHON_DOWNLOADS"] == "never"


def test_uvs_own_settings_win():
    host = {"PIP_INDEX_URL": "https://pip/", "UV_DEFAULT_INDEX": "https://uv/"}
    assert uv_environment(host)["UV_DEFAULT_INDEX"] == "https://uv/"


def test_nothing_of_the_host_reaches_the_compiler(monkeypatch):
    monkeypatch.setenv("PYTHONOPTIMIZE", "2")
    assert [name for name in compile_environment() if name.startswith("PYTHON")] == []
