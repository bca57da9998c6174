"""Keeps the models that were loaded, and the failures of those that were not."""

import time
from collections import OrderedDict
from typing import Callable, Dict, NamedTuple, Optional, Type

from scikit_learn_lambda.errors import (
    HandlerError,
    ModelNotFoundError,
    ModelUnavailableError,
    NotFoundError,
)
from scikit_learn_lambda.logs import trace, write
from scikit_learn_lambda.model import LoadedModel, load
from scikit_learn_lambda.settings import Settings

# Seconds until a load that failed is tried again: twice as long each time.
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
# Failures kept of models that requests name: anybody can name what does not exist.
MAX_FAILURES = 100


class Failure(NamedTuple):
    """A load that failed."""

    kind: Type[HandlerError]
    message: str
    again_at: float
    pause: float


class Models:
    """The function's model, or its models by name."""

    def __init__(
        self,
        settings: Settings,
        *,
        loader: Callable[[str, Settings], LoadedModel] = load,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._loader = loader
        self._clock = clock
        self._loaded: OrderedDict[Optional[str], LoadedModel] = OrderedDict()
        self.loads = 0
        """How many there were since the process started."""
        self._failures: Dict[Optional[str], Failure] = {}

    def get(self, name: Optional[str] = None) -> LoadedModel:
        """A model; it is loaded if it is not there yet.

        Raises:
            NotFoundError: there is none of this name.
            ModelUnavailableError: it cannot be loaded.
        """
        model = self._loaded.get(name)
        if model is not None:
            if name is not None:
                self._loaded.move_to_end(name)
            return model
        failure = self._failures.get(name)
        if failure is not None and self._clock() < failure.again_at:
            raise failure.kind(failure.message)
        return self._load(name)

    def forget_failures(self) -> None:
        """Try again at once; clocks have jumped."""
        self._failures.clear()

    def _load(self, name: Optional[str]) -> LoadedModel:
        path = self._settings.model_path.replace("{name}", name or "")
        try:
            model = self._loader(path, self._settings)
        except Exception as error:
            failure = self._keep(name, error)
            raise failure.kind(failure.message) from None
        self._failures.pop(name, None)
        self.loads += 1
        _tell(model, name)
        self._loaded[name] = model
        while len(self._loaded) > self._settings.max_models:
            self._loaded.popitem(last=False)
        return model

    def _keep(self, name: Optional[str], error: Exception) -> Failure:
        kind: Type[HandlerError] = ModelUnavailableError
        message = "The model could not be loaded."
        if name is not None and isinstance(error, ModelNotFoundError):
            kind, message = NotFoundError, "There is no such model."
        else:
            write("ERROR", str(error), model=name, cause=trace(error))
        before = self._failures.get(name)
        pause = min(before.pause * 2, LONGEST_PAUSE) if before else FIRST_PAUSE
        if len(self._failures) >= MAX_FAILURES:
            self._failures.clear()
        failure = Failure(kind, message, self._clock() + pause, pause)
        self._failures[name] = failure
        return failure


def _tell(model: LoadedModel, name: Optional[str]) -> None:
    fields = {
        "model": name,
        "type": model.facts.name,
        "trained_with": " and ".join(model.trained_with),
        "scikit_learn": model.scikit_learn,
        "bytes": model.size,
        "etag": model.etag,
        "version_id": model.version_id,
        "load_ms": model.load_ms,
    }
    known = {name: value for name, value in fields.items() if value is not None}
    write("INFO", "model loaded", **known)
