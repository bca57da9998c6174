from __future__ import annotations

import os
from pathlib import Path

import pytest

from layerfactory.build.docker.pip_config import pip_config_files, read_pip_config
from layerfactory.errors import BuildError


def test_the_strongest_file_comes_last():
    found = pip_config_files({"PIP_CONFIG_FILE": "/mine.conf"}, Path("/home/me"))
    names = [str(path) for path in found]
    assert names[-1] == "/mine.conf"
    assert names.index("/etc/pip.conf") < names.index("/home/me/.config/pip/pip.conf")


def test_a_user_may_move_it():
    found = pip_config_files({"XDG_CONFIG_HOME": "/elsewhere"}, Path("/home/me"))
    assert Path("/elsewhere/pip/pip.conf") in found


def test_a_user_may_switch_all_off():
    assert pip_config_files({"PIP_CONFIG_FILE": os.devnull}, Path("/home/me")) == ()


def test_later_files_and_the_install_section_win(tmp_path):
    first, second = tmp_path / "a.conf", tmp_path / "b.conf"
    first.write_text("[global]\nindex_url = https://a.example/%20\nretries = 1\n")
    second.write_text(
        "[install]\nindex-url = https://b.example/\n[global]\nindex-url = https://x.example/\n"
        "[list]\nformat = columns\n"
    )
    options = read_pip_config([first, tmp_path / "missing.conf", second])
    assert options == {"index-url": "https://b.example/", "retries": "1"}


def test_a_broken_file_is_named(tmp_path):
    broken = tmp_path / "pip.conf"
    broken.write_text("no section\n")
    with pytest.raises(BuildError, match=r"pip\.conf: pip's configuration cannot be read"):
        read_pip_config([broken])
