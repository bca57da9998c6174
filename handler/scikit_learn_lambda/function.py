"""The Lambda function: an event in, an answer in its sender's form out, a line in the log."""

import time
from typing import Any, Callable, Dict, Mapping, Optional

from scikit_learn_lambda import events, snapshot
from scikit_learn_lambda.errors import HandlerError, ModelError, SettingsError
from scikit_learn_lambda.events import Envelope, Request, Response
from scikit_learn_lambda.logs import Record, write_line
from scikit_learn_lambda.model import LoadedModel, load
from scikit_learn_lambda.models import Models
from scikit_learn_lambda.service import Service, error_response, told
from scikit_learn_lambda.settings import Settings


class LambdaFunction:
    """Answers events; made once a process."""

    def __init__(
        self,
        settings: Settings,
        environ: Mapping[str, str],
        loader: Callable[[str, Settings], LoadedModel] = load,
    ) -> None:
        self._settings = settings
        self._models = Models(settings, loader=loader)
        self._service = Service(settings, self._models)
        self._is_cold = True
        snapshot.register(environ, self.start, self._wake)

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "LambdaFunction":
        """Make one as the environment wants it; where that is wrong, no model can be loaded."""
        try:
            return cls(Settings.from_env(environ), environ)
        except SettingsError as error:
            return cls(Settings.from_env({}), environ, loader=_refuses(str(error)))

    def start(self) -> None:
        """Load the model, unless requests name it; a failure is kept for those that come."""
        if not self._settings.has_many_models:
            try:
                self._models.get()
            except HandlerError:
                return  # it is in the log

    def __call__(self, event: Any, context: Any) -> Any:
        """Answer one event.

        Raises:
            HandlerError: a direct invoke failed.
        """
        line = _Line(context, is_cold=self._is_cold)
        self._is_cold = False
        envelope = events.envelope_of(event)
        if envelope is Envelope.WARM_UP:
            return self._warm_up()
        if envelope is not Envelope.DIRECT:
            return events.encode(self._answer(event, envelope, line), envelope)
        try:
            answer = self._service.invoke(event, line.record)
        except HandlerError as error:
            self._log(line, error.status)
            raise
        self._log(line, 200)
        return answer

    def answer(self, request: Request) -> Response:
        """Answer an HTTP request that came in no event."""
        line = _Line(None, is_cold=self._is_cold)
        self._is_cold = False
        return self._answer_request(request, line)

    def _answer(self, event: Dict[str, Any], envelope: Envelope, line: "_Line") -> Response:
        try:
            request = events.decode(event, envelope)
        except Exception as error:  # an event that no gateway sends
            response = error_response(told(error, line.record))
            self._log(line, response.status, bytes_out=len(response.body))
            return response
        return self._answer_request(request, line)

    def _answer_request(self, request: Request, line: "_Line") -> Response:
        line.bytes_in = len(request.body)
        response = self._service.answer(request, line.record)
        self._log(line, response.status, bytes_out=len(response.body))
        return response

    def _warm_up(self) -> Dict[str, bool]:
        self.start()
        return {"warm": True}

    def _wake(self) -> None:
        """After SnapStart's snapshot: clocks have jumped, and others woke from the same."""
        snapshot.reseed()
        self._models.forget_failures()
        self._is_cold = True

    def _log(self, line: "_Line", status: int, bytes_out: Optional[int] = None) -> None:
        if self._settings.log_requests or status >= HandlerError.status:
            line.write(status, bytes_out)


class _Line:
    """The line that a request leaves in the log."""

    def __init__(self, context: Any, *, is_cold: bool) -> None:
        self.record = Record()
        self.bytes_in: Optional[int] = None
        self._is_cold = is_cold
        self._started = time.perf_counter()
        self._request_id = getattr(context, "aws_request_id", None)

    def write(self, status: int, bytes_out: Optional[int]) -> None:
        fields: Dict[str, Any] = {
            "level": "INFO" if status < HandlerError.status else "ERROR",
            "message": "request",
            "request_id": self._request_id,
            "status": status,
            "ms": round((time.perf_counter() - self._started) * 1000, 3),
            "cold_start": self._is_cold,
            "bytes_in": self.bytes_in,
            "bytes_out": bytes_out,
        }
        fields.update(self.record.noted())
        write_line(fields)


def _refuses(message: str) -> Callable[[str, Settings], LoadedModel]:
    def refuse(_path: str, _settings: Settings) -> LoadedModel:
        raise ModelError(message)

    return refuse
