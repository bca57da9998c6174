"""What the pages for readers tell to type, and where they lie."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
# Of the repository's pages beside docs/.
OTHERS = ("README.md", "CONTRIBUTING.md", "handler/README.md")
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_INLINE = re.compile(r"(?<!`)`([^`]+)`(?!`)")


@dataclass(frozen=True)
class Page:
    name: str
    """From the root of the repository."""
    text: str

    def fenced(self, *languages: str) -> list[str]:
        return [body for language, body in _FENCE.findall(self.text) if language in languages]

    def typed(self) -> list[str]:
        """Each command of the console blocks on a line, without its prompt."""
        blocks = "".join(self.fenced("console")).replace("\\\n", " ")
        return [line[2:] for line in blocks.splitlines() if line.startswith("$ ")]

    def inline(self) -> list[str]:
        """What stands in the text as code."""
        return [" ".join(code.split()) for code in _INLINE.findall(_FENCE.sub("", self.text))]

    def commands(self, program: str) -> list[str]:
        """Each call of a program, in blocks and in the text; not those that are cut with ``…``."""
        call = re.compile(rf"(?:^|&& |\$\()({re.escape(program)} [^|)#&]*)")
        found = [match.strip() for code in self.typed() for match in call.findall(code)]
        found += [code for code in self.inline() if code.startswith(program + " ")]
        return [code.replace('"', "") for code in found if "…" not in code]


def pages() -> list[Page]:
    paths = [*(ROOT / name for name in OTHERS), *sorted(DOCS.rglob("*.md"))]
    names = [path.relative_to(ROOT).as_posix() for path in paths]
    return [Page(name, (ROOT / name).read_text(encoding="utf-8")) for name in names]


def in_menu() -> list[str]:
    """The pages of mkdocs.yml's menu, as it names them."""
    return _leaves(YAML(typ="safe").load(ROOT / "mkdocs.yml")["nav"])


def _leaves(entry: object) -> list[str]:
    if isinstance(entry, str):
        return [entry]
    children = entry.values() if isinstance(entry, dict) else entry
    return [leaf for child in children for leaf in _leaves(child)]
