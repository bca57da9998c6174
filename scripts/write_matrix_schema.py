"""Writes docs/matrix.schema.json anew, after a change to the form of matrix.yaml or to its data."""

from __future__ import annotations

from pathlib import Path

from layerfactory.matrix.schema import json_schema_text

TARGET = Path(__file__).resolve().parent.parent / "docs" / "matrix.schema.json"


def main() -> None:
    """Write the file beside its place and rename it."""
    draft = TARGET.with_suffix(".tmp")
    draft.write_text(json_schema_text(), encoding="utf-8")
    draft.replace(TARGET)


if __name__ == "__main__":
    main()
