"""The pages that come out of the code and the records."""

from __future__ import annotations

import importlib.util

import pytest
from lock_samples import REPOSITORY

from layerfactory.errors import VerifyError


@pytest.fixture(scope="module")
def write_docs():
    spec = importlib.util.spec_from_file_location(
        "write_docs", REPOSITORY / "scripts/write_docs.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_damaged_record_is_told_and_no_page_written(write_docs, tmp_path, monkeypatch, capsys):
    def damaged():
        raise VerifyError("records/x.json: not a record", "Take it back.")

    monkeypatch.setattr(write_docs, "ROOT", tmp_path)
    monkeypatch.setattr(write_docs, "PAGES", {"good.md": lambda: "good", "bad.md": damaged})
    assert write_docs.main([]) == VerifyError.exit_code
    assert "records/x.json: not a record" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
