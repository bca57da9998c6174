"""Answers HTTP requests and direct invokes. Knows nothing of Lambda but the size of an answer."""

from typing import Any, Dict, Mapping, Optional

from scikit_learn_lambda import compression, documents, events, routes
from scikit_learn_lambda.describe import health, metadata
from scikit_learn_lambda.errors import (
    HandlerError,
    InternalError,
    InvalidInputError,
    ModelUnavailableError,
    NotFoundError,
    ResponseTooLargeError,
    UnsupportedMediaTypeError,
)
from scikit_learn_lambda.events import MAX_PAYLOAD_BYTES, Envelope, Request, Response
from scikit_learn_lambda.logs import Record, trace
from scikit_learn_lambda.models import Models
from scikit_learn_lambda.routes import Route
from scikit_learn_lambda.settings import Settings

# What an answer may hold before it is packed: more than this does not become small enough.
MAX_UNPACKED_BYTES = 8 * MAX_PAYLOAD_BYTES
ALLOWED_METHODS = "GET, HEAD, OPTIONS, POST"
ALLOWED_HEADERS = "authorization, content-encoding, content-type, x-amz-security-token, x-api-key"
PREFLIGHT_SECONDS = "3600"


class Service:
    """What there is to ask a function, whoever asks."""

    def __init__(self, settings: Settings, models: Models) -> None:
        self._settings = settings
        self._models = models

    def answer(self, request: Request, record: Optional[Record] = None) -> Response:
        """Answer an HTTP request; whatever goes wrong is an answer too."""
        record = Record() if record is None else record
        try:
            response = self._packed(request, self._routed(request, record))
            if not events.fits(response, request.envelope):
                raise too_large()
        except Exception as error:
            response = error_response(told(error, record))
        if self._settings.cors_origins:
            vary = response.headers.get("vary")
            response.headers.update(self._cors(request))
            if vary and vary != response.headers["vary"]:
                response.headers["vary"] += ", " + vary
        return response._replace(body=b"") if request.method == "HEAD" else response

    def invoke(self, event: Any, record: Optional[Record] = None) -> Dict[str, Any]:
        """Answer a direct invoke.

        Raises:
            HandlerError: it cannot be answered.
        """
        record = Record() if record is None else record
        try:
            return self._invoked(event, record)
        except Exception as error:
            raise told(error, record) from None

    def _invoked(self, event: Any, record: Record) -> Dict[str, Any]:
        record.route = routes.PREDICT
        if not isinstance(event, dict):
            raise InvalidInputError('The event must be an object such as {"input": [[0, 0]]}.')
        if self._settings.has_many_models:
            name = event.get("model")
            if not routes.is_model_name(name):
                raise InvalidInputError("model must name the model.")
            record.model = name
        answer = self._predict(event, MAX_PAYLOAD_BYTES, record)
        # The runtime writes it once more; here is seen that it can be written, and how long it is.
        if len(documents.dump(answer)) > MAX_PAYLOAD_BYTES:
            raise too_large()
        return documents.materialize(answer)

    def _routed(self, request: Request, record: Record) -> Response:
        route = routes.find_route(
            request.method,
            request.path,
            many=self._settings.has_many_models,
            preflight=bool(self._settings.cors_origins),
        )
        record.route, record.model = route
        if route.name == routes.PREFLIGHT:
            return Response(204, {}, b"")
        if route.name == routes.PREDICT:
            return self._answer_prediction(request, record)
        return self._answer_reading(route)

    def _answer_prediction(self, request: Request, record: Record) -> Response:
        if self._settings.has_many_models and record.model is None:
            raise NotFoundError("Name the model in the path: /models/NAME.")
        document = documents.parse(self._body(request), request.headers.get("content-type", ""))
        max_bytes = MAX_UNPACKED_BYTES if self._packs(request) else MAX_PAYLOAD_BYTES
        return json_response(200, self._predict(document, max_bytes, record))

    def _predict(
        self, document: Mapping[str, Any], max_bytes: int, record: Record
    ) -> Dict[str, Any]:
        # Brings numpy along: not before a model has.
        loads = self._models.loads
        model = self._models.get(record.model)
        if self._models.loads != loads:
            record.load_ms = model.load_ms
        from scikit_learn_lambda.predict import Limits, predict

        return predict(model, document, Limits(self._settings.max_rows, max_bytes), record)

    def _answer_reading(self, route: Route) -> Response:
        names_model = route.model is not None or not self._settings.has_many_models
        if route.name == routes.HEALTH:
            return json_response(
                200, health(self._models.get(route.model) if names_model else None)
            )
        try:
            model = self._models.get(route.model) if names_model else None
        except ModelUnavailableError:
            if route.name == routes.METADATA:
                raise
            model = None  # the schema is as good without its numbers
        if route.name == routes.METADATA:
            return json_response(200, metadata(model))
        from scikit_learn_lambda.openapi import openapi

        return json_response(200, openapi(model, self._settings))

    def _body(self, request: Request) -> bytes:
        encoding = request.headers.get("content-encoding", "identity").strip().lower()
        if encoding in ("gzip", "x-gzip"):
            return compression.gunzip(request.body, self._settings.max_body_bytes)
        if encoding not in ("", "identity"):
            raise UnsupportedMediaTypeError("Only gzip is understood as a content-encoding.")
        if len(request.body) > self._settings.max_body_bytes:
            raise compression.too_large(self._settings.max_body_bytes)
        return request.body

    def _packs(self, request: Request) -> bool:
        policy = self._settings.gzip
        can = policy == "always" or (policy == "auto" and request.envelope is not Envelope.REST)
        return can and compression.accepts_gzip(request.headers.get("accept-encoding", ""))

    def _packed(self, request: Request, response: Response) -> Response:
        if len(response.body) < compression.MIN_BYTES or not self._packs(request):
            return response
        headers = {**response.headers, "content-encoding": "gzip", "vary": "accept-encoding"}
        return Response(response.status, headers, compression.gzip(response.body))

    def _cors(self, request: Request) -> Dict[str, str]:
        allowed = self._settings.cors_origins
        origin = "*" if "*" in allowed else request.headers.get("origin", "")
        if origin != "*" and origin not in allowed:
            return {"vary": "origin"}
        headers = {"access-control-allow-origin": origin}
        if origin != "*":
            headers["vary"] = "origin"
        if request.method == "OPTIONS":
            headers["access-control-allow-methods"] = ALLOWED_METHODS
            headers["access-control-allow-headers"] = ALLOWED_HEADERS
            headers["access-control-max-age"] = PREFLIGHT_SECONDS
        return headers


def json_response(status: int, document: Mapping[str, Any]) -> Response:
    """An answer of JSON."""
    return Response(status, {"content-type": "application/json"}, documents.dump(document))


def error_response(error: HandlerError) -> Response:
    """The answer to a request that failed."""
    response = json_response(error.status, {"error": str(error), "code": error.code})
    response.headers.update(error.headers)
    return response


def told(error: Exception, record: Record) -> HandlerError:
    """What may be told of an error; a fault that nobody foresaw is only an internal one."""
    if not isinstance(error, HandlerError):
        record.cause = trace(error)
        error = InternalError("Something failed; the log has the cause.")
    record.code = error.code
    return error


def too_large() -> ResponseTooLargeError:
    """The refusal of an answer that Lambda would not let through."""
    return ResponseTooLargeError(
        "The answer is larger than the 6 MB that Lambda lets through: send fewer rows."
    )
