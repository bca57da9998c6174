"""The few expressions that our workflows use, evaluated as GitHub does; all others are errors."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<number>\d+)|(?P<sign>\|\||&&|==|!=|[!()\[\],.])"
    r"|(?P<name>[A-Za-z_][\w-]*))"
)
_HOLE = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
_LITERALS = {"true": True, "false": False, "null": None}
# Values of contexts that GitHub leaves empty where they are not set; of others a name is an error.
_OPEN = frozenset({"inputs", "vars"})


class ExpressionError(Exception):
    """An expression that GitHub, or this evaluator, does not understand."""


def holes(text: str) -> list[str]:
    """The expressions inside a text."""
    return [hole.strip() for hole in _HOLE.findall(text)]


class Expressions:
    """Evaluates expressions in one place of a workflow.

    Args:
        contexts: by name, as far as they are known there.
        functions: by name.
    """

    def __init__(
        self, contexts: Mapping[str, Any], functions: Mapping[str, Callable[..., Any]]
    ) -> None:
        self._contexts = contexts
        self._functions = {"fromJSON": json.loads, **functions}

    def fill(self, text: Any) -> Any:
        """A text with its expressions filled in; one that is a single expression is its value."""
        if not isinstance(text, str):
            return text
        whole = _HOLE.fullmatch(text.strip())
        if whole:
            return self.value(whole[1])
        return _HOLE.sub(lambda hole: as_text(self.value(hole[1])), text)

    def value(self, expression: str) -> Any:
        tokens = _tokens(expression)
        value, rest = self._either(tokens)
        if rest:
            raise ExpressionError(f"{expression!r}: what is {rest[0][1]!r} for?")
        return value

    def _either(self, tokens):
        value, tokens = self._both(tokens)
        while tokens and tokens[0][1] == "||":
            other, tokens = self._both(tokens[1:])
            value = value if truth(value) else other
        return value, tokens

    def _both(self, tokens):
        value, tokens = self._compared(tokens)
        while tokens and tokens[0][1] == "&&":
            other, tokens = self._compared(tokens[1:])
            value = other if truth(value) else value
        return value, tokens

    def _compared(self, tokens):
        value, tokens = self._single(tokens)
        while tokens and tokens[0][1] in {"==", "!="}:
            same = tokens[0][1] == "=="
            other, tokens = self._single(tokens[1:])
            if type(value) is not type(other):
                raise ExpressionError(f"{value!r} and {other!r} are of two kinds")
            value = (value == other) is same
        return value, tokens

    def _single(self, tokens):
        if not tokens:
            raise ExpressionError("an expression ends too early")
        (kind, word), rest = tokens[0], tokens[1:]
        if word == "!":
            value, rest = self._single(rest)
            return not truth(value), rest
        if word == "(":
            value, rest = self._either(rest)
            return value, _expect(")", rest)
        if kind == "text":
            return word[1:-1].replace("''", "'"), rest
        if kind == "number":
            return int(word), rest
        if kind != "name":
            raise ExpressionError(f"{word!r} is out of place")
        if rest and rest[0][1] == "(":
            return self._called(word, rest[1:])
        return self._read(word, rest)

    def _called(self, name, tokens):
        arguments = []
        while tokens and tokens[0][1] != ")":
            value, tokens = self._either(tokens)
            arguments.append(value)
            if tokens and tokens[0][1] == ",":
                tokens = tokens[1:]
        if name not in self._functions:
            raise ExpressionError(f"{name}(): unknown here")
        return self._functions[name](*arguments), _expect(")", tokens)

    def _read(self, name, tokens):
        if name in _LITERALS:
            return _LITERALS[name], tokens
        if name not in self._contexts:
            raise ExpressionError(f"{name}: unknown here")
        value, path = self._contexts[name], name
        while tokens and tokens[0][1] == ".":
            (_, key), tokens = tokens[1], tokens[2:]
            path = f"{path}.{key}"
            if key not in value and name not in _OPEN:
                raise ExpressionError(f"{path}: unknown here")
            value = value.get(key)
        return value, tokens


def truth(value: Any) -> bool:
    return bool(value)


def as_text(value: Any) -> str:
    if isinstance(value, dict | list):
        raise ExpressionError(f"{value!r} is no text")
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _tokens(expression: str) -> list[tuple[str, str]]:
    found, place = [], 0
    while expression[place:].strip():
        match = _TOKEN.match(expression, place)
        if match is None:
            raise ExpressionError(f"{expression!r}: what is {expression[place:].strip()[0]!r}?")
        found.append((match.lastgroup, match[match.lastgroup]))
        place = match.end()
    return found


def _expect(word, tokens):
    if not tokens or tokens[0][1] != word:
        raise ExpressionError(f"{word!r} is missing")
    return tokens[1:]
