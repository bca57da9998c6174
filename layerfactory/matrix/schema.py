"""The form of matrix.yaml, and its JSON Schema for editors."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

from packaging.utils import canonicalize_name
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    StrictBool,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, core_schema

from layerfactory.data.extras import extras
from layerfactory.data.regions import region_groups, regions
from layerfactory.data.runtimes import Architecture, runtimes
from layerfactory.matrix.closest import suggest
from layerfactory.matrix.extras import extra_fault
from layerfactory.matrix.model import BuilderChoice, Bytecode
from layerfactory.matrix.regions import region_fault
from layerfactory.matrix.versions import normalized, python_fault, scikit_learn_fault
from layerfactory.matrix.wording import number

if TYPE_CHECKING:
    from collections.abc import Callable
    from enum import StrEnum

T = TypeVar("T")
_GROUP_NAME = re.compile(r"^[a-z][a-z0-9-]*$")


class _OneOrMore:
    """Lets one value stand for a list of one."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_before_validator_function(
            lambda value: value if isinstance(value, list) else [value], handler(source)
        )

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        many = handler(schema)
        return {"anyOf": [many["items"], many]}


def _refuse(fault_of: Callable[[str], str]) -> AfterValidator:
    def check(text: str) -> str:
        if fault := fault_of(text):
            raise ValueError(fault)
        return text

    return AfterValidator(check)


def _choice(choices: type[StrEnum]) -> BeforeValidator:
    names = [str(choice) for choice in choices]

    def check(value: Any) -> Any:
        if value not in names:
            raise ValueError(f"{value!r} is not known here; {suggest(str(value), names)}")
        return value

    return BeforeValidator(check)


def _glob_fault(text: str) -> str:
    return "" if text else "must not be empty"


def _image_fault(text: str) -> str:
    good = bool(text) and not any(character.isspace() for character in text)
    return "" if good else f"{text!r} is not the name of an image"


def _group_name_fault(text: str) -> str:
    if text in _BUILT_IN:
        return f"{text!r} is a built-in name; choose another"
    good = _GROUP_NAME.fullmatch(text)
    return "" if good else f"{text!r} is not a group's name; use a-z, 0-9 and -, a letter first"


def _known_region_or_group(text: str, info: ValidationInfo) -> str:
    own_groups = (info.context or {}).get("groups", ())
    if fault := region_fault(text, own_groups):
        raise ValueError(fault)
    return text


def _each_once(names: list[str]) -> list[str]:
    for place, name in enumerate(names):
        if name in names[:place]:
            raise ValueError(f"names {name} twice")
    return names


_PYTHON_SCHEMA = {"type": "string", "enum": list(runtimes())}
_BUILT_IN = [*region_groups(), *regions()]

OneOrMore = Annotated[list[T], Field(min_length=1), _OneOrMore()]
Python = Annotated[str, _refuse(python_fault), WithJsonSchema(_PYTHON_SCHEMA)]
ScikitLearn = Annotated[
    str,
    _refuse(scikit_learn_fault),
    AfterValidator(normalized),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^\d+(\.\d+)+(\.post\d+)?$",
            "examples": ["0.23.1", "1.7.2", "1.9.1"],
        }
    ),
]
ExtraName = Annotated[
    str,
    _refuse(extra_fault),
    AfterValidator(canonicalize_name),
    WithJsonSchema({"type": "string", "enum": list(extras())}),
]
ArchitectureName = Annotated[Architecture, _choice(Architecture)]
BytecodeName = Annotated[Bytecode, _choice(Bytecode)]
BuilderName = Annotated[BuilderChoice, _choice(BuilderChoice)]
Glob = Annotated[str, _refuse(_glob_fault)]
Image = Annotated[str, _refuse(_image_fault)]
GroupName = Annotated[str, _refuse(_group_name_fault)]
RegionOrGroup = Annotated[
    str,
    AfterValidator(_known_region_or_group),
    WithJsonSchema(
        {"anyOf": [{"enum": _BUILT_IN}, {"type": "string", "pattern": _GROUP_NAME.pattern}]}
    ),
]
BuiltInRegion = Annotated[
    str, _refuse(region_fault), WithJsonSchema({"type": "string", "enum": _BUILT_IN})
]


class CellEntry(BaseModel):
    """The product of these lists; one value stands for a list of one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    python: OneOrMore[Python] = Field(description="Lambda's Python versions, quoted.")
    scikit_learn: OneOrMore[ScikitLearn] = Field(
        alias="scikit-learn", description="Final releases of scikit-learn, quoted."
    )
    architectures: OneOrMore[ArchitectureName] | None = Field(
        default=None, description="For these cells only; else the top-level architectures."
    )
    extras: Annotated[OneOrMore[ExtraName], AfterValidator(_each_once)] = Field(
        default=[],
        description=(
            "Makes these cells the variant that carries these distributions beside scikit-learn; "
            "the default variant is an entry without."
        ),
    )
    bytecode: BytecodeName | None = Field(
        default=None, description="For these cells only; else the top-level bytecode."
    )


class Settings(BaseModel):
    """Everything in matrix.yaml that has a default."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    architectures: OneOrMore[ArchitectureName] = Field(
        default=[Architecture.X86_64],
        description="Processors of all cells that name none of their own.",
    )
    exclude: list[Glob] = Field(
        default=[],
        description="Globs over identifiers; what they match is not built.",
        examples=[["py3.14-*-arm64"]],
    )
    regions: OneOrMore[RegionOrGroup] = Field(
        default=["default"], description="Where to publish: regions and groups of regions."
    )
    groups: dict[GroupName, OneOrMore[BuiltInRegion]] = Field(
        default={}, description="Groups of your own: a name, and the regions in it."
    )
    public: StrictBool = Field(
        default=False, description="Let every AWS account use the published layers."
    )
    bytecode: BytecodeName = Field(
        default=Bytecode.SOURCELESS,
        description=(
            "What to ship of the Python code: bytecode alone (docstrings of scipy and "
            "scikit-learn dropped), bytecode alone with all docstrings, or sources and bytecode."
        ),
    )
    builder: BuilderName = Field(
        default=BuilderChoice.AUTO,
        description="docker: inside Lambda's build image; wheels: no Docker; auto: what there is.",
    )
    images: dict[Python, Image] = Field(
        default={}, description="Build images by Python version, in place of the usual ones."
    )


class MatrixFile(Settings):
    """What layerfactory builds, and where it publishes."""

    version: Annotated[Literal[1], BeforeValidator(number)] = Field(
        description="The version of this form."
    )
    cells: list[CellEntry] = Field(min_length=1, description="What to build.")


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of matrix.yaml; docs/matrix.schema.json holds it."""
    schema = MatrixFile.model_json_schema()
    properties = schema["properties"]
    properties["images"]["propertyNames"] = _PYTHON_SCHEMA
    first = {key: properties[key] for key in ("version", "cells")}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "matrix.yaml",
        "properties": {**first, **properties},
    }


def json_schema_text() -> str:
    """The JSON Schema as docs/matrix.schema.json has it, to the byte."""
    return json.dumps(json_schema(), indent=2) + "\n"
