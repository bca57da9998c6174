"""Reads every bytecode file, whether or not anything imports it."""

import importlib.util
import marshal
import os
import sys
import types

# PEP 552 put four bytes of flags into the header.
HEADER_BYTES = 12 if sys.version_info < (3, 7) else 16


def broken_under(tree: str) -> list:
    """The bytecode files that this Python cannot load, as relative paths in order."""
    broken = []
    for folder, _, names in os.walk(tree):
        paths = (os.path.join(folder, name) for name in names if name.endswith(".pyc"))
        broken += [os.path.relpath(path, tree) for path in paths if not loads(path)]
    return sorted(broken)


def loads(path: str) -> bool:
    """Whether a file has this Python's magic number, and a code object behind its header."""
    with open(path, "rb") as file:
        content = file.read()
    if content[:4] != importlib.util.MAGIC_NUMBER:
        return False
    try:
        return isinstance(marshal.loads(content[HEADER_BYTES:]), types.CodeType)
    except (EOFError, MemoryError, TypeError, ValueError):
        return False
