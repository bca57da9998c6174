"""One question of docs/http.md, and how it reaches the function."""

from __future__ import annotations

import base64
import gzip
import json
from dataclasses import dataclass, field
from typing import Any

JSON = {"content-type": "application/json"}


@dataclass(frozen=True, slots=True)
class Case:
    """One question, to a function with some model and some settings."""

    id: str
    """Also its heading."""
    text: str
    method: str = "POST"
    path: str = "/"
    body: Any = None
    """JSON; a text is sent as it is."""
    headers: dict[str, str] = field(default_factory=lambda: dict(JSON))
    settings: dict[str, str] = field(default_factory=dict)
    model: str = "iris"
    direct: bool = False
    """The body is the event itself."""
    packed: bool = False
    """The body is sent as gzip."""
    times: int = 0
    """So many rows such as the body's one."""
    shown: tuple[str, ...] = ()
    """Of the answer's headers."""

    def event(self) -> dict[str, Any]:
        """As an HTTP API or a function URL sends it."""
        if self.direct:
            return dict(self.body)
        context = {"http": {"method": self.method, "path": self.path}, "stage": "$default"}
        event: dict[str, Any] = {"version": "2.0", "rawPath": self.path, "rawQueryString": ""}
        event |= {"headers": self.headers, "requestContext": context}
        if self.times:
            beside = {name: value for name, value in self.body.items() if name != "input"}
            row = self.body["input"][0]
            return event | {"repeat": {"row": row, "times": self.times, "beside": beside}}
        if self.packed:
            data = gzip.compress(self.sent.encode(), mtime=0)
            return event | {"body": base64.b64encode(data).decode(), "isBase64Encoded": True}
        return event | {"body": self.sent}

    @property
    def sent(self) -> str:
        """The body as text."""
        if self.body is None:
            return ""
        return self.body if isinstance(self.body, str) else json.dumps(self.body)

    def to_json(self) -> dict[str, Any]:
        """What the guest is told."""
        told = {"id": self.id, "model": self.model, "settings": self.settings}
        return {**told, "event": self.event()}
