"""The shipped role as CloudFormation would make it of the template, and what its policies allow."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

if TYPE_CHECKING:
    from iam_actions import Need

REPOSITORY = Path(__file__).parents[2]
TEMPLATE = REPOSITORY / ".github" / "aws" / "publishing-role.yaml"
ACCOUNT = "123456789012"
"""moto's own."""


@dataclass(frozen=True)
class Statement:
    effect: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]

    def covers(self, need: Need) -> bool:
        return need.action in self.actions and any(
            matches(pattern, need.resource) for pattern in self.resources
        )


@dataclass(frozen=True)
class Role:
    trust: dict[str, Any]
    statements: tuple[Statement, ...]
    session_seconds: int

    @property
    def allowed(self) -> set[str]:
        """Every action that is allowed on anything."""
        return {a for each in self.statements if each.effect == "Allow" for a in each.actions}

    def allows(self, need: Need) -> bool:
        return {each.effect for each in self.statements if each.covers(need)} == {"Allow"}


def matches(pattern: str, resource: str) -> bool:
    """As IAM compares resources: ``*`` is any text, also with colons and slashes."""
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), resource) is not None


class Stack:
    """The template with its parameters; no resource is really made.

    Args:
        partition: where it is deployed.
        parameters: what is told; the others have their defaults.
    """

    def __init__(self, partition: str = "aws", **parameters: str) -> None:
        self.template = read_template()
        self._values = {"AWS::Partition": partition, "AWS::AccountId": ACCOUNT, **parameters}
        for name, parameter in self.template["Parameters"].items():
            value = self._values.setdefault(name, parameter.get("Default"))
            if not re.fullmatch(parameter.get("AllowedPattern", ".*"), str(value)):
                raise ValueError(f"{name}: {value!r} is refused")

    @cached_property
    def resources(self) -> dict[str, Any]:
        """The properties of all that would be made."""
        return {
            name: self._resolve(resource["Properties"])
            for name, resource in self.template["Resources"].items()
            if "Condition" not in resource or self._holds(resource["Condition"])
        }

    def role(self, name: str = "PublishingRole") -> Role:
        found = self.resources[name]
        documents = [
            self.resources[policy]["PolicyDocument"] for policy in found["ManagedPolicyArns"]
        ]
        return Role(
            trust=found["AssumeRolePolicyDocument"],
            statements=tuple(
                Statement(each["Effect"], _listed(each["Action"]), _listed(each["Resource"]))
                for document in documents
                for each in document["Statement"]
            ),
            session_seconds=int(found["MaxSessionDuration"]),
        )

    def _resolve(self, value: Any) -> Any:
        match value:
            case {"Ref": name}:
                return self._values.get(name, name)
            case {"Fn::Sub": text}:
                return re.sub(r"\$\{([^}]+)\}", lambda found: str(self._values[found[1]]), text)
            case {"Fn::If": [condition, then, otherwise]}:
                return self._resolve(then if self._holds(condition) else otherwise)
            case dict():
                return {key: self._resolve(each) for key, each in value.items()}
            case list():
                return [self._resolve(each) for each in value]
        return value

    def _holds(self, name: str) -> bool:
        return self._decide(self.template["Conditions"][name])

    def _decide(self, condition: Any) -> bool:
        match condition:
            case {"Fn::Equals": [one, other]}:
                return bool(self._resolve(one) == self._resolve(other))
            case {"Fn::Not": [inner]}:
                return not self._decide(inner)
        raise ValueError(f"{condition} is no condition that is known here")


def read_template() -> Any:
    """The template with the long names of its functions: ``!Sub x`` is ``{"Fn::Sub": "x"}``."""
    yaml = YAML(typ="safe", pure=True)
    yaml.constructor.add_multi_constructor("!", _function)
    return yaml.load(TEMPLATE.read_text("utf-8"))


def _function(constructor: Any, name: str, node: Any) -> dict[str, Any]:
    construct = {
        MappingNode: constructor.construct_mapping,
        ScalarNode: constructor.construct_scalar,
        SequenceNode: constructor.construct_sequence,
    }[type(node)]
    value = construct(node) if isinstance(node, ScalarNode) else construct(node, deep=True)
    return {name if name == "Ref" else f"Fn::{name}": value}


def _listed(value: str | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)
