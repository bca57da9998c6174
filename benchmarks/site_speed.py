"""How heavy the site is, and how quick: `make benchmark-site`.

python benchmarks/site_speed.py [--runs 9] [--json docs/benchmarks/site.json]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "support"))

from browsers import FLAGS, find_chromium
from machine import this_machine
from playwright.sync_api import sync_playwright
from site_figures import PLAIN, SiteFigures, Speed, first_view, markdown, plain_table, weigh
from site_samples import whole_index

from layerfactory.build.files import write_json
from layerfactory.site.pages import site_pages
from layerfactory.site.render import render
from layerfactory.site.write import write_site

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parents[1]
QUESTION = "python-3-12 arm64 eu-west"
# The end of a frame: what is asked for after the next one is painted.
_FRAME = "new Promise((done) => requestAnimationFrame(() => setTimeout(done)))"
_READY = f"""async () => {{
  const done = () => document.readyState === "complete" && document.querySelector("tbody tr");
  while (!done()) await {_FRAME};
  await {_FRAME};
  return performance.now();
}}"""
_FILTER = f"""async (question) => {{
  const field = document.getElementById("q");
  const began = performance.now();
  field.value = question;
  field.dispatchEvent(new Event("input"));
  await {_FRAME};
  return [performance.now() - began, Number.parseInt(document.getElementById("count").textContent)];
}}"""


def main() -> int:
    """Measure, tell, and keep what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=9, help="windows for each page")
    parser.add_argument("--json", type=Path, help="where to keep the figures")
    words = parser.parse_args()
    chromium = find_chromium()
    if chromium is None:
        print("error: there is no chromium\n  -> apt install chromium", file=sys.stderr)
        return 2
    machine = this_machine(ROOT)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        figures = measure(browser, Path(folder), words.runs)
        version = browser.version
        browser.close()
    print(markdown(figures))
    print(f"Machine: {machine} Chromium {version}.")
    if words.json:
        write_json(
            words.json, {"machine": asdict(machine), "chromium": version, **figures.to_json()}
        )
    return 0


def measure(browser: Browser, folder: Path, runs: int) -> SiteFigures:
    """Both pages by turns, so that whatever else the machine does meets both."""
    rows = whole_index()
    files = render(site_pages(rows))
    write_site({**files, PLAIN: plain_table(rows)}, folder)
    ours, theirs = folder / "index.html", folder / PLAIN
    times: dict[Path, list[tuple[float, float]]] = {ours: [], theirs: []}
    found = set()
    for run in range(runs + 1):
        for page in (ours, theirs):
            ready, first_filter, count = visit(browser, page)
            found.add(count)
            # The first of each fills the disk's cache.
            if run:
                times[page].append((ready, first_filter))
    if len(found) != 1:
        raise RuntimeError(f"the pages find {sorted(found)} rows, which should be the same")
    return SiteFigures(
        rows=len(rows),
        question=QUESTION,
        found=found.pop(),
        site=weigh(first_view(files, files["index.html"]).values()),
        table=weigh([theirs.read_bytes()]),
        site_speed=_speed(times[ours]),
        table_speed=_speed(times[theirs]),
    )


def visit(browser: Browser, page: Path) -> tuple[float, float, int]:
    """Milliseconds until it is ready, and of the first filter; and how many rows are found."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    opened.goto(page.as_uri(), wait_until="commit")
    ready = opened.evaluate(_READY)
    first_filter, count = opened.evaluate(_FILTER, QUESTION)
    context.close()
    return ready, first_filter, count


def _speed(times: list[tuple[float, float]]) -> Speed:
    ready, first_filter = zip(*times, strict=True)
    return Speed(tuple(round(ms, 1) for ms in ready), tuple(round(ms, 1) for ms in first_filter))


if __name__ == "__main__":
    sys.exit(main())
