"""Keeps how the tests ended on untrimmed installs: those of a lock never change."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from layerfactory.build.files import write_json
from layerfactory.verify.upstream.outcomes import TestRun

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def run_path(cache: Path, key: Sequence[str]) -> Path:
    """Where a run lies: its name tells apart whatever decides how tests end."""
    return cache / f"{hashlib.sha256(json.dumps(list(key)).encode()).hexdigest()}.tests.json"


def load_run(path: Path) -> TestRun | None:
    """Read one back; None where there is none, or it is not whole."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        return TestRun.from_json(kept["run"]) if kept["sha256"] == _digest(kept["run"]) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def store_run(path: Path, run: TestRun) -> None:
    """Keep one that came to its end, whole or not at all; raises BuildError."""
    if run.whole:
        value = run.to_json()
        write_json(path, {"sha256": _digest(value), "run": value})


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
