"""Where the cache lies."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from layerfactory.errors import BuildError

if TYPE_CHECKING:
    from collections.abc import Mapping

VARIABLE = "LAYERFACTORY_CACHE_DIR"
"""Names another folder than the usual one."""


def cache_folder(environ: Mapping[str, str]) -> Path:
    """The folder that the environment names, else the user's own for caches (XDG).

    Raises:
        BuildError: the name leads nowhere.
    """
    named = environ.get(VARIABLE)
    caches = environ.get("XDG_CACHE_HOME") or "~/.cache"
    try:
        return Path(named or f"{caches}/layerfactory").expanduser()
    except RuntimeError as error:  # ~ of somebody who is not known here
        raise BuildError(
            f"{named or caches}: is no folder for the cache: {error}",
            f"Name another in {VARIABLE}.",
        ) from None
