"""What AWS has: one version of a layer as it was read back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

READ_ACTION = "lambda:GetLayerVersion"
"""The one action that a layer's policy grants."""


@dataclass(frozen=True, slots=True)
class RemoteVersion:
    """One version of a layer in one region."""

    layer_name: str
    version: int
    arn: str
    code_sha256: str
    """The zip's sha256 in base64, as AWS counted it."""
    created: datetime
    public: bool
    """Its policy lets every account use it."""


def grants_everybody(policy: str) -> bool:
    """Whether a layer version's policy (JSON) lets every account use it, on no condition."""
    statements = json.loads(policy).get("Statement", [])
    return any(_is_public(statement) for statement in _listed(statements))


def _is_public(statement: dict[str, Any]) -> bool:
    principal = statement.get("Principal")
    if isinstance(principal, dict):
        principal = principal.get("AWS")
    return (
        statement.get("Effect") == "Allow"
        and "*" in _listed(principal)
        and READ_ACTION in _listed(statement.get("Action"))
        and not statement.get("Condition")
    )


def _listed(value: Any) -> list[Any]:
    """IAM writes a list of one as the one."""
    return value if isinstance(value, list) else [value]
