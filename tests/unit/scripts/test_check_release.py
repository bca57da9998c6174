import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
CHANGELOG = """\
# Changelog

## Unreleased

## 1.2.3 - 2026-11-23

### Added

* It.

## 1.2.2 - 2026-01-01
"""


@pytest.fixture
def faults(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    import check_release

    yield check_release.faults
    del sys.modules["check_release"]


@pytest.fixture
def root(tmp_path):
    """A project at 1.2.3, or where a test has it."""

    def make(handler="1.2.3", changelog=CHANGELOG):
        files = {
            "layerfactory/__init__.py": '"""Doc."""\n\n__version__ = "1.2.3"\n',
            "handler/scikit_learn_lambda/__init__.py": f'__version__ = "{handler}"\n',
            "CHANGELOG.md": changelog,
        }
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text)
        return tmp_path

    return make


def test_a_tag_that_may_be_released(faults, root):
    assert faults("v1.2.3", root()) == []


@pytest.mark.parametrize("tag", ["1.2.3", "v1.2.3rc1", "v", "vx", "release"])
def test_what_is_no_tag_of_a_release(faults, root, tag):
    assert faults(tag, root()) == [f"{tag}: is no tag of a release, such as v1.2.3"]


def test_both_versions_are_the_tags(faults, root):
    (fault,) = faults("v1.2.3", root(handler="1.2.2"))
    assert fault == "handler/scikit_learn_lambda/__init__.py: says 1.2.2, and the tag v1.2.3"


def test_the_changelog_has_a_dated_section_that_tells_something(faults, root):
    missing = CHANGELOG.replace("1.2.3 - 2026-11-23", "1.2.3")
    empty = CHANGELOG.replace("### Added\n\n* It.\n", "")
    assert faults("v1.2.3", root(changelog=missing)) == [
        "CHANGELOG.md: has no section `## 1.2.3 - YYYY-MM-DD`"
    ]
    assert faults("v1.2.3", root(changelog=empty)) == ["CHANGELOG.md: tells nothing of 1.2.3"]


def test_the_project_itself_can_be_read(faults):
    assert all("CHANGELOG" in fault for fault in faults("v0.1.0", ROOT))
