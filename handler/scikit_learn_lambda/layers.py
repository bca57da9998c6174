"""Names the layer that carries a scikit-learn."""

import platform
import re
import sys
from typing import Optional, Tuple

Version = Tuple[int, ...]

# The first scikit-learn of each row has wheels that Lambda's Pythons of that row can load: oldest
# and newest minor version of Python 3. The project's matrix.yaml is the source; a test holds
# one against the other.
PYTHONS = (
    ((0, 22), (6, 8)),
    ((0, 24), (6, 9)),
    ((1, 0), (7, 9)),
    ((1, 0, 2), (7, 10)),
    ((1, 1), (8, 10)),
    ((1, 1, 3), (8, 11)),
    ((1, 3, 1), (8, 12)),
    ((1, 4), (9, 12)),
    ((1, 5, 2), (9, 13)),
    ((1, 7), (10, 13)),
    ((1, 7, 2), (10, 14)),
    ((1, 8), (12, 14)),
)
# The oldest Python for arm64: it came to Lambda with 3.8, to scikit-learn's wheels with 0.24; of
# those from 1.7.1 on, Amazon Linux 2 (up to 3.11) can load none.
ON_ARM64 = (((0, 24), 8), ((1, 7, 1), 12))


def layer_name(scikit_learn: str, extras: str = "") -> Optional[str]:
    """The layer's name for a release, for this Python or the one nearest to it.

    Returns:
        Such as ``python-3-8-scikit-learn-0-23-1``; None where there is no layer.
    """
    version = tuple(int(part) for part in re.findall(r"\d+", scikit_learn))
    span = _pythons(version)
    if span is None:
        return None
    oldest, newest = span
    is_arm = platform.machine() in ("aarch64", "arm64")
    if is_arm:
        firsts = [python for first, python in ON_ARM64 if first <= version]
        if not firsts:
            return None
        oldest = max(oldest, firsts[-1])
    python = min(max(sys.version_info[1], oldest), newest)
    release = re.sub(r"[^0-9a-z]+", "-", scikit_learn.lower())
    parts = ["python-3", str(python), "scikit-learn", release, extras, "arm64" if is_arm else ""]
    return "-".join(part for part in parts if part)


def _pythons(version: Version) -> Optional[Tuple[int, int]]:
    found = None
    for first, span in PYTHONS:
        if first <= version:
            found = span
    return found
