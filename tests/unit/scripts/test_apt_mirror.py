from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from layerfactory.errors import DockerError

ONE_LINE = """\
# deb http://commented.example/debian bookworm main
deb-src http://source.example/debian bookworm main
deb [arch=amd64 signed-by=/usr/share/key.gpg] http://tools.example/apt stable main
deb [ trusted=yes ] http://mirror.example/debian bookworm main contrib # ours
deb http://mirror.example/debian-security bookworm-security main
deb broken
"""
DEB822 = """\
# A comment in between
Types: deb deb-src
URIs: http://mirror.example/debian http://second.example/debian/
Suites: trixie
# and another
  trixie-updates
Components: main
Signed-By: /usr/share/key.gpg

Types: deb
Enabled: no
URIs: http://off.example/debian
Suites: bookworm
Components: main
"""


@pytest.fixture
def apt(monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parents[3] / "scripts"))
    return importlib.import_module("apt_mirror")


def test_reads_one_line_sources(apt):
    found = list(apt.parse_one_line(ONE_LINE))
    assert [(source.uri, source.suites, source.components) for source in found] == [
        ("http://tools.example/apt", ("stable",), ("main",)),
        ("http://mirror.example/debian", ("bookworm",), ("main", "contrib")),
        ("http://mirror.example/debian-security", ("bookworm-security",), ("main",)),
    ]


def test_reads_deb822_sources(apt):
    found = list(apt.parse_deb822(DEB822))
    assert [source.uri for source in found] == [
        "http://mirror.example/debian",
        "http://second.example/debian/",
    ]
    assert found[0].suites == ("trixie", "trixie-updates")


def test_reads_both_where_apt_does(apt, tmp_path):
    (tmp_path / "sources.list").write_text(ONE_LINE)
    (tmp_path / "sources.list.d").mkdir()
    (tmp_path / "sources.list.d" / "debian.sources").write_text(DEB822)
    (tmp_path / "sources.list.d" / "old.list.save").write_text(ONE_LINE)
    assert len(apt.read_sources(tmp_path)) == 5


def test_prefers_a_mirror_of_the_suite(apt):
    sources = [*apt.parse_deb822(DEB822), *apt.parse_one_line(ONE_LINE.replace("mirror", "best"))]
    assert apt.mirror_of(sources, "bookworm") == "http://best.example/debian"


def test_takes_any_debian_else(apt):
    sources = list(apt.parse_deb822(DEB822))
    assert apt.mirror_of(sources, "bookworm") == "http://mirror.example/debian"


def test_says_that_there_is_none(apt):
    sources = list(apt.parse_one_line("deb http://tools.example/apt stable main"))
    with pytest.raises(DockerError, match="no mirror of Debian") as caught:
        apt.mirror_of(sources, "bookworm")
    assert "--mirror" in caught.value.remedy
