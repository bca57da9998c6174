"""The documentation's search, also where its pages lie on a disk."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from sysconfig import get_path

import pytest
from browser_fixtures import served
from playwright.sync_api import expect

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def docs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("docs-site") / "docs"
    words = [get_path("scripts") + "/mkdocs", "build", "--strict", "--quiet"]
    env = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    subprocess.run([*words, "--site-dir", folder], cwd=ROOT, env=env, check=True)
    return folder


@pytest.fixture(scope="module")
def docs_address(docs):
    """Served until the module ends: a page still loading when its test ends loses no connection."""
    with served(docs) as address:
        yield address


@pytest.mark.parametrize("place", ["disk", "server"])
def test_an_error_message_is_found(visit, docs, docs_address, place):
    # A page in a folder, from where all else is a folder up.
    base = docs_address if place == "server" else f"{docs.as_uri()}/"
    page = visit(base + "handler/index.html")
    page.locator(".md-search__input").click()
    page.locator(".md-search__input").press_sequentially("serial mode")
    first = page.locator(".md-search-result__link").first
    expect(first).to_contain_text("When something goes wrong")
    found = page.locator(".md-search-result__link[href*='#joblib-will-operate-in-serial']")
    expect(found).to_have_count(1)
    first.click()
    page.wait_for_url("**/troubleshooting.html?h=*")
