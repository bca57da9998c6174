"""Reads pip's configuration files where pip looks for them."""

from __future__ import annotations

import configparser
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from layerfactory.build.docker.host_settings import HostSettings, host_settings
from layerfactory.errors import BuildError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def read_host_settings() -> HostSettings:
    """What of this host reaches a container; raises BuildError for a broken pip.conf."""
    options = read_pip_config(pip_config_files(os.environ, Path.home()))
    return host_settings(os.environ, options, lambda path: Path(path).is_file())


def pip_config_files(environ: Mapping[str, str], home: Path) -> tuple[Path, ...]:
    """Where pip reads its settings, the strongest last."""
    chosen = environ.get("PIP_CONFIG_FILE", "")
    if chosen == os.devnull:
        return ()
    folders = [Path(folder) for folder in environ.get("XDG_CONFIG_DIRS", "/etc/xdg").split(":")]
    config_home = Path(environ.get("XDG_CONFIG_HOME") or home / ".config")
    mac = [home / "Library/Application Support/pip/pip.conf"] if sys.platform == "darwin" else []
    return (
        *(folder / "pip/pip.conf" for folder in reversed(folders)),
        Path("/etc/pip.conf"),
        home / ".pip/pip.conf",
        *mac,
        config_home / "pip/pip.conf",
        *([Path(chosen)] if chosen else []),
    )


def read_pip_config(files: Iterable[Path]) -> dict[str, str]:
    """The options of ``[global]`` and ``[install]`` over all files that exist.

    Raises:
        BuildError: a file cannot be read.
    """
    options: dict[str, str] = {}
    for path in files:
        if not path.is_file():
            continue
        parser = configparser.RawConfigParser()
        try:
            parser.read(path, encoding="utf-8")
        except (OSError, UnicodeDecodeError, configparser.Error) as error:
            raise BuildError(f"{path}: pip's configuration cannot be read: {error}") from None
        for section in ("global", "install"):
            if parser.has_section(section):
                options |= {name.replace("_", "-"): value for name, value in parser.items(section)}
    return options
