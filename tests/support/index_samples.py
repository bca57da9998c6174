"""What a package index might offer of scikit-learn, made up for tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from layerfactory.matrix.index import IndexFile

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
OLD = NOW - timedelta(days=400)
X86 = "manylinux_2_27_x86_64.manylinux_2_28_x86_64"
ARM = "manylinux_2_27_aarch64.manylinux_2_28_aarch64"


def wheel(version: str, python: str, uploaded: datetime, *, platform: str = X86, yanked: str = ""):
    tag = "cp" + python.replace(".", "")
    return IndexFile(
        filename=f"scikit_learn-{version}-{tag}-{tag}-{platform}.whl",
        version=version,
        sha256="1" * 64,
        upload_time=uploaded,
        yanked=bool(yanked),
        yanked_reason=yanked,
        requires_python=">=3.9",
    )


def release(version: str, uploaded: datetime, *pythons: str, yanked: str = ""):
    """Wheels of a release for both architectures."""
    return [
        wheel(version, python, uploaded, platform=platform, yanked=yanked)
        for python in pythons or ("3.12", "3.13")
        for platform in (X86, ARM)
    ]
