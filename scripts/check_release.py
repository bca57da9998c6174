"""Say whether a tag may be released: both versions are the tag's, and the changelog tells of it.

python scripts/check_release.py v1.2.3
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("layerfactory/__init__.py", "handler/scikit_learn_lambda/__init__.py")
_VERSION = re.compile(r'^__version__ = "([^"]+)"', re.MULTILINE)
_SECTION = re.compile(r"^## (?P<title>.+)$", re.MULTILINE)
_RELEASED = r"\[?{version}\]? - \d{{4}}-\d{{2}}-\d{{2}}"


def main() -> int:
    """Tell each fault; 1 where there is one."""
    match sys.argv[1:]:
        case [tag]:
            found = faults(tag, ROOT)
        case _:
            print("usage: python scripts/check_release.py TAG", file=sys.stderr)
            return 2
    for fault in found:
        print(f"error: {fault}", file=sys.stderr)
    return int(bool(found))


def faults(tag: str, root: Path) -> list[str]:
    """Why a tag may not be released; empty where it may."""
    version = tag.removeprefix("v")
    if not tag.startswith("v") or not re.fullmatch(r"\d+(\.\d+)*", version):
        return [f"{tag}: is no tag of a release, such as v1.2.3"]
    found = []
    for name in PACKAGES:
        (said,) = _VERSION.findall((root / name).read_text("utf-8"))
        if said != version:
            found.append(f"{name}: says {said}, and the tag {tag}")
    return found + _of_changelog(version, (root / "CHANGELOG.md").read_text("utf-8"))


def _of_changelog(version: str, text: str) -> list[str]:
    """Why the changelog does not tell of a version."""
    sections = list(_SECTION.finditer(text))
    ends = [section.start() for section in sections[1:]] + [len(text)]
    pattern = _RELEASED.format(version=re.escape(version))
    for section, end in zip(sections, ends, strict=True):
        if re.fullmatch(pattern, section["title"]):
            body = text[section.end() : end].strip()
            return [] if body else [f"CHANGELOG.md: tells nothing of {version}"]
    return [f"CHANGELOG.md: has no section `## {version} - YYYY-MM-DD`"]


if __name__ == "__main__":
    sys.exit(main())
