"""Reference pages: the keys of matrix.yaml, out of its schema, and the handler's settings."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from scikit_learn_lambda.settings import VARIABLES

from layerfactory.data.regions import region_groups, regions
from layerfactory.matrix.schema import json_schema

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_MANY = 12
"""Choices that are listed in a table; more have a place of their own."""

MATRIX_EXAMPLE = """\
# yaml-language-server: $schema=docs/matrix.schema.json
version: 1
cells:
  - python: ["3.12", "3.13"]      # times two releases, times two architectures: eight cells
    scikit-learn: ["1.8.0", "1.9.1"]
    architectures: [x86_64, arm64]
  - python: "3.7"                 # one value needs no brackets
    scikit-learn: "0.23.1"
    bytecode: sources
  - python: "3.12"                # the variant with pandas
    scikit-learn: "1.9.1"
    extras: pandas
exclude: ["py3.12-sklearn1.8.0-arm64"]
groups:
  ours: [us-west-2, eu-west-1]
regions: [ours, ap-southeast-2]
public: true
"""
_MATRIX_HEAD = f"""\
<!-- Written by scripts/write_docs.py out of layerfactory/matrix/schema.py. -->

# matrix.yaml

What layerfactory builds, and where it publishes. The [JSON Schema](matrix.schema.json) tells your
editor every key while you type, by the first line below. `layerfactory plan` shows what comes of
the file and touches nothing; every fault is told at once, each with its line and key.

```yaml
{MATRIX_EXAMPLE}```

An entry of `cells` stands for every combination of its lists. Versions are quoted, so that others
do not read 3.10 as 3.1; layerfactory itself takes them as they are written.
"""
_SETTINGS_HEAD = """\
<!-- Written by scripts/write_docs.py out of handler/scikit_learn_lambda/settings.py. -->

# Settings of the handler

Environment variables of the function. One with a value that it cannot have is told in the log, and
requests get [503](http.md#503-model_unavailable) until it is mended.

| variable | default | meaning |
|---|---|---|
"""
_SETTINGS_TAIL = """
Beyond these:

| variable | meaning |
|---|---|
| `SKLEARN_EAGER` | `1` loads the model at import outside of Lambda, too; there it always is |
| `OMP_NUM_THREADS`, `OPENBLAS_NUM_THREADS`, `MKL_NUM_THREADS` | threads; else one for 1769 MB |
| `JOBLIB_MULTIPROCESSING` | `0` on Lambda by default: there is no shared memory |
| `AWS_ENDPOINT_URL_S3`, `AWS_ENDPOINT_URL` | another S3 than AWS's |

Each is read once, when the function starts. [The handler's page](../handler/README.md) tells more.
"""


def matrix_page() -> str:
    """docs/matrix-reference.md."""
    schema = json_schema()
    definitions = schema["$defs"]
    entry = definitions["CellEntry"]
    parts = [_MATRIX_HEAD, "## The file\n", _keys(schema, definitions)]
    parts += ["## An entry of cells\n", f"{entry['description']}\n", _keys(entry, definitions)]
    parts += ["## Regions and groups\n", _regions()]
    return "\n".join(parts)


def settings_page() -> str:
    """docs/handler-settings.md."""
    lines = [
        f"| `{each.name}` | {f'`{each.default}`' if each.default else ''} | {each.meaning} |"
        for each in VARIABLES
    ]
    return _SETTINGS_HEAD + "\n".join(lines) + "\n" + _SETTINGS_TAIL


def _keys(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> str:
    lines = ["| key | takes | default | meaning |", "|---|---|---|---|"]
    for name, form in schema["properties"].items():
        takes = "<br>".join(dict.fromkeys(_forms(form, definitions)))
        required = name in schema["required"]
        default = "**required**" if required else _default(form)
        lines.append(f"| `{name}` | {takes} | {default} | {form['description']} |")
    return "\n".join(lines) + "\n"


def _default(form: Mapping[str, Any]) -> str:
    value = form.get("default")
    text = json.dumps(value).replace('"', "")
    return "" if value in (None, [], {}) else f"`{text}`"


def _forms(form: Mapping[str, Any], definitions: Mapping[str, Any]) -> Iterator[str]:
    """What may stand there, a phrase for each form; what only stands for "nothing" is left out."""
    if "$ref" in form:
        yield from _forms(definitions[form["$ref"].rpartition("/")[2]], definitions)
    elif "anyOf" in form:
        for each in form["anyOf"]:
            yield from _forms(each, definitions)
    elif form.get("type") != "null":
        yield _phrase(form)


def _phrase(form: Mapping[str, Any]) -> str:
    """One form in words."""
    if "const" in form:
        return f"`{form['const']}`"
    if "enum" in form:
        few = len(form["enum"]) <= _MANY
        names = ", ".join(f"`{name}`" for name in form["enum"])
        return names if few else "a [region or group](#regions-and-groups)"
    if "examples" in form and "pattern" in form:
        return f"such as `{form['examples'][0]}`"
    if "pattern" in form:
        return "a group of your own"
    if form["type"] == "array":
        return f"a list of {_item(form['items'])}"
    return {"object": "a mapping", "boolean": "`true`, `false`"}[form["type"]]


def _item(items: Mapping[str, Any]) -> str:
    if items.get("$ref", "").endswith("/CellEntry"):
        return "[entries](#an-entry-of-cells)"
    return "globs" if items == {"type": "string"} else "these"


def _regions() -> str:
    groups = ["| group | regions |", "|---|---|"]
    for name, members in region_groups().items():
        names = ", ".join(f"`{region.name}`" for region in members)
        groups.append(f"| `{name}` | {names} |")
    listed = {region.name for members in region_groups().values() for region in members}
    alone = ", ".join(f"`{name}`" for name in regions() if name not in listed)
    return "\n".join(groups) + f"\n\nIn no group, and named one by one: {alone}.\n"
