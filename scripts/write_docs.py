"""Write the pages and schemas that come out of the code, or check that they are up to date.

python scripts/write_docs.py [--check]
"""

from __future__ import annotations

import argparse
import difflib
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from layerfactory.errors import LayerFactoryError

if TYPE_CHECKING:
    from collections.abc import Callable

# What the pipeline takes away by itself, in the words of the rules.
TRIM_STEPS = (
    (
        "| `sources` | `*.py` whose bytecode is shipped | under the policy `sources` | Python loads"
        " the bytecode; without it each cold start would compile, because /opt is read-only. |"
    ),
    (
        "| `elf-dead-bytes` | what no segment of an ELF file holds | files that cannot be rewritten"
        " safely | The loader maps segments and reads nothing else. |"
    ),
)

ROOT = Path(__file__).resolve().parent.parent
# The handler is a distribution of its own, and not installed here.
sys.path.append(str(ROOT / "handler"))


def cli_page() -> str:
    """Every verb with its options, as typer writes them."""
    from typer.cli import app as typer_cli
    from typer.testing import CliRunner

    words = ["layerfactory.cli.app", "utils", "docs", "--name", "layerfactory"]
    done = CliRunner().invoke(typer_cli, words, catch_exceptions=False)
    note = "<!-- Written by scripts/write_docs.py: change the verbs, then run `make docs`. -->\n\n"
    return note + done.stdout.strip() + "\n"


def schema_page() -> str:
    """The JSON Schema of matrix.yaml, for editors."""
    from layerfactory.matrix.schema import json_schema_text

    return json_schema_text()


def retired_schema_page() -> str:
    """The JSON Schema of retired.yaml, for editors."""
    from layerfactory.catalog.retired_form import json_schema_text

    return json_schema_text()


def layers_schema_page() -> str:
    """The JSON Schema of layers.json; it is shipped with the package."""
    from layerfactory.catalog.json_form import json_schema_text

    return json_schema_text()


def catalog_page() -> str:
    """The page on the index, its tables out of the code and all else as a person wrote it."""
    from catalog_page import with_tables

    return with_tables((ROOT / "docs/catalog.md").read_text(encoding="utf-8"))


def making_page() -> str:
    """The page on how a layer is made, its tables out of a record."""
    from making_page import with_tables

    page = (ROOT / "docs/how-a-layer-is-made.md").read_text(encoding="utf-8")
    return with_tables(page, ROOT / "records", ROOT / "docs/benchmarks/one_cell.json")


def http_page() -> str:
    """What the handler answers, out of what it answered."""
    from http_page import ANSWERS, http_page

    return http_page(json.loads((ROOT / ANSWERS).read_text(encoding="utf-8")))


def matrix_reference_page() -> str:
    """Every key of matrix.yaml, out of its schema."""
    from reference_pages import matrix_page

    return matrix_page()


def settings_page() -> str:
    """The handler's environment variables."""
    from reference_pages import settings_page

    return settings_page()


def pipeline_picture() -> str:
    """The rooms, drawn."""
    from pipeline_svg import pipeline_svg

    return pipeline_svg()


def trim_page() -> str:
    """The trim rules as a table."""
    from layerfactory.build.trim import trim_rules

    lines = [
        "<!-- Written by scripts/write_docs.py out of layerfactory/data/trim_rules.yaml. -->",
        "",
        "# What a layer leaves out",
        "",
        "Each byte that goes is booked to the first rule that takes it; the manifest beside the",
        "zip has the bill. Licence texts and `METADATA` always stay.",
        "",
        "| rule | takes | but not | why |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| `{rule.id}` | {_code(rule.patterns)} | {_code(rule.exceptions)} | {rule.why} |"
        for rule in trim_rules()
    ]
    return "\n".join([*lines, *TRIM_STEPS]) + "\n"


def runtimes_page() -> str:
    """The runtimes as a table."""
    from layerfactory.data.runtimes import runtimes

    lines = [
        "<!-- Written by scripts/write_docs.py out of layerfactory/data/runtimes.yaml. -->",
        "",
        "# Lambda's Python runtimes",
        "",
        "| runtime | operating system | glibc | GLIBCXX | architectures | ends | build image |",
        "|---|---|---|---|---|---|---|",
    ]
    for runtime in runtimes().values():
        glibc, glibcxx = (".".join(map(str, v)) for v in (runtime.glibc, runtime.glibcxx))
        lines.append(
            f"| {runtime.name} | {runtime.os} | {glibc} | {glibcxx} "
            f"| {', '.join(runtime.architectures)} | {runtime.deprecated or ''} "
            f"| `{runtime.build_image}` |"
        )
    return "\n".join(lines) + "\n"


def records_page() -> str:
    """What is proven of each cell, out of the records alone."""
    from matrix_page import matrix_page

    return matrix_page(ROOT / "records")


def tests_page() -> str:
    """What was run of the packages' own tests, out of the reports on record alone."""
    from upstream_page import upstream_page

    return upstream_page(ROOT / "records" / "upstream")


def _code(patterns: tuple[str, ...]) -> str:
    return ", ".join(f"`{pattern}`" for pattern in patterns)


PAGES: dict[str, Callable[[], str]] = {
    "docs/catalog.md": catalog_page,
    "docs/cli.md": cli_page,
    "docs/handler-settings.md": settings_page,
    "docs/how-a-layer-is-made.md": making_page,
    "docs/http.md": http_page,
    "docs/matrix-reference.md": matrix_reference_page,
    "docs/matrix.md": records_page,
    "docs/matrix.schema.json": schema_page,
    "docs/pipeline.svg": pipeline_picture,
    "docs/retired.schema.json": retired_schema_page,
    "docs/runtimes.md": runtimes_page,
    "docs/trim-rules.md": trim_page,
    "docs/upstream-tests.md": tests_page,
    "layerfactory/catalog/layers.schema.json": layers_schema_page,
}


def main(argv: list[str] | None = None) -> int:
    """Write or check every page; 1 where a checked page is out of date."""
    parser = argparse.ArgumentParser(description="Write the generated pages and schemas.")
    parser.add_argument("--check", action="store_true", help="change nothing, fail if out of date")
    check = parser.parse_args(argv).check
    try:
        pages = {name: page() for name, page in PAGES.items()}
    except LayerFactoryError as error:  # a record that is damaged
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    stale = 0
    for name, text in pages.items():
        path = ROOT / name
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        if before == text:
            continue
        stale += 1
        if check:
            diff = difflib.unified_diff(
                before.splitlines(), text.splitlines(), name, "as it is now"
            )
            print("\n".join(list(diff)[:20]))
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            print(f"wrote {name}")
    if check and stale:
        print(f"error: {stale} pages are out of date\n  -> make docs")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
