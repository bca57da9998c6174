from __future__ import annotations

from datetime import date, timedelta

from index_samples import OLD, release

from layerfactory.errors import DockerError
from layerfactory.matrix.cell import Cell
from layerfactory.watch.images import NewImage, find_images
from layerfactory.watch.notes import runtime_ends, unknown_pythons, yanked_releases

CELLS = (Cell("3.7", "1.0.2"), Cell("3.11", "1.7.2"), Cell("3.14", "1.9.1"))


def ends(today, days):
    return [note.subject for note in runtime_ends(CELLS, today, timedelta(days=days))]


def test_only_ends_to_come_are_told():
    assert ends(date(2027, 6, 1), 30) == ["python3.11"]
    assert ends(date(2027, 6, 1), 28) == []
    assert ends(date(2027, 6, 30), 30) == []
    (note,) = runtime_ends(CELLS, date(2027, 6, 1), timedelta(days=30))
    assert note.text == "Lambda deprecates python3.11 on 2027-06-30"
    assert "--only 'py3.11-*'" in note.remedy


def test_pythons_that_we_do_not_know():
    files = [*release("1.9.1", OLD, "3.14", "3.15"), *release("1.9.2", OLD, "3.15", "3.16")]
    files += release("2.0.0rc1", OLD, "3.17")
    names = ["nodejs22.x", "python2.7", "python3.14", "python3.15", "python3.17"]
    found = {note.subject: note.text for note in unknown_pythons(names, files)}
    assert list(found) == ["python3.15", "python3.16", "python3.17"]
    assert (
        "AWS's API names python3.15, and scikit-learn has wheels for it from 1.9.1"
        in (found["python3.15"])
    )
    assert "names no python3.16 yet, and scikit-learn has wheels" in found["python3.16"]
    assert "names python3.17, and scikit-learn has no wheels" in found["python3.17"]


def test_a_release_of_the_matrix_that_was_yanked():
    files = [*release("1.7.2", OLD, yanked="broken"), *release("1.9.1", OLD)]
    (note,) = yanked_releases(CELLS, files)
    assert note.text == "scikit-learn 1.7.2 was yanked: broken"


class Shelf:
    """A registry of some images."""

    def __init__(self, **digests):
        self.digests = digests

    def digest(self, image):
        if image not in self.digests:
            raise DockerError(f"no {image}\nat all", "Start it.")
        return self.digests[image]


def test_pinned_images_are_held_against_their_names():
    images = {"3.12": "a@sha256:0", "3.13": "b@sha256:0", "3.14": "c", "3.11": "d@sha256:0"}
    found = find_images(images, Shelf(a="sha256:1", b="sha256:0"))
    assert found.new == (NewImage("3.12", "a@sha256:0", "a@sha256:1"),)
    (note,) = found.notes
    assert (note.subject, note.remedy) == ("build image of python3.11", "Start it.")
    assert "could not be asked: no d" in note.text
