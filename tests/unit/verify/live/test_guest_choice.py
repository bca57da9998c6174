"""Which place a layer is probed in, and what is said where there is none."""

import platform

import pytest

from layerfactory.data.runtimes import Architecture
from layerfactory.errors import DockerError, InterpreterNotFoundError
from layerfactory.matrix.cell import Cell
from layerfactory.verify import guests
from layerfactory.verify.live import first_guest


def refuse(error):
    def way():
        raise error

    return way


def test_the_first_that_is_to_be_had():
    there = object()
    ways = [refuse(DockerError("no daemon", "start it")), lambda: there, refuse(OSError())]
    assert first_guest(ways) is there


def test_every_reason_is_told():
    ways = [refuse(InterpreterNotFoundError("no 3.14")), refuse(DockerError("no daemon"))]
    with pytest.raises(InterpreterNotFoundError, match=r"^no 3\.14; no daemon$"):
        first_guest(ways)


def test_a_fault_of_ours_is_not_taken_for_a_missing_place():
    with pytest.raises(ZeroDivisionError):
        first_guest([lambda: 1 / 0])


OURS, OTHER = sorted(Architecture, key=lambda a: a.machine != platform.machine())


def test_another_architecture_cannot_be_probed_here():
    with pytest.raises(InterpreterNotFoundError, match=f"this machine is .*, not {OTHER.machine}"):
        guests.local_guest(Cell("3.13", "1.9.1", OTHER))


def test_a_python_that_is_nowhere():
    with pytest.raises(InterpreterNotFoundError, match=r"no Python 3\.99"):
        guests.local_guest(Cell("3.99", "1.9.1", OURS))


def test_the_probe_is_known_by_its_code():
    assert len(guests.scripts_sha256()) == 64
