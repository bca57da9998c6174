"""THIRD_PARTY_NOTICES.txt: whose work is in the layers, and every licence text inside them once."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from layerfactory.build.bom.inside import Inside
    from layerfactory.build.layer import Layer

NAME = "THIRD_PARTY_NOTICES.txt"
_RULE = "=" * 80


def notices_text(layers: Iterable[tuple[Layer, Inside]]) -> str:
    """The notices of some layers; the same layers have the same, in whatever order.

    Args:
        layers: each with what its zip holds.
    """
    packages: set[tuple[str, str, str]] = set()
    libraries: set[tuple[str, str]] = set()
    places: dict[str, set[str]] = {}
    for layer, inside in layers:
        packages |= {(p.name, p.version, p.license) for p in layer.manifest.packages}
        libraries |= {(each.name, each.license) for each in inside.libraries}
        for path, text in inside.texts:
            places.setdefault(text, set()).add(path)
    return "\n".join([*_contents(packages, libraries), *_texts(places), ""])


def _contents(
    packages: Iterable[tuple[str, str, str]], libraries: Iterable[tuple[str, str]]
) -> Iterator[str]:
    yield "The layers hold other people's work under its own licences."
    yield "\nDistributions:\n"
    for name, version, terms in sorted(packages):
        yield f"  {name} {version}: {terms or 'see its licence texts'}"
    yield "\nShared libraries that they bring along:\n"
    for name, terms in sorted(libraries):
        yield f"  {name}: {terms or 'see the licence texts of who brings it'}"
    yield "\nEach licence text follows once, after the files that hold it."


def _texts(places: dict[str, set[str]]) -> Iterator[str]:
    for text, paths in sorted(places.items(), key=lambda pair: sorted(pair[1])):
        yield f"\n{_RULE}"
        yield from sorted(paths)
        yield f"{_RULE}\n"
        yield text.rstrip("\n")
