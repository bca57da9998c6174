"""Which path and method ask for what."""

import re
from typing import Any, NamedTuple, Optional

from scikit_learn_lambda.errors import MethodNotAllowedError, NotFoundError

PREDICT, HEALTH, METADATA, OPENAPI = "predict", "health", "metadata", "openapi"
PREFLIGHT = "preflight"
# Whatever stands before, such as the base path of a custom domain.
READ = {"health": HEALTH, "ping": HEALTH, "openapi.json": OPENAPI}
# No separator and no leading dot: a name cannot leave its place in the path of the model.
NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,127}"
MODEL = re.compile("/models/(?P<name>" + NAME + ")(?:/(?P<last>[a-z.]+))?$")
READING = ("GET", "HEAD")


class Route(NamedTuple):
    """What is asked for, and of which model where there are several."""

    name: str
    model: Optional[str] = None


def find_route(method: str, path: str, *, many: bool = False, preflight: bool = False) -> Route:
    """Find what a request asks for.

    Args:
        method: of HTTP, in capitals.
        path: without the query.
        many: whether requests name the model.
        preflight: whether browsers may ask what is allowed.

    Raises:
        NotFoundError: there is no such thing.
        MethodNotAllowedError: there is, for another method.
    """
    if preflight and method == "OPTIONS":
        return Route(PREFLIGHT)
    path = path.rstrip("/")
    last = path.rsplit("/", 1)[-1]
    found = MODEL.search(path) if many else None
    model = found.group("name") if found else None
    if found:
        last = found.group("last") or ""
    return Route(_name(method, path, last, is_model=found is not None), model)


def is_model_name(name: Any) -> bool:
    """Whether a direct invoke may name a model so."""
    return isinstance(name, str) and re.fullmatch(NAME, name) is not None


def _name(method: str, path: str, last: str, *, is_model: bool) -> str:
    if last in READ:
        if method in READING:
            return READ[last]
        raise MethodNotAllowedError(*READING)
    # A model's own path, and the root, tell what they are.
    describes = not path or (is_model and not last)
    if method in READING and describes:
        return METADATA
    if method == "POST":
        return PREDICT
    if describes:
        raise MethodNotAllowedError(*READING, "POST")
    if method not in READING or last in ("predict", "invocations"):
        raise MethodNotAllowedError("POST")
    raise NotFoundError("There is nothing at this path.")
