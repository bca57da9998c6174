from __future__ import annotations

import pytest

from layerfactory.errors import CatalogError
from layerfactory.site import write
from layerfactory.site.write import write_site


def test_files_are_written_and_others_stay(tmp_path):
    (tmp_path / "CNAME").write_text("kept")
    write_site({"index.html": b"page", "data/layers.js": b"data"}, tmp_path)
    found = {p.relative_to(tmp_path).as_posix(): p.read_bytes() for p in tmp_path.rglob("*.*")}
    assert found == {"index.html": b"page", "data/layers.js": b"data"}
    assert (tmp_path / "CNAME").read_text() == "kept"


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
