"""Reads the YAML files of this folder: facts as data, each with its source and date."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any


@cache
def read_data(name: str) -> Any:
    """Return the parsed content of ``layerfactory/data/<name>``; read once a process."""
    from ruamel.yaml import YAML

    text = files("layerfactory.data").joinpath(name).read_text(encoding="utf-8")
    return YAML(typ="safe", pure=True).load(text)
