"""The runtimes that the API of Lambda knows, as boto3 carries it: no account and no network."""

from __future__ import annotations

import botocore.session
from botocore.model import StringShape


def api_runtimes() -> tuple[str, ...]:
    """Every runtime that the API names, such as ``python3.14``; some may not be offered yet."""
    shape = botocore.session.Session().get_service_model("lambda").shape_for("Runtime")
    return tuple(shape.enum) if isinstance(shape, StringShape) else ()
