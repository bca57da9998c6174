"""Describes the function's HTTP interface as OpenAPI, with what its model takes and gives."""

from typing import Any, Dict, List, Optional

from scikit_learn_lambda.facts import MAPPINGS, OUTPUTS, TABLE, TEXTS
from scikit_learn_lambda.model import LoadedModel
from scikit_learn_lambda.settings import Settings

Schema = Dict[str, Any]

CELL: Schema = {"type": ["number", "string", "boolean", "null"]}
TEXT: Schema = {"type": "string"}
NUMBERS: Schema = {"type": "array", "items": {"type": "number"}}
WHOLES: Schema = {"type": "array", "items": {"type": "integer", "minimum": 0}}
MEANINGS = {
    "prediction": "What predict gives, one entry for each sample.",
    "probabilities": "What predict_proba gives: for each sample the probability of each class, by "
    "the class's name; for several outputs a list of such objects.",
    "decision_function": "What decision_function gives, one entry for each sample.",
    "transform": "What transform gives, one entry for each sample.",
}
ERRORS = {
    "400": "What was sent is not what the model takes.",
    "404": "There is nothing at this path.",
    "405": "The path is asked for with another method.",
    "413": "The body or the answer is too large.",
    "415": "The body is in a form that is not understood.",
    "500": "A fault of the function or of its model.",
    "503": "The model could not be loaded; try again.",
}


def openapi(model: Optional[LoadedModel], settings: Settings) -> Dict[str, Any]:
    """The description, as one document; without a model it allows whatever some model takes."""
    from scikit_learn_lambda import __version__

    many = settings.has_many_models
    base = "/models/{name}" if many else "/"
    title = model.facts.name if model else "scikit-learn model"
    document: Dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {"title": title, "version": __version__},
        "paths": {
            base: {
                "get": _reading(
                    "What runs here, and what it takes and gives.", "Metadata", 404, 503
                ),
                "post": _predicting(),
            },
            "/health": {"get": _reading("Whether the model can answer.", "Health", 503)},
            "/openapi.json": {"get": _reading("This document.", "Document")},
        },
        "components": {"schemas": _schemas(model)},
    }
    if many:
        name = {"name": "name", "in": "path", "required": True, "schema": TEXT}
        document["paths"][base]["parameters"] = [name]
    return document


def _reading(summary: str, schema: str, *errors: int) -> Schema:
    return {"summary": summary, "responses": _responses(schema, *map(str, errors), "405", "500")}


def _predicting() -> Schema:
    content = {"application/json": {"schema": _ref("Request")}}
    return {
        "summary": "Predict.",
        "requestBody": {"required": True, "content": content},
        "responses": _responses("Answer", *ERRORS),
    }


def _responses(schema: str, *errors: str) -> Schema:
    good = {"200": _response("The answer.", schema)}
    return {**good, **{status: _response(ERRORS[status], "Error") for status in errors}}


def _response(meaning: str, schema: str) -> Schema:
    return {
        "description": meaning,
        "content": {"application/json": {"schema": _ref(schema)}},
    }


def _ref(name: str) -> Schema:
    return {"$ref": "#/components/schemas/" + name}


def _schemas(model: Optional[LoadedModel]) -> Schema:
    return {
        "Request": _request(model),
        "Answer": _answer(model),
        "Error": _object({"error": TEXT, "code": TEXT}, "error", "code"),
        "Health": _object({"status": {"const": "ok"}, "model": {"type": "object"}}, "status"),
        "Metadata": {"type": "object"},
        "Document": {"type": "object"},
    }


def _object(properties: Schema, *required: str) -> Schema:
    return {"type": "object", "properties": properties, "required": list(required)}


def _request(model: Optional[LoadedModel]) -> Schema:
    outputs = model.facts.outputs if model else tuple(OUTPUTS)
    properties = {"input": _input(model)}
    for output in outputs:
        default = output == "prediction"
        meaning = f"Whether to return {output}."
        properties["return_" + output] = {
            "type": "boolean",
            "default": default,
            "description": meaning,
        }
    return dict(_object(properties, "input"), anyOf=[_asks(output) for output in outputs])


def _asks(output: str) -> Schema:
    """At least one output must be asked for; predictions are, unless they are declined."""
    name = "return_" + output
    asked: Schema = {"properties": {name: {"const": True}}}
    return asked if output == "prediction" else dict(asked, required=[name])


def _input(model: Optional[LoadedModel]) -> Schema:
    kind = model.facts.kind if model else None
    if kind == TEXTS:
        return {"anyOf": [TEXT, {"type": "array", "items": TEXT}]}
    if kind == MAPPINGS:
        mapping = {"type": "object"}
        return {"anyOf": [mapping, {"type": "array", "items": mapping}]}
    if model is None or kind != TABLE:
        return {"description": "Rows, records, columns, texts or a sparse matrix."}
    return _table(model)


def _table(model: LoadedModel) -> Schema:
    width, names = model.facts.n_features, model.facts.feature_names
    row: Schema = {"type": "array", "items": CELL}
    if width is not None:
        row.update(minItems=width, maxItems=width)
    forms: List[Schema] = [{"type": "array", "items": row}]
    if width is not None:
        forms.append(row)
    if names:
        forms += _named(list(names))
    matrix = {"data": NUMBERS, "indices": WHOLES, "indptr": WHOLES, "shape": WHOLES}
    forms.append(_object(matrix, *matrix))
    return {"anyOf": forms}


def _named(names: List[str]) -> List[Schema]:
    record = _object(dict.fromkeys(names, CELL), *names)
    column = {"type": "array", "items": CELL}
    columns = _object(dict.fromkeys(names, column), *names)
    for form in (record, columns):
        form["additionalProperties"] = False
    return [record, {"type": "array", "items": record}, columns]


def _answer(model: Optional[LoadedModel]) -> Schema:
    outputs = model.facts.outputs if model else tuple(OUTPUTS)
    properties: Schema = {
        output: {"type": "array", "description": MEANINGS[output]} for output in outputs
    }
    classes = model.class_names if model else None
    if classes and "probabilities" in properties and isinstance(classes[0], str):
        share = {"type": ["number", "null"]}
        sample = _object(dict.fromkeys(classes, share), *classes)
        properties["probabilities"]["items"] = sample
    return {"type": "object", "properties": properties, "additionalProperties": False}
