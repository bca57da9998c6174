"""Reads the JSON of a request, and writes that of an answer."""

import json
import re
import sys
from typing import Any, Dict, Mapping

from scikit_learn_lambda.errors import InvalidJsonError, UnsupportedMediaTypeError

# What JSON is sent as; curl's -d calls it a form.
MAYBE_JSON = re.compile(
    r"$|application/(.+\+)?json|text/(json|plain)|application/(x-www-form-urlencoded|octet-stream)"
)
# Where Python does not stop itself, turning that many digits into a number takes seconds.
IS_STOPPED = hasattr(sys, "set_int_max_str_digits")
TOO_MANY_DIGITS = re.compile(rb"[0-9]{4301}")
MAX_DIGITS = 4300
ENCODER = json.JSONEncoder(allow_nan=False)


def parse(body: bytes, content_type: str) -> Dict[str, Any]:
    """Read a body, whatever it says that it is, if it is a JSON object.

    Raises:
        InvalidJsonError: it is none.
        UnsupportedMediaTypeError: it is none, and is not said to be one.
    """
    try:
        document = _load(body)
    except (ValueError, RecursionError):
        kind = content_type.partition(";")[0].strip().lower()
        if not MAYBE_JSON.match(kind):
            raise UnsupportedMediaTypeError("Send JSON.") from None
        raise InvalidJsonError("The body is no valid JSON.") from None
    if not isinstance(document, dict):
        raise InvalidJsonError('The body must be a JSON object such as {"input": [[0, 0]]}.')
    return document


def _load(body: bytes) -> Any:
    if not IS_STOPPED and len(body) > MAX_DIGITS and TOO_MANY_DIGITS.search(body):
        raise ValueError("too many digits")
    return json.loads(body)


def dump(document: Mapping[str, Any]) -> bytes:
    """Write strict JSON, in ASCII; values that know their own text write it."""
    for value in document.values():
        if hasattr(value, "text"):
            fields = (f"{_text(name)}: {_text(value)}" for name, value in document.items())
            return ("{" + ", ".join(fields) + "}").encode("ascii")
    return ENCODER.encode(document).encode("ascii")


def _text(value: Any) -> str:
    text: str = value.text() if hasattr(value, "text") else ENCODER.encode(value)
    return text


def materialize(document: Mapping[str, Any]) -> Dict[str, Any]:
    """The same for who writes JSON by himself."""
    pairs = document.items()
    return {name: value.listed() if hasattr(value, "listed") else value for name, value in pairs}
