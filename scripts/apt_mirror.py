"""Finds the Debian mirror that this machine's apt uses, in either format of its sources."""

from __future__ import annotations

from dataclasses import dataclass
from email.parser import HeaderParser
from typing import TYPE_CHECKING

from layerfactory.errors import DockerError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class AptSource:
    """One repository of apt's."""

    uri: str
    suites: tuple[str, ...]
    components: tuple[str, ...]


def read_sources(etc: Path) -> tuple[AptSource, ...]:
    """What apt installs from.

    Args:
        etc: apt's folder, with ``sources.list`` and ``sources.list.d``.
    """
    found: list[AptSource] = []
    for path in [etc / "sources.list", *sorted((etc / "sources.list.d").glob("*"))]:
        if path.is_file() and path.suffix in (".list", ".sources"):
            text = path.read_text(encoding="utf-8", errors="replace")
            found += parse_deb822(text) if path.suffix == ".sources" else parse_one_line(text)
    return tuple(found)


def mirror_of(sources: Iterable[AptSource], suite: str) -> str:
    """The address of Debian's main archive: one that is used for this suite, if there is one.

    Raises:
        DockerError: apt has no such source.
    """
    mirrors = [
        source
        for source in sources
        if "main" in source.components
        and source.uri.rstrip("/").endswith("/debian")
        and source.uri.startswith(("http://", "https://", "file:"))
    ]
    mirrors.sort(key=lambda source: suite not in source.suites)
    if not mirrors:
        raise DockerError(
            "apt's sources name no mirror of Debian", "Name one: `--mirror http://…/debian`."
        )
    return mirrors[0].uri


def parse_one_line(text: str) -> Iterator[AptSource]:
    """Read ``deb [options] URI suite component...`` lines."""
    for line in text.splitlines():
        words = line.partition("#")[0].split()
        if words[:1] != ["deb"]:
            continue
        if len(words) > 1 and words[1].startswith("["):
            end = next((i for i, word in enumerate(words) if word.endswith("]")), len(words))
            words[1 : end + 1] = []
        match words[1:]:
            case [uri, suite, *components]:
                yield AptSource(uri, (suite,), tuple(components))


def parse_deb822(text: str) -> Iterator[AptSource]:
    """Read stanzas of ``Types:``, ``URIs:``, ``Suites:`` and ``Components:``."""
    lines = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    for stanza in lines.split("\n\n"):
        # The format is that of mail headers, with their lines that go on.
        fields = HeaderParser().parsestr(stanza.strip("\n"))
        if "deb" not in fields.get("Types", "").split() or fields.get("Enabled") == "no":
            continue
        suites = tuple(fields.get("Suites", "").split())
        components = tuple(fields.get("Components", "").split())
        for uri in fields.get("URIs", "").split():
            yield AptSource(uri, suites, components)
