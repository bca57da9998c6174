"""Looks at the site as people do: light, dark, and on a phone; with Debian's Chromium.

python scripts/site_screenshots.py [--output build/screenshots]

The index is a made-up one, as large as it may become, and the pages say that it is a rehearsal's.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "support"))

from browsers import FLAGS, find_chromium
from playwright.sync_api import sync_playwright
from site_samples import whole_index

from layerfactory.site.pages import site_pages
from layerfactory.site.render import render
from layerfactory.site.write import write_site

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from playwright.sync_api import Browser

WINDOWS: Mapping[str, Mapping[str, Any]] = {
    "light": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 375, "height": 812}, "device_scale_factor": 2},
}
# What is shown of the finder beside its first view.
QUERIES = {
    "missed": "?python=3.9&sklearn=1.9&model=1.8&model-python=3.9&q=3.12+arm64+eu",
    "retired": "?python=3.6&region=me-south-1&tool=cdk&q=retired",
}
HEIGHT = 2000
"""Of a picture at most, in pixels: tables are long."""


def main() -> int:
    """Write a picture of each page in each window."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=Path("build/screenshots"))
    output = parser.parse_args().output
    chromium = find_chromium()
    if chromium is None:
        print("error: there is no chromium\n  -> apt install chromium", file=sys.stderr)
        return 2
    output.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        for name, address in _addresses(Path(folder)):
            for window, options in WINDOWS.items():
                path = output / f"{name}-{window}.png"
                _picture(browser, address, options, path)
                print(path)
        browser.close()
    return 0


def _addresses(folder: Path) -> Iterator[tuple[str, str]]:
    """Every page of the header, one table, and the site before anything is published."""
    rows = whole_index()
    pages = site_pages(rows, rehearsal=True)
    write_site(render(pages), folder / "whole")
    write_site(render(site_pages([])), folder / "empty")
    for page in pages:
        if page.label:
            yield Path(page.path).stem, (folder / "whole" / page.path).as_uri()
    index = (folder / "whole" / "index.html").as_uri()
    yield from ((name, f"{index}{query}") for name, query in QUERIES.items())
    yield "table", (folder / "whole" / "tables" / "us-west-2.html").as_uri()
    yield "empty", (folder / "empty" / "index.html").as_uri()


def _picture(browser: Browser, address: str, options: Mapping[str, Any], path: Path) -> None:
    context = browser.new_context(**options)
    page = context.new_page()
    page.goto(address)
    height = min(page.evaluate("document.documentElement.scrollHeight"), HEIGHT)
    page.set_viewport_size({"width": options["viewport"]["width"], "height": height})
    page.screenshot(path=path)
    context.close()


if __name__ == "__main__":
    sys.exit(main())
