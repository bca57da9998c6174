"""Turns pages into the files of the site; nothing is written here."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from unicodedata import category

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from layerfactory import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from layerfactory.site.page import Page

DOCS = "docs/index.html"
"""Where the documentation lies in the site; it is built by other means."""

_TAG_DIGITS = 8
_UNSEEN = {"Cc", "Cf", "Zl", "Zp"}
"""Unicode's categories of control and format characters, and of what breaks lines."""


def render(pages: Sequence[Page]) -> dict[str, bytes]:
    """Every file of the site by its path; equal pages give equal bytes.

    Args:
        pages: in the header's order.
    """
    found = {f"assets/{name}": content for name, content in _static().items()}
    for page in pages:
        found.update(page.files)
    header = tuple((page.label, page.path) for page in pages if page.label)
    written = {page.path: _page(page, header, found) for page in pages}
    return {**found, **written}


def _page(page: Page, header: Sequence[tuple[str, str]], found: Mapping[str, bytes]) -> bytes:
    root = "../" * page.path.count("/")
    text = (
        _environment()
        .get_template(page.template)
        .render(
            page=page,
            header=(*header, ("Docs", DOCS)),
            root=root,
            asset=_asset(root, found),
            version=__version__,
            **page.values,
        )
    )
    return f"{text.rstrip()}\n".encode()


def _asset(root: str, found: Mapping[str, bytes]) -> Callable[[str], str]:
    """The address of a file that comes with a page.

    It names the content as well: no browser takes an older script for a newer page.
    """

    def address(path: str) -> str:
        tag = hashlib.sha256(found[path]).hexdigest()[:_TAG_DIGITS]
        return f"{root}{path}?{tag}"

    return address


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("layerfactory.site"),
        autoescape=True,
        finalize=_plain,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _plain(value: Any) -> Any:
    """Show what turns, hides or breaks text as a mark, so that text is what it seems to be."""
    if not isinstance(value, str) or value.isprintable() or isinstance(value, Markup):
        return value
    return "".join("\ufffd" if _is_unseen(each) else each for each in value)


def _is_unseen(character: str) -> bool:
    return category(character) in _UNSEEN and character not in "\n\t"


@cache
def _static() -> dict[str, bytes]:
    """Style sheets, scripts and pictures as they lie beside this module, by name."""
    folder = files("layerfactory.site").joinpath("static")
    ordered = sorted(folder.iterdir(), key=lambda each: each.name)
    return {each.name: each.read_bytes() for each in ordered if each.is_file()}
