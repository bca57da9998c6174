"""What both builders tell the compile script that runs under the target's Python."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from layerfactory.build.builder import CompileStep

COMPILE_SCRIPT = "compile_tree.py"
"""In ``build/guest``."""


def steps_json(steps: Sequence[CompileStep]) -> str:
    """The steps as the compile script reads them."""
    return json.dumps([[step.source, step.target, step.docstrings] for step in steps])
