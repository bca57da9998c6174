"""The log: one line of JSON for each thing that happened, on standard output."""

import json
import sys
import traceback
from typing import Any, Iterator, Mapping, Optional, Tuple


class Record:
    """What is noted of one request while it is answered."""

    __slots__ = ("cause", "code", "load_ms", "model", "predict_ms", "route", "rows")

    def __init__(self) -> None:
        self.route: Optional[str] = None
        self.model: Optional[str] = None
        self.rows: Optional[int] = None
        self.load_ms: Optional[float] = None
        self.predict_ms: Optional[float] = None
        self.code: Optional[str] = None
        self.cause: Optional[str] = None

    def noted(self) -> Iterator[Tuple[str, Any]]:
        """Names and values of all that is known."""
        for name in ORDER:
            value = getattr(self, name)
            if value is not None:
                yield name, value


# Of a message whose length is somebody else's to choose.
MAX_MESSAGE = 200
ENCODER = json.JSONEncoder(default=str)
ORDER = ("route", "model", "rows", "load_ms", "predict_ms", "code", "cause")


def write(level: str, message: str, **fields: Any) -> None:
    """Write one line."""
    write_line({"level": level, "message": message, **fields})


def write_line(fields: Mapping[str, Any]) -> None:
    """Write one line, whose fields stand ready."""
    line = ENCODER.encode(fields)
    # One write, so that lines of several processes do not mix.
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def trace(error: BaseException) -> str:
    """Where an error came from, for the log."""
    return "".join(traceback.format_exception(type(error), error, error.__traceback__))


def first_line(error: BaseException) -> str:
    """The beginning of an error's message."""
    return (str(error).splitlines() or [""])[0][:MAX_MESSAGE]


def place(error: BaseException) -> str:
    """The kind of an error and its innermost line; its message may repeat what a client sent."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" at {frames[-1].filename}:{frames[-1].lineno}" if frames else ""
    return type(error).__name__ + where
