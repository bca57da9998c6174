"""Runs that wait for each other."""

from contextlib import contextmanager
from types import SimpleNamespace

import pytest

from layerfactory.data.regions import regions
from layerfactory.publish.turns import turn

WEST = regions()["us-west-2"]


class Locks:
    """Held by another run for some looks."""

    def __init__(self, looks):
        self.answers = iter([False] * looks + [True])

    @contextmanager
    def turn(self, _key, *, patience):
        assert patience
        yield next(self.answers)


@pytest.mark.parametrize(("looks", "said"), [(0, []), (3, ["waits"])])
def test_who_waits_says_so_once(looks, said):
    told = []
    aws = SimpleNamespace(accounts={}, stop=SimpleNamespace(is_set=lambda: False))
    with turn(Locks(looks), aws, WEST, lambda: told.append("waits")):
        told.append("held")
    assert told == [*said, "held"]
