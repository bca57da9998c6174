"""Drives Debian's Chromium through the site, from a disk or from a server on this machine.

A page that logs an error, or asks anything that is not on this machine, fails its test; nobody else
ever hears of it.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from browsers import FLAGS, find_chromium
from site_samples import whole_index

from layerfactory.site.pages import site_pages
from layerfactory.site.render import render
from layerfactory.site.write import write_site

__all__ = ["chromium", "visit", "whole_site"]

HERE = ("file://", "http://127.0.0.1:", "data:", "about:", "blob:")


@pytest.fixture(scope="session")
def chromium():
    """The browser, for all tests; skips where there is none, and fails in CI."""
    found = find_chromium()
    if found is None:
        reason = "no Chromium: apt-get install chromium"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        yield browser
        browser.close()


@dataclass
class Visits:
    """Opens pages, each in a window of its own, and remembers what went wrong in them."""

    browser: object
    faults: list[str] = field(default_factory=list)
    contexts: list[object] = field(default_factory=list)

    def __call__(self, address, *, scheme="light", width=1280, script=True, permissions=()):
        """Open a page.

        Args:
            address: of a file, or with its scheme.
            scheme: ``light`` or ``dark``.
            width: of the window, in pixels.
            script: whether scripts run.
            permissions: such as ``clipboard-read``.
        """
        context = self.browser.new_context(
            color_scheme=scheme,
            viewport={"width": width, "height": 900},
            java_script_enabled=script,
            permissions=list(permissions),
        )
        self.contexts.append(context)
        context.route(lambda url: not url.startswith(HERE), lambda route: route.abort())
        page = context.new_page()
        page.on("console", lambda said: self._heard(said.type, said.text))
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("request", lambda request: self._asked(request.url))
        page.goto(address.as_uri() if isinstance(address, Path) else address)
        return page

    def _heard(self, kind, text):
        if kind in {"error", "warning"}:
            self.faults.append(f"{kind}: {text}")

    def _asked(self, url):
        if not url.startswith(HERE):
            self.faults.append(f"asked {url}")


@pytest.fixture
def visit(chromium):
    """Opens pages; at the end none may have failed or asked anybody else."""
    visits = Visits(chromium)
    yield visits
    for context in visits.contexts:
        context.close()
    if visits.faults:
        pytest.fail("\n".join(visits.faults))


def axe_findings(page):
    """What axe finds serious or critical: each rule with what it says of which elements."""
    from axe_playwright_python.sync_playwright import Axe

    # It would fetch the style sheets once more, which the page forbids.
    found = Axe().run(page, options={"preload": False}).response["violations"]
    return [
        (each["id"], each["help"], [node["html"][:200] for node in each["nodes"]])
        for each in found
        if each["impact"] in {"serious", "critical"}
    ]


class Quiet(SimpleHTTPRequestHandler):
    """Serves a folder without a line for each request."""

    def log_message(self, *args):
        pass


@contextmanager
def served(folder):
    """Serve a folder; yields its address, which ends in a slash."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


def files_of(rows):
    """The files of an index's site, by path."""
    return render(site_pages(list(rows)))


def write_site_of(rows, folder):
    """Write the site of an index."""
    write_site(files_of(rows), folder)


@pytest.fixture(scope="session")
def whole_site(tmp_path_factory):
    """The address of the site of an index as large as it may become."""
    folder = tmp_path_factory.mktemp("whole-site")
    write_site_of(whole_index(), folder)
    with served(folder) as address:
        yield address
