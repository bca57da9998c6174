"""The documentation as a site: built strictly, with all it needs inside."""

import os
import posixpath
import re
import subprocess
from sysconfig import get_path

import pytest
from pages import ROOT, in_menu
from site_samples import whole_index

from layerfactory.site.pages import site_pages
from layerfactory.site.render import DOCS, render

# What a browser fetches by itself: not links that somebody has to click.
FETCHED = re.compile(
    r"""<(?:script|img|iframe|source|audio|video|embed|object)\b[^>]*?\b(?:src|srcset|data)="([^"]+)"""
    r"""|<link\b[^>]*?\brel="(?:stylesheet|icon|preload|prefetch|preconnect|manifest)"[^>]*?\bhref="([^"]+)"""
    r"""|<link\b[^>]*?\bhref="([^"]+)"[^>]*?\brel="(?:stylesheet|icon|preload|prefetch|preconnect|manifest)"""
)
IN_CSS = re.compile(r"""url\(["']?([^"')]+)|@import\s+["']([^"']+)""")
ELSEWHERE = re.compile(r"(?:https?:)?//")


def build(folder, config=ROOT / "mkdocs.yml"):
    words = [get_path("scripts") + "/mkdocs", "build", "--strict"]
    return subprocess.run(
        [*words, "--config-file", config, "--site-dir", folder],
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site") / "docs"
    done = build(folder)
    assert done.returncode == 0, done.stderr
    return folder


def fetched(site):
    for path in site.rglob("*"):
        if path.suffix in {".html", ".css"}:
            pattern = FETCHED if path.suffix == ".html" else IN_CSS
            for match in pattern.finditer(path.read_text(encoding="utf-8")):
                yield path.relative_to(site).as_posix(), next(filter(None, match.groups()))


def test_no_page_fetches_anything_from_elsewhere(site):
    everything = list(fetched(site))
    assert len(everything) > 100
    assert [each for each in everything if ELSEWHERE.match(each[1])] == []


def test_what_pages_fetch_is_there(site):
    missing = [
        (page, address)
        for page, address in fetched(site)
        if not address.startswith(("data:", "#"))
        and not ((site / page).parent / re.split("[?#]", address)[0]).exists()
    ]
    assert missing == []


def test_every_page_of_the_menu_is_there(site):
    names = [re.sub(r"README\.md$", "index.md", name) for name in in_menu()]
    assert [n for n in names if not (site / n).with_suffix(".html").exists()] == []


def test_what_lies_outside_of_docs_comes_along(site):
    assert (site / "matrix.yaml").read_bytes() == (ROOT / "matrix.yaml").read_bytes()
    quickstart = (site / "quickstart.html").read_text()
    assert 'href="handler/examples/template.yaml"' in quickstart
    assert "../handler" not in quickstart


def links_of(page, html):
    """Where the links of a page lead to, from the root of the whole site; not those elsewhere."""
    for link in re.findall(r'<a\b[^>]*?\bhref="([^"#?]+)', html):
        if not re.match(r"[a-z]+:", link):
            yield posixpath.normpath(posixpath.join(posixpath.dirname(page), link))


def test_every_page_leads_to_the_finder_the_cost_and_the_benchmarks(site):
    around = {page.path for page in site_pages([]) if page.label}
    pages = sorted(site.rglob("*.html"))
    assert len(pages) > 25
    for path in pages:
        name = f"docs/{path.relative_to(site).as_posix()}"
        left = {each for each in links_of(name, path.read_text()) if not each.startswith("docs/")}
        assert left == around, name


@pytest.mark.parametrize("page", ["index", "choosing", "cost"])
def test_the_text_leads_there_as_well(site, page):
    text = (site / f"{page}.html").read_text().split("<article")[1].split("</article>")[0]
    assert 'href="site.html#the-' not in text
    assert [each for each in links_of("docs/x.html", text) if not each.startswith("docs/")]


@pytest.mark.parametrize("rows", [[], whole_index()[:1]], ids=["empty", "published"])
def test_pages_lead_to_documentation_that_is_there(site, rows):
    files = render(site_pages(rows))
    found = {
        link
        for path, content in files.items()
        if path.endswith(".html")
        for link in links_of(path, content.decode())
        if link.startswith("docs/")
    }
    assert len(found - {DOCS}) > 1
    assert [each for each in found if not (site.parent / each).exists()] == []


@pytest.mark.parametrize(
    ("link", "told"),
    [
        ("none.md", "is not found"),
        ("index.md#none", "no such anchor"),
        ("/index.html", "absolute link"),
    ],
)
def test_a_link_that_leads_nowhere_stops_the_build(tmp_path, link, told):
    (tmp_path / "docs").mkdir()
    (tmp_path / "scripts").symlink_to(ROOT / "scripts")
    head, menu = (ROOT / "mkdocs.yml").read_text().split("\nnav:")
    tail = menu.split("\nmarkdown_extensions:")[1]
    (tmp_path / "mkdocs.yml").write_text(f"{head}\nmarkdown_extensions:{tail}")
    (tmp_path / "docs/index.md").write_text(f"# A page\n\n[there]({link})\n")
    done = build(tmp_path / "site", tmp_path / "mkdocs.yml")
    assert done.returncode != 0
    assert told in done.stderr
