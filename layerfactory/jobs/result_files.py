"""What jobs left behind: the files that ``--result`` wrote, as far as a report reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from layerfactory.errors import BuildError

if TYPE_CHECKING:
    from pathlib import Path

_AGAIN = "Run that job again."


class _Value(BaseModel):
    # Each verb tells more than a report reads.
    model_config = ConfigDict(extra="ignore", frozen=True)


class Fault(_Value):
    """Why something failed."""

    message: str
    remedy: str = ""


class CellResult(_Value):
    """What became of a cell."""

    cell: str
    error: Fault | None = None


class Published(_Value):
    """What became of a layer in a region; the texts are empty where all is well."""

    cell: str
    region: str
    state: str
    error: str = ""
    remedy: str = ""


class JobResult(_Value):
    """What a job did."""

    verb: str
    error: Fault | None = None
    """What kept it from doing anything."""
    cells: tuple[CellResult, ...] = ()
    results: tuple[Published, ...] = ()
    layers: tuple[Any, ...] | None = None
    """Of the index."""
    unanswered: tuple[str, ...] = ()
    """Regions."""


class PlannedJob(_Value):
    """A job that was to be."""

    name: str
    cells: str = ""
    """Names with blanks between."""


class PlannedRegion(_Value):
    """What a region needed."""

    region: str
    cells: tuple[str, ...] = ()
    unlisted: tuple[str, ...] = ()
    error: Fault | None = None


class Plan(_Value):
    """What a run was to do."""

    verb: str
    error: Fault | None = None
    whole: bool = False
    build: tuple[PlannedJob, ...] = ()
    publish: tuple[PlannedJob, ...] = ()
    index: bool = False
    regions: tuple[PlannedRegion, ...] = ()
    unready: tuple[CellResult, ...] = ()


Value = TypeVar("Value", bound=_Value)


def read(path: Path, kind: type[Value]) -> Value | None:
    """One file; none where there is none.

    Raises:
        BuildError: it is damaged, or another thing.
    """
    try:
        return kind.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        told = ": ".join(filter(None, (str(path), place, first["msg"])))
        raise BuildError(f"{told}, so it is no result of a verb", _AGAIN) from None
    except OSError as error:
        raise BuildError(f"{path}: cannot be read: {error.strerror}", _AGAIN) from None
