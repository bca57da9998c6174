"""What can go wrong with a request: each kind has a status and a code that stay as they are.

A direct invoke raises these, so their names are what a state machine catches. Their messages are
ours: none repeats what was sent, nor what happened inside.
"""

from typing import Dict


class HandlerError(Exception):
    """A request that cannot be answered."""

    status = 500
    code = "internal_error"

    @property
    def headers(self) -> Dict[str, str]:
        """Headers that belong to the answer."""
        return {}


class InvalidInputError(HandlerError):
    """What was sent is not what the model takes."""

    status = 400
    code = "invalid_input"


class InvalidJsonError(InvalidInputError):
    """The body is no JSON object."""

    code = "invalid_json"


class UnsupportedOutputError(InvalidInputError):
    """The model has no such output."""

    code = "unsupported_output"


class NotFoundError(HandlerError):
    """Nothing is at this path."""

    status = 404
    code = "not_found"


class MethodNotAllowedError(HandlerError):
    """What is at this path is asked for with another method."""

    status = 405
    code = "method_not_allowed"

    def __init__(self, *allowed: str) -> None:
        self.allowed = ", ".join(allowed)
        super().__init__("Use {} here.".format(" or ".join(allowed)))

    @property
    def headers(self) -> Dict[str, str]:
        """HTTP wants to be told which methods there are."""
        return {"allow": self.allowed}


class RequestTooLargeError(HandlerError):
    """More was sent than this function takes."""

    status = 413
    code = "request_too_large"


class ResponseTooLargeError(HandlerError):
    """The answer is larger than Lambda lets through."""

    status = 413
    code = "response_too_large"


class UnsupportedMediaTypeError(HandlerError):
    """The body is in a form that is not understood."""

    status = 415
    code = "unsupported_media_type"


class InternalError(HandlerError):
    """A fault of the function or of its model; the log has the cause."""


class ModelUnavailableError(HandlerError):
    """The model could not be loaded; the log has the cause, and the next request tries again."""

    status = 503
    code = "model_unavailable"

    @property
    def headers(self) -> Dict[str, str]:
        """Seconds until another try is worth it."""
        return {"retry-after": "1"}


class DeploymentError(Exception):
    """A fault of the deployment; its message is for the log alone."""


class SettingsError(DeploymentError):
    """An environment variable has a value that it cannot have."""


class ModelError(DeploymentError):
    """The model cannot be loaded."""


class ModelNotFoundError(ModelError):
    """There is no such model file."""
