"""What docs/http.md asks, section by section, with what is to be said of each."""

from __future__ import annotations

from http_cases import JSON, Case

ROW, OTHER = [5.1, 3.5, 1.4, 0.2], [6.7, 3.0, 5.2, 2.3]
_NAMES = {"SKLEARN_FEATURE_NAMES": "sepal length,sepal width,petal length,petal width"}
_RECORD = {"sepal length": 6.7, "sepal width": 3.0, "petal length": 5.2, "petal width": 2.3}
_FLOWERS = {"input": [ROW]}
_CURL = {"content-type": "application/x-www-form-urlencoded"}

PREDICTIONS = (
    Case(
        "Rows",
        "One list for each sample, in the order of the features.",
        body={"input": [ROW, OTHER]},
    ),
    Case("One row", "The answer is a list all the same.", body={"input": ROW}),
    Case(
        "Probabilities",
        "By the class's name, in the model's order.",
        body={"input": [OTHER], "return_probabilities": True},
    ),
    Case(
        "Probabilities alone",
        "`return_prediction` declines what is returned by default.",
        body={"input": [OTHER], "return_prediction": False, "return_probabilities": True},
    ),
    Case(
        "Decision function",
        "What that method gives, for models that have it.",
        model="margin",
        body={"input": [OTHER], "return_decision_function": True},
    ),
    Case(
        "Transform",
        "For models that transform. This one predicts nothing, so that is declined.",
        model="scaler",
        body={"input": [OTHER], "return_prediction": False, "return_transform": True},
    ),
    Case(
        "Records",
        "By the names of the features, in any order. The model was fitted with names, or the "
        "setting `SKLEARN_FEATURE_NAMES` has them.",
        settings=_NAMES,
        body={"input": [_RECORD]},
    ),
    Case(
        "Columns",
        "The same, column by column.",
        settings=_NAMES,
        body={"input": {name: [value] for name, value in _RECORD.items()}},
    ),
    Case(
        "Texts",
        "For pipelines that begin with a vectorizer: one text, or a list of them.",
        model="texts",
        body={"input": ["good day", "bad day"]},
    ),
    Case(
        "Mappings",
        "For pipelines that begin with DictVectorizer or FeatureHasher.",
        model="places",
        body={"input": [{"city": "Oslo", "floor": 3}]},
    ),
    Case(
        "A sparse matrix",
        "Compressed rows, as scipy's `csr_matrix` has them.",
        body={"input": {"data": [5.2, 2.3], "indices": [2, 3], "indptr": [0, 2], "shape": [1, 4]}},
    ),
    Case(
        "Missing values",
        "`null` is NaN; whether the model takes it is the model's to say. Trees do.",
        body={"input": [[None, 3.0, 5.2, None]]},
    ),
    Case(
        "Several outputs",
        "A list for each sample, and a mapping for each output.",
        model="two",
        body={"input": [OTHER], "return_probabilities": True},
    ),
    Case(
        "Packed",
        "The body is gzip, with `Content-Encoding: gzip`.",
        headers={**JSON, "content-encoding": "gzip"},
        packed=True,
        body=_FLOWERS,
    ),
    Case(
        "By curl",
        "`curl --data` calls it a form; it is JSON all the same.",
        headers=_CURL,
        body=_FLOWERS,
    ),
)
READING = (
    Case("What runs here", "What the model takes and gives.", "GET"),
    Case("Health", "200 once the model is loaded; `/ping` is the same.", "GET", "/health"),
    Case("OpenAPI", "For this very model: its features, its classes.", "GET", "/openapi.json"),
)
_MANY = {"SKLEARN_MODEL_PATH": "FOLDER/{name}.pickle"}
_CORS = {"SKLEARN_CORS_ORIGIN": "https://example.com"}
_FROM = {"origin": "https://example.com"}
MODELS = (
    Case(
        "One of many", "The path names the model.", "POST", "/models/iris", _FLOWERS, settings=_MANY
    ),
    Case("One of many, described", "", "GET", "/models/iris", settings=_MANY),
    Case(
        "None of many",
        "The health of the function, not of a model.",
        "GET",
        "/health",
        settings=_MANY,
    ),
)
BROWSERS = (
    Case(
        "May I?",
        "What a browser asks before.",
        "OPTIONS",
        headers={**_FROM, "access-control-request-method": "POST"},
        settings=_CORS,
        shown=(
            "access-control-allow-origin",
            "access-control-allow-methods",
            "access-control-allow-headers",
            "access-control-max-age",
            "vary",
        ),
    ),
    Case(
        "From a page",
        "",
        headers={**JSON, **_FROM},
        settings=_CORS,
        body=_FLOWERS,
        shown=("access-control-allow-origin", "vary"),
    ),
)
DIRECT = (
    Case("Direct invoke", "Event and answer are the JSON itself.", body=_FLOWERS, direct=True),
    Case(
        "Direct invoke that fails",
        "An error, to be caught by name.",
        body={"input": [[5.1]]},
        direct=True,
    ),
    Case("Warm-up", "", body={"warmup": True}, direct=True),
)
ERRORS = (
    Case("400 invalid_input", "Not what the model takes.", body={"input": [[5.1, 3.5]]}),
    Case(
        "400 invalid_input: names",
        "",
        settings=_NAMES,
        body={"input": [{"sepal length": 6.7, "sepal width": 3.0, "petal length": 5.2}]},
    ),
    Case("400 invalid_json", "The body is no JSON object.", body='{"input": [[5.1, 3.5,]]}'),
    Case(
        "400 unsupported_output",
        "The model has no such output.",
        body={"input": [ROW], "return_decision_function": True},
    ),
    Case("404 not_found", "Nothing is at this path.", "GET", "/nothing"),
    Case("405 method_not_allowed", "", "DELETE", shown=("allow",)),
    Case(
        "413 request_too_large",
        "More than the setting `SKLEARN_MAX_BODY_BYTES`, unpacked.",
        settings={"SKLEARN_MAX_BODY_BYTES": "100"},
        body={"input": [ROW]},
        times=10,
    ),
    Case(
        "413 request_too_large: rows",
        "More than the setting `SKLEARN_MAX_ROWS`.",
        settings={"SKLEARN_MAX_ROWS": "1"},
        body={"input": [ROW, OTHER]},
    ),
    Case(
        "413 response_too_large",
        "Over what Lambda lets through. Fewer rows, or a packed answer (`Accept-Encoding: gzip`), "
        "fit.",
        body={"input": [ROW], "return_probabilities": True},
        times=120_000,
    ),
    Case(
        "415 unsupported_media_type",
        "The body is in a form that is not understood.",
        headers={"content-type": "text/csv"},
        body="5.1,3.5,1.4,0.2",
    ),
    Case(
        "500 internal_error",
        "A fault of the function or of its model. The log has the cause; the answer has not.",
        model="broken",
        body={"input": [ROW], "return_prediction": False, "return_transform": True},
    ),
    Case(
        "503 model_unavailable",
        "The model could not be loaded. The log has the cause, and the next request tries again.",
        settings={"SKLEARN_MODEL_PATH": "none.joblib"},
        body=_FLOWERS,
        shown=("retry-after",),
    ),
    Case(
        "503 model_unavailable: health",
        "",
        "GET",
        "/health",
        settings={"SKLEARN_MODEL_PATH": "none.joblib"},
    ),
)

SECTIONS = (
    ("Ask for predictions", "`POST`, to any path.", PREDICTIONS),
    ("Ask what is there", "`GET`; `HEAD` answers with the headers alone.", READING),
    (
        "Many models",
        "With `{name}` in the setting `SKLEARN_MODEL_PATH`, such as `s3://bucket/{name}.joblib`.",
        MODELS,
    ),
    ("Browsers", "With the setting `SKLEARN_CORS_ORIGIN=https://example.com`.", BROWSERS),
    ("Without HTTP", "Invoked by the SDK, a state machine, or a schedule.", DIRECT),
    (
        "Errors",
        (
            "Always an `error` for a person and a `code` for a program. A message never repeats "
            "what was sent, nor what happened inside."
        ),
        ERRORS,
    ),
)
CASES = tuple(case for _, _, cases in SECTIONS for case in cases)
