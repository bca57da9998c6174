from __future__ import annotations

import pytest

from layerfactory.console import Column, Console

COLUMNS = (Column("cell", whole=True), Column("zip MB", "right"), Column("ARN", whole=True))
ROWS = [("py3.13-sklearn1.9.1-x86_64", "51.7", "arn:aws:lambda:us-east-1:1:layer:python-3-13:1")]


@pytest.fixture
def printed(monkeypatch, capsys):
    """What a table looks like on a terminal of some width."""

    def give(width):
        for name, value in {"COLUMNS": str(width), "FORCE_COLOR": "1", "NO_COLOR": "1"}.items():
            monkeypatch.setenv(name, value)
        Console().table("Published", COLUMNS, ROWS)
        return capsys.readouterr().out

    return give


def test_a_table_that_fits_is_a_table(printed):
    out = printed(120)
    assert out.count("\n") > 3
    assert [word for word in ("cell", "zip MB", "ARN", *ROWS[0]) if word not in out] == []


@pytest.mark.parametrize("width", [40, 80])
def test_a_table_that_does_not_fit_cuts_nothing(printed, width):
    lines = [line.rstrip() for line in printed(width).splitlines()]
    cell, size, arn = ROWS[0]
    assert lines == ["Published", cell, f"  zip MB {size}", f"  {arn}"]
