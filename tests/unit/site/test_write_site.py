from __future__ import annotations

from dataclasses import replace

import pytest

from layerfactory.errors import CatalogError
from layerfactory.site import write
from layerfactory.site.cost.page import cost_page
from layerfactory.site.render import render
from layerfactory.site.write import write_site


def test_files_are_written_and_others_stay(tmp_path):
    (tmp_path / "CNAME").write_text("kept")
    write_site({"index.html": b"page", "data/layers.js": b"data"}, tmp_path)
    found = {p.relative_to(tmp_path).as_posix(): p.read_bytes() for p in tmp_path.rglob("*.*")}
    assert found == {"index.html": b"page", "data/layers.js": b"data"}
    assert (tmp_path / "CNAME").read_text() == "kept"


def test_tables_of_regions_that_are_gone_go(tmp_path):
    """But nothing that somebody else has put there."""
    ours = render([replace(cost_page(), path=f"tables/{name}.html") for name in ("old", "new")])
    write_site(ours, tmp_path)
    (tmp_path / "tables" / "mine.html").write_text("kept")
    (tmp_path / "tables" / "notes.txt").write_text("Made by layerfactory by hand")
    write_site({path: page for path, page in ours.items() if "old" not in path}, tmp_path)
    left = sorted(path.name for path in (tmp_path / "tables").iterdir())
    assert left == ["mine.html", "new.html", "notes.txt"]


def test_pages_come_last(tmp_path, monkeypatch):
    written = []
    real = write.replacing
    monkeypatch.setattr(
        write, "replacing", lambda path, **more: (written.append(path.name), real(path, **more))[1]
    )
    write_site({"a.html": b"", "z.js": b"", "b.css": b"", "tables/c.html": b""}, tmp_path)
    assert written == ["b.css", "z.js", "a.html", "c.html"]


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CatalogError, match="cannot be written"):
        write_site({"index.html": b""}, tmp_path / "file")
