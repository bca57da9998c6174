"""Plain values of JSON as frozen dataclasses, each field of its own type."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from pydantic import TypeAdapter

T = TypeVar("T")
# Making one takes longer than all that it reads.
_ADAPTERS: dict[type[Any], TypeAdapter[Any]] = {}


def read_typed(of: type[T], value: Any) -> T:
    """Make a dataclass, and those inside of it, out of plain values.

    Raises:
        ValueError: a field is missing or of another type; the message names the first.
    """
    from pydantic import ValidationError

    try:
        made: T = _adapter(of).validate_json(json.dumps(value), strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise ValueError(f"{where}: {first['msg']}" if where else first["msg"]) from None
    return made


def _adapter(of: type[Any]) -> TypeAdapter[Any]:
    from pydantic import TypeAdapter

    if of not in _ADAPTERS:
        _ADAPTERS[of] = TypeAdapter(of)
    return _ADAPTERS[of]
