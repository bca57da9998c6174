"""Where Debian roots are looked for."""

from pathlib import Path

import pytest

from layerfactory.build.wheels.roots import VARIABLE, launcher, roots_folder


@pytest.fixture(autouse=True)
def bare(monkeypatch):
    for variable in (VARIABLE, "XDG_DATA_HOME"):
        monkeypatch.delenv(variable, raising=False)


def test_below_the_home_folder(monkeypatch):
    monkeypatch.setenv("HOME", "/home/ada")
    assert roots_folder() == Path("/home/ada/.local/share/layerfactory/roots")


def test_where_the_desktop_keeps_data(monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", "/data")
    assert roots_folder() == Path("/data/layerfactory/roots")


def test_where_somebody_wants_them(monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", "/data")
    monkeypatch.setenv(VARIABLE, "/roots")
    assert launcher("3.9", "aarch64") == Path("/roots/python3.9-aarch64/usr/bin/python3.9")
