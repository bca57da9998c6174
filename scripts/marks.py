"""Pages that a person wrote, with tables in them that come out of the code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def fill(page: str, tables: Mapping[str, str], name: str) -> str:
    """Put each table between its marks, ``<!-- begin rules: make docs -->`` and its end.

    Args:
        page: as it was.
        tables: by the name in the marks.
        name: of the page, for the message.

    Raises:
        SystemExit: the marks of a table are not there, exactly once.
    """
    for table, text in tables.items():
        begin, end = f"<!-- begin {table}: make docs -->\n", f"<!-- end {table} -->"
        pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
        # Backslashes of a table are no groups of the pattern.
        page, count = pattern.subn((begin + text + end).replace("\\", r"\\"), page)
        if count != 1:
            raise SystemExit(f"{name}: the marks of the table {table} are not there")
    return page
