"""Hooks of mkdocs: lets pages link to any file of the repository, as they do on a code host.

mkdocs knows the files under docs/ alone. What pages link to beyond it, such as the handler's README
or a template, comes into the site beside them, and the links are turned to there.

The documentation lies within the site of `layerfactory site`. Its menu and the band across each
page lead to the pages of that, and so do links to the sections of docs/site.md about them: on a
code host, where there is no site, those sections are what a reader finds.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mkdocs.structure.files import File, InclusionLevel
from mkdocs.structure.nav import Link

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.nav import Navigation
    from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parent.parent
DOCS = "docs/"
HOME = {"README.md": "index.md"}
"""The README of the repository is for its front page; the site has one of its own."""
SITE_PAGES = {
    "the-finder": ("index.html", "Find your layer"),
    "the-cost-page": ("cost.html", "Cost"),
    "the-benchmark-page": ("benchmarks.html", "Benchmarks"),
}
"""Pages around the documentation, each with what it is called here, by its section of site.md."""
_SITE_PAGE = re.compile(r'href="(?P<up>(?:\.\./)*)site\.html#(?P<section>[\w-]+)"')
# Links and images of Markdown, and images of HTML; not those with a scheme.
_LINK = re.compile(r"""(?P<before>\]\(|\bsrc(?:set)?=")(?P<path>[^)\s"#:]+)(?=[)\s"#])""")


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Tell the theme which pages lie around the documentation."""
    config.extra["site_pages"] = [
        {"address": f"../{path}", "title": title} for path, title in SITE_PAGES.values()
    ]
    return config


def on_nav(nav: Navigation, **_others: object) -> Navigation:
    """Lead to the pages around the documentation, behind the first entry."""
    nav.items[1:1] = [Link(title, f"../{path}") for path, title in SITE_PAGES.values()]
    return nav


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Add what pages link to, and what those link to in their turn."""
    waiting = [*(DOCS + file.src_uri for file in files.documentation_pages()), *_in_nav(config)]
    seen = set(waiting)
    while waiting:
        path = waiting.pop()
        if not path.startswith(DOCS):
            name = place_of(path)
            source = str(ROOT / path)
            inclusion = InclusionLevel.NOT_IN_NAV
            files.append(File.generated(config, name, abs_src_path=source, inclusion=inclusion))
        if path.endswith(".md"):
            linked = {target for target in targets(path) if not target.startswith(DOCS)}
            waiting += sorted(linked - seen - set(HOME))
            seen |= linked
    return files


def on_page_markdown(markdown: str, *, page: Page, **_others: object) -> str:
    """Turn the links of a page to where things lie in the site."""
    path = path_of(page.file.src_uri)
    here = posixpath.dirname(page.file.src_uri)

    def turned(match: re.Match[str]) -> str:
        target = resolve(path, match["path"])
        if not (ROOT / target).is_file():
            return match[0]  # mkdocs says what is wrong with it
        return match["before"] + posixpath.relpath(place_of(target), here or ".")

    return _LINK.sub(turned, markdown)


def on_page_content(html: str, **_others: object) -> str:
    """Turn links to the sections about them to the pages around the documentation themselves.

    mkdocs has looked by now whether the sections are there.
    """

    def turned(match: re.Match[str]) -> str:
        if match["section"] not in SITE_PAGES:
            return match[0]
        path, _ = SITE_PAGES[match["section"]]
        return f'href="{match["up"]}../{path}"'

    return _SITE_PAGE.sub(turned, html)


def on_post_build(*, config: MkDocsConfig) -> None:
    """Take away what holds only where the site's own address is known."""
    for name in ("404.html", "sitemap.xml", "sitemap.xml.gz"):
        (Path(config.site_dir) / name).unlink(missing_ok=True)


def targets(path: str) -> Iterator[str]:
    """Files of the repository that a page links to, by their paths from its root."""
    for match in _LINK.finditer((ROOT / path).read_text(encoding="utf-8")):
        target = resolve(path, match["path"])
        if (ROOT / target).is_file():
            yield target


def resolve(path: str, link: str) -> str:
    """Where a link of a file leads to, from the root of the repository."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), link))


def place_of(path: str) -> str:
    """Where a file of the repository lies in the site; folders with a dot are hidden there."""
    return HOME.get(path, path.removeprefix(DOCS).removeprefix("."))


def path_of(place: str) -> str:
    """Where a page of the site lies in the repository."""
    return DOCS + place if (ROOT / DOCS / place).is_file() else place


def _in_nav(config: MkDocsConfig) -> Iterator[str]:
    """Pages of the menu that lie outside of docs/."""
    for place in _names(config.nav):
        if path_of(place) == place and (ROOT / place).is_file():
            yield place


def _names(entry: Any) -> Iterator[str]:
    """The pages of a menu, whatever it is nested in."""
    if isinstance(entry, str):
        yield entry
    elif isinstance(entry, dict):
        yield from _names(list(entry.values()))
    else:
        for child in entry or ():
            yield from _names(child)
