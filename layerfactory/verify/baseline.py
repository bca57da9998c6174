"""Keeps what the probe saw on untrimmed installs: a lock's never changes."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from layerfactory.build.files import write_json
from layerfactory.errors import VerifyError
from layerfactory.verify.observed import Observed

if TYPE_CHECKING:
    from pathlib import Path


def baseline_path(cache: Path, lock_sha256: str, identity: str, scripts_sha256: str) -> Path:
    """Where a baseline lies: its name tells the lock, the place and the probe apart."""
    key = f"{lock_sha256}\n{identity}\n{scripts_sha256}"
    return cache / f"{hashlib.sha256(key.encode()).hexdigest()}.json"


def load_baseline(path: Path) -> Observed | None:
    """Read one back; None where there is none, or it is not whole."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        if kept["sha256"] != _digest(kept["observed"]):
            return None
        return Observed.from_json(kept["observed"])
    except (OSError, ValueError, KeyError, TypeError, VerifyError):
        return None


def store_baseline(path: Path, observed: Observed) -> None:
    """Keep one, whole or not at all; raises BuildError."""
    value = observed.to_json()
    write_json(path, {"sha256": _digest(value), "observed": value})


def _digest(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
