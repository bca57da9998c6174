"""The catalogue as layers.json has it, and the JSON Schema of that file.

An entry for each content, that is for each zip of a cell, with its regions inside: pages and
scripts then read each fact once, and not once a region. What does not apply is left out.
"""

from __future__ import annotations

import json
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Annotated, Any, Literal

from packaging.version import Version
from pydantic import BaseModel, ConfigDict, Field

from layerfactory.catalog.row import Content, Retired, Row, Status
from layerfactory.data.runtimes import Architecture
from layerfactory.matrix.cell import Cell

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_Arn = Annotated[
    str, Field(pattern=r"^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:layer:[A-Za-z0-9_-]{1,140}:\d+$")
]
_Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
_Base64 = Annotated[str, Field(pattern="^[A-Za-z0-9+/]{43}=$")]
_Identifier = Annotated[str, Field(pattern="^py[^-]+-sklearn.+-(x86_64|arm64)$")]


class _Entry(BaseModel):
    # What a later layerfactory may add is passed over.
    model_config = ConfigDict(extra="ignore", frozen=True)


class Packages(_Entry):
    """Versions of what every layer carries beside scikit-learn."""

    numpy: str
    scipy: str
    joblib: str
    threadpoolctl: str


class RegionEntry(_Entry):
    """The layer version of one region."""

    arn: _Arn = Field(description="What a function names.")
    version: int = Field(ge=1, description="Its number; regions need not agree.")
    published: date | None = Field(default=None, description="The day in UTC.")
    stale_since: date | None = Field(
        default=None,
        description="The day in UTC since which the region has not answered; left out where the "
        "last index read it back.",
    )


class LayerEntry(_Entry):
    """One zip of one cell, and where it is published."""

    cell: _Identifier = Field(description="Python, scikit-learn, extras and architecture in one.")
    layer_name: str = Field(description="On AWS.")
    python: str = Field(pattern=r"^\d+\.\d+$", description="Of the function.")
    runtime: str = Field(pattern=r"^python\d+\.\d+$", description="What a function sets.")
    scikit_learn: str = Field(description="What pickled the model.")
    architecture: Architecture = Field(description="Of the function.")
    extras: list[str] = Field(description="What it carries beside scikit-learn, by name.")
    status: Status = Field(description="retired: it stays, and users had better move on.")
    retired: date | None = Field(default=None, description="The day in UTC; with status retired.")
    successor: str | None = Field(
        default=None, description="The cell to take in its place; with status retired."
    )
    reason: str | None = Field(default=None, description="In a line; with status retired.")
    sha256: _Sha256 | None = Field(
        default=None,
        description="Of the zip, hex; left out, like all that follows from the "
        "content, in what was published in 2020.",
    )
    code_sha256: _Base64 | None = Field(default=None, description="The same as AWS writes it.")
    zipped_bytes: int | None = Field(default=None, ge=0, description="Of the zip.")
    unzipped_bytes: int | None = Field(
        default=None, ge=0, description="What counts against Lambda's limit of 262,144,000."
    )
    packages: Packages | None = Field(
        default=None,
        description="Versions of numpy, scipy, joblib and threadpoolctl; empty "
        "where there is none of it.",
    )
    regions: dict[str, RegionEntry] = Field(min_length=1, description="By region's name.")


class CatalogFile(_Entry):
    """Every layer that is published, by cell. Made from what AWS has; never edit it."""

    version: Literal[1] = Field(
        description="Of this form; it grows when a key changes its meaning, not when one is added."
    )
    layers: list[LayerEntry] = Field(
        description="By Python, scikit-learn, extras and architecture, and then by sha256."
    )


def to_json(rows: Iterable[Row]) -> str:
    """The catalogue as text, sorted; rows of equal cell and content must be retired alike."""
    ordered = sorted(rows, key=lambda row: (row.cell, row.sha256, row.region, row.version))
    layers = [
        _layer_entry(list(alike))
        for _, alike in groupby(ordered, key=lambda row: (row.cell, row.sha256))
    ]
    file = CatalogFile(version=1, layers=layers)
    values = file.model_dump(mode="json", exclude_none=True)
    return json.dumps(values, indent=1, ensure_ascii=False) + "\n"


