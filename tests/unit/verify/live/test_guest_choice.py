"""Which place a layer is probed in, and what is said where there is none."""

import platform
from pathlib import Path

import pytest

from layerfactory.build.wheels.interpreters import Interpreter
from layerfactory.build.wheels.roots import VARIABLE
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


def test_another_architecture_takes_a_debian_root(tmp_path, monkeypatch):
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    with pytest.raises(InterpreterNotFoundError) as caught:
        guests.local_guest(Cell("3.98", "1.9.1", OTHER))
    assert caught.value.message == (
        f"this machine is {platform.machine()}, not {OTHER.machine}, and no Python 3.98 for "
        f"{OTHER.machine} starts in {tmp_path}/python3.98-{OTHER.machine}"
    )
    assert "make debian-root PYTHONS=3.98" in caught.value.remedy


def test_an_emulated_place_says_so(monkeypatch):
    there = Interpreter(Path("/roots/python3.13"), "3.13.5")
    monkeypatch.setattr(guests, "find_foreign_interpreter", lambda python, machine: there)
    monkeypatch.setattr(guests, "held_back", lambda: ())
    guest = guests.local_guest(Cell("3.13", "1.9.1", OTHER))
    assert guest.isolation == ("qemu-aarch64",)
    assert guest.compiles_slowly
    assert guest.timeout > guests.LocalGuest.timeout


def test_this_machines_own_place_does_not(monkeypatch):
    there = Interpreter(Path("/usr/bin/python3.13"), "3.13.5")
    monkeypatch.setattr(guests, "find_interpreter", lambda python: there)
    monkeypatch.setattr(guests, "held_back", lambda: ())
    guest = guests.local_guest(Cell("3.13", "1.9.1", OURS))
    assert (guest.isolation, guest.compiles_slowly) == ((), False)


@pytest.mark.parametrize(
    ("machine", "foreign"),
    [("x86_64", ["arm64"]), ("aarch64", ["x86_64"]), ("arm64", ["x86_64"])],
)
def test_whose_processor_is_foreign(monkeypatch, machine, foreign):
    monkeypatch.setattr(platform, "machine", lambda: machine)
    cells = [Cell("3.13", "1.9.1", architecture) for architecture in Architecture]
    assert [cell.architecture for cell in cells if guests.is_foreign(cell)] == foreign


def test_a_python_that_is_nowhere():
    with pytest.raises(InterpreterNotFoundError, match=r"no Python 3\.99"):
        guests.local_guest(Cell("3.99", "1.9.1", OURS))


def test_the_probe_is_known_by_its_code():
    assert len(guests.scripts_sha256()) == 64
