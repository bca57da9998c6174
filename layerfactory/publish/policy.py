"""What the policy of a layer version allows, and which part of it is ours."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

READ_ACTION = "lambda:GetLayerVersion"
"""The one action that a layer's policy grants."""
STATEMENT_ID = "public"
"""The one permission that layerfactory gives, and so may take back."""


@dataclass(frozen=True, slots=True)
class Access:
    """Who may use a version."""

    public: bool = False
    """Every account, on no condition."""
    ours: bool = False
    """By the statement that we give."""
    others: tuple[str, ...] = ()
    """The Sids of statements that somebody else gave, whatever they allow."""
    alteration: str = ""
    """What our statement says otherwise than we gave it; empty where it is whole, or not there."""
    public_by: tuple[str, ...] = ()
    """The Sids of those others that let every account use it: it is public without ours as well."""


NOBODY = Access()
"""There is no policy: the account itself, and nobody else."""


def read_access(policy: str) -> Access:
    """Read a policy (JSON).

    Raises:
        ValueError: it is none.
    """
    statements = _listed(json.loads(policy).get("Statement", []))
    ours = [each for each in statements if each.get("Sid") == STATEMENT_ID]
    others = [each for each in statements if each not in ours]
    return Access(
        public=any(map(_is_public, statements)),
        ours=any(map(_is_public, ours)),
        others=_sids(others),
        alteration=next(filter(None, map(_alteration, ours)), ""),
        public_by=_sids(filter(_is_public, others)),
    )


def _sids(statements: Iterable[dict[str, Any]]) -> tuple[str, ...]:
    return tuple(str(each.get("Sid", "")) for each in statements)


def _is_public(statement: dict[str, Any]) -> bool:
    return not _alteration(statement)


def _alteration(statement: dict[str, Any]) -> str:
    """What keeps a statement from letting every account use the version."""
    if statement.get("Effect") != "Allow":
        return f"has the effect {statement.get('Effect')}"
    principal = statement.get("Principal")
    if isinstance(principal, dict):
        principal = principal.get("AWS")
    if "*" not in _listed(principal):
        return f"names {', '.join(map(str, _listed(principal)))}"
    if READ_ACTION not in _listed(statement.get("Action")):
        return f"allows {', '.join(map(str, _listed(statement.get('Action'))))}"
    if condition := statement.get("Condition"):
        return f"has the condition {json.dumps(condition, sort_keys=True)}"
    return ""


def _listed(value: Any) -> list[Any]:
    """IAM writes a list of one as the one."""
    return value if isinstance(value, list) else [value]