def to_rows(file: CatalogFile) -> Iterator[Row]:
    """The rows that a file stands for.

    Raises:
        ValueError: an entry says two things that cannot both be; the message has its key path.
    """
    seen: set[tuple[str, str]] = set()
    for place, layer in enumerate(file.layers):
        try:
            for row in _rows(layer):
                if (row.region, row.arn) in seen:
                    raise ValueError(f"regions.{row.region}: {row.arn} is listed before")
                seen.add((row.region, row.arn))
                yield row
        except ValueError as error:
            raise ValueError(f"layers[{place}]: {error}") from None


def json_schema_text() -> str:
    """The JSON Schema (2020-12) of layers.json, as layers.schema.json has it, to the byte."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **CatalogFile.model_json_schema(mode="serialization"),
        "title": "layers.json",
    }
    return json.dumps(schema, indent=2) + "\n"


def _layer_entry(alike: list[Row]) -> LayerEntry:
    row = alike[0]
    return LayerEntry(
        cell=row.cell.identifier,
        layer_name=row.cell.layer_name,
        python=row.python,
        runtime=f"python{row.python}",
        scikit_learn=row.scikit_learn,
        architecture=row.architecture,
        extras=list(row.extras),
        status=row.status,
        retired=row.retired.since if row.retired else None,
        successor=(row.retired.successor or None) if row.retired else None,
        reason=row.retired.reason if row.retired else None,
        # Where a region has a content twice, the newer version stands last.
        regions={each.region: _region_entry(each) for each in alike},
        **_content_facts(row.content),
    )


def _content_facts(content: Content | None) -> dict[str, Any]:
    if content is None:
        return {}
    return {
        "sha256": content.sha256,
        "code_sha256": content.code_sha256,
        "zipped_bytes": content.zipped_bytes,
        "unzipped_bytes": content.unzipped_bytes,
        "packages": Packages(
            numpy=content.numpy,
            scipy=content.scipy,
            joblib=content.joblib,
            threadpoolctl=content.threadpoolctl,
        ),
    }


def _region_entry(row: Row) -> RegionEntry:
    return RegionEntry(
        arn=row.arn, version=row.version, published=row.published, stale_since=row.stale_since
    )


def _rows(layer: LayerEntry) -> Iterator[Row]:
    Version(layer.scikit_learn)
    cell = Cell(layer.python, layer.scikit_learn, layer.architecture, tuple(layer.extras))
    if cell.identifier != layer.cell:
        raise ValueError(f"cell is {layer.cell}, and the rest is of {cell}")
    content, retired = _content(layer, cell), _retired(layer)
    if layer.layer_name != cell.layer_name:
        raise ValueError(
            f"layer_name is {layer.layer_name}, and that of {cell} is {cell.layer_name}"
        )
    for region, entry in layer.regions.items():
        *_, of_arn, _, _, name, version = entry.arn.split(":")
        if name != layer.layer_name:
            raise ValueError(f"regions.{region}: the ARN is of {name}, and not of layer_name")
        if (of_arn, version) != (region, str(entry.version)):
            raise ValueError(f"regions.{region}: region and version are not those of the ARN")
        yield Row(
            python=cell.python,
            scikit_learn=cell.scikit_learn,
            region=region,
            arn=entry.arn,
            architecture=cell.architecture,
            version=entry.version,
            content=content,
            published=entry.published,
            extras=cell.extras,
            retired=retired,
            stale_since=entry.stale_since,
        )


def _content(layer: LayerEntry, cell: Cell) -> Content | None:
    if layer.sha256 is None:
        return None
    facts = (layer.zipped_bytes, layer.unzipped_bytes, layer.packages)
    zipped_bytes, unzipped_bytes, packages = facts
    if zipped_bytes is None or unzipped_bytes is None or packages is None:
        raise ValueError("has a sha256, and not all that follows from the content")
    content = Content(
        cell=cell,
        sha256=layer.sha256,
        zipped_bytes=zipped_bytes,
        unzipped_bytes=unzipped_bytes,
        **packages.model_dump(),
    )
    if content.code_sha256 != layer.code_sha256:
        raise ValueError("code_sha256 is not the sha256")
    return content


def _retired(layer: LayerEntry) -> Retired | None:
    if (layer.status is Status.RETIRED) != (layer.retired is not None):
        raise ValueError(f"status is {layer.status}, which does not fit the key retired")
    if layer.retired is None:
        return None
    return Retired(layer.retired, layer.successor or "", layer.reason or "")
