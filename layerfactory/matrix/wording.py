"""What pydantic finds wrong in a person's YAML file, in the words of YAML and with its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from layerfactory.matrix.closest import suggest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pydantic import BaseModel, ValidationError
    from pydantic_core import ErrorDetails

    from layerfactory.matrix.document import Key

_WORDS = {
    "missing": "is missing",
    "string_type": "must be text",
    "bool_type": "must be true or false",
    "list_type": "must be a list",
    "dict_type": "must be a mapping of keys",
    "model_type": "must be a mapping of keys",
    "too_short": "must not be empty",
    "literal_error": "must be 1, the only version there is",
}
"""Pydantic's kinds of fault in the words of YAML."""


def problems(
    error: ValidationError, model_at: Callable[[tuple[Key, ...]], type[BaseModel]]
) -> Iterator[tuple[tuple[Key, ...], str]]:
    """Each fault: the keys that lead to its place, and what is wrong there.

    Args:
        error: of the file's model.
        model_at: the model that a place belongs to, for the keys that it may have.
    """
    for details in error.errors(include_url=False):
        # Pydantic puts "[key]" behind the name of a key that is itself the fault.
        place = tuple(key for key in details["loc"] if key != "[key]")
        yield place, _message(details, place, model_at)


def number(value: Any) -> Any:
    """The number that a scalar stands for: a document's scalars are text."""
    return int(value) if isinstance(value, str) and value.isdecimal() else value


def _message(
    details: ErrorDetails,
    place: tuple[Key, ...],
    model_at: Callable[[tuple[Key, ...]], type[BaseModel]],
) -> str:
    kind = details["type"]
    if kind == "extra_forbidden":
        fields = model_at(place).model_fields.items()
        known = [field.alias or name for name, field in fields]
        clause = suggest(str(place[-1]), known)
        return "there is no such key" + (f"; {clause}" if clause else "")
    if kind == "value_error":
        return str(details["ctx"]["error"])
    return _WORDS.get(kind, details["msg"])
