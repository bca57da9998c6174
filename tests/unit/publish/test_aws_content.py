"""How long a zip may take to come, by a clock that only tests move."""

import pytest

from layerfactory.data.regions import regions
from layerfactory.publish.aws.content import Timely, TooSlowError
from layerfactory.publish.aws.failures import is_transient, translate

SIZE = 30_000_000
BOUND = 120 + SIZE / 50_000


class Line:
    """Hands out so many bytes each minute."""

    def __init__(self, bytes_a_minute):
        self.now = 1000.0
        self._left = SIZE
        self._pace = bytes_a_minute

    def read1(self, length):
        self.now += 60
        piece = min(length, self._pace, self._left)
        self._left -= piece
        return bytes(piece)


def read_all(line):
    body = Timely(line, SIZE, lambda: line.now)
    return sum(len(piece) for piece in iter(lambda: body.read(1 << 30), b""))


def test_a_slow_line_is_waited_for():
    assert read_all(Line(60 * 60_000)) == SIZE


@pytest.mark.parametrize("bytes_a_minute", [1, 60 * 30_000])
def test_a_zip_that_drips_is_given_up_after_a_time_that_its_size_bounds(bytes_a_minute):
    line = Line(bytes_a_minute)
    with pytest.raises(TooSlowError) as caught:
        read_all(line)
    assert BOUND < line.now - 1000 <= BOUND + 60
    assert is_transient(caught.value)
    said = translate(caught.value, "lambda:GetLayerVersion", regions()["us-east-1"]).message
    assert "the zip of 30,000,000 bytes did not come within 720 seconds" in said
