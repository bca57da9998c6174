"""Where the cache lies."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

VARIABLE = "LAYERFACTORY_CACHE_DIR"
"""Names another folder than the usual one."""


def cache_folder(environ: Mapping[str, str]) -> Path:
    """The folder that the environment names, else the user's own for caches (XDG)."""
    if named := environ.get(VARIABLE):
        return Path(named).expanduser()
    caches = environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(caches).expanduser() / "layerfactory"
