"""docs/http.md: what is asked, out of http_questions.py, and what the handler really answered."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from http_questions import SECTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from http_cases import Case

ANSWERS = "docs/http-answers.json"
_WIDE = 92
_LONG = 40
"""Lines of an answer that are shown at once; of more only where a reader asks for them."""
_HEAD = """\
<!-- Written by scripts/write_docs.py out of http_questions.py and docs/http-answers.json. -->

# Questions and answers over HTTP

Each answer below was given by the handler, under Python {python} with scikit-learn {scikit_learn};
a test asks everything again, of a real layer. White space is added for reading. The models are
small ones of iris flowers, texts and places.

API Gateway (REST and HTTP APIs), function URLs and load balancers all get the same; which one asks,
the handler sees by itself. Every answer is strict JSON with `Content-Type: application/json`.
"""


def http_page(recorded: Mapping[str, Any]) -> str:
    """The page; raises KeyError where a question has no answer yet."""
    parts = [_HEAD.format(**recorded["made_with"])]
    for title, text, cases in SECTIONS:
        parts += [f"## {title}", "", text, ""]
        for case in cases:
            parts += _case(case, recorded["answers"][case.id])
    return "\n".join(parts).rstrip() + "\n"


def _case(case: Case, answer: Any) -> Iterator[str]:
    yield f"### {case.id}\n"
    if case.text:
        yield f"{case.text}\n"
    if case.direct:
        yield _fenced("json", pretty(case.body))
        raised = isinstance(answer, dict) and "raised" in answer
        told = f"{answer['raised']}: {answer['message']}" if raised else pretty(answer)
        yield _fenced("text" if raised else "json", told)
        return
    yield _fenced("http", _asked(case))
    yield from _answered(case, answer)


def _asked(case: Case) -> str:
    names = {name for name in case.headers if name != "content-type" or case.packed}
    if case.headers.get("content-type") not in {"application/json", None}:
        names.add("content-type")
    head = [f"{case.method} {case.path} HTTP/1.1"]
    head += [f"{name.title()}: {case.headers[name]}" for name in sorted(names)]
    if case.body is None:
        return "\n".join(head)
    body = case.body if isinstance(case.body, str) else pretty(case.body)
    if case.times:
        body += f"\n\n… with {case.times:,} such rows"
    return "\n".join([*head, "", body])


def _answered(case: Case, answer: Mapping[str, Any]) -> Iterator[str]:
    status = HTTPStatus(answer["statusCode"])
    head = [f"HTTP/1.1 {status.value} {status.phrase}"]
    head += [f"{name.title()}: {answer['headers'][name]}" for name in case.shown]
    body = pretty(json.loads(answer["body"])) if answer["body"] else ""
    text = _fenced("http", "\n".join([*head, "", body] if body else head))
    if body.count("\n") < _LONG:
        yield text
    else:
        told = f"{status.value}, with {len(body):,} characters"
        yield f'<details markdown="1"><summary>{told}</summary>\n'
        yield f"{text}\n</details>\n"


def _fenced(language: str, text: str) -> str:
    return f"```{language}\n{text}\n```\n"


def pretty(value: Any, indent: str = "") -> str:
    """JSON for reading: what fits a line is on one."""
    flat = json.dumps(value, ensure_ascii=False)
    if len(indent) + len(flat) <= _WIDE or not isinstance(value, (dict, list)) or not value:
        return flat
    deeper = indent + "  "
    if isinstance(value, dict):
        pairs = (f"{json.dumps(name)}: {pretty(each, deeper)}" for name, each in value.items())
        lines, ends = list(pairs), "{}"
    else:
        lines, ends = [pretty(each, deeper) for each in value], "[]"
    inner = ",\n".join(deeper + line for line in lines)
    return f"{ends[0]}\n{inner}\n{indent}{ends[1]}"
