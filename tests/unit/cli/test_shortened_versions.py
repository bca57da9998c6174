from __future__ import annotations

import pytest
from typer.testing import CliRunner

from layerfactory.cli import session
from layerfactory.cli.app import app

MATRIX = """\
version: 1
cells:
  - {python: "3.12", scikit-learn: ["1.8.0", "1.9.0", "1.9.1"], architectures: x86_64}
regions: [us-west-2]
"""
NOTE = "--scikit-learn 1.9 means 1.9.0; the matrix also has 1.9.1\n"


@pytest.mark.parametrize(
    ("word", "told"), [("1.9", True), ("=1.9", True), ("1.9.0", False), ("1.8", False)]
)
def test_a_selector_is_exact_and_says_so(tmp_path, monkeypatch, word, told):
    monkeypatch.setattr(session, "source_commit", lambda _root: "")
    (tmp_path / "matrix.yaml").write_text(MATRIX)
    words = ["lock", "--check", "--scikit-learn", word, "--matrix", str(tmp_path / "matrix.yaml")]
    done = CliRunner().invoke(app, words)
    assert "faults 1, in files 1" in done.stderr  # one cell was chosen, and it has no lock
    assert (NOTE in done.stderr) is told
