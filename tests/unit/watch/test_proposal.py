from __future__ import annotations

from dataclasses import replace

import pytest
from index_samples import NOW

from layerfactory.matrix.cell import Cell
from layerfactory.matrix.universe import LeftOut
from layerfactory.watch.images import NewImage
from layerfactory.watch.news import Due, Kind
from layerfactory.watch.notes import Note
from layerfactory.watch.proposal import Proposal, Unlocked

NOTHING = Proposal("matrix.yaml", "a", "a", (), (), (), (), (), (), ())
CELLS = [Cell("3.13", "1.9.2"), Cell("3.13", "1.10.0", extras=("pandas",)), Cell("3.12", "1.9.2")]
RELEASES = replace(NOTHING, text="b", added=tuple(Due(cell, Kind.RELEASE, NOW) for cell in CELLS))
IMAGES = replace(NOTHING, text="b", images=(NewImage("3.13", "a@x", "a@y"),))


@pytest.mark.parametrize(
    ("proposal", "title"),
    [
        (NOTHING, ""),
        (RELEASES, "scikit-learn 1.9.2, 1.10.0: 3 new cells"),
        (IMAGES, "New build images for Python 3.13"),
    ],
)
def test_the_title(proposal, title):
    assert proposal.title == title
    assert proposal.changes is bool(title)


def test_the_body_tells_what_and_why():
    told = replace(
        RELEASES,
        unlocked=(Unlocked(Cell("3.14", "1.9.2"), "no set of wheels"),),
        left_out=(LeftOut("1.11.0rc1", "pre-release"),),
        images=IMAGES.images,
        notes=(Note("python3.11", "ends on 2027-06-30", "Retire it."),),
    ).body
    rows = [line for line in told.splitlines() if line.startswith("| 1.")]
    assert rows == [
        "| 1.9.2 | 3.12 | x86_64 |  | new release | 2026-11-23 |",
        "| 1.9.2 | 3.13 | x86_64 |  | new release | 2026-11-23 |",
        "| 1.10.0 | 3.13 | x86_64 | pandas | new release | 2026-11-23 |",
    ]
    for words in (
        "`py3.14-sklearn1.9.2-x86_64`: no set of wheels",
        "1.11.0rc1: pre-release",
        "`a@x` is now `a@y`",
        "ends on 2027-06-30. Retire it",
    ):
        assert words in told


def test_what_only_a_person_can_decide_stands_alone_too():
    assert NOTHING.to_look_at == ""  # which closes the issue
    told = replace(NOTHING, notes=(Note("python3.9", "It ends", "Retire it."),)).to_look_at
    assert told == "## To look at\n\n* It ends. Retire it\n"
