"""Sees every source file that the import system compiles."""

import importlib.util
import os
from importlib.machinery import SourceFileLoader


class CompileWatch:
    """Records from its making on. Strings given to ``exec`` are no modules and do not count."""

    def __init__(self) -> None:
        self._paths = []
        self._watch()

    def _watch(self) -> None:
        original = SourceFileLoader.source_to_code

        def recording(loader, data, path, *more, **options):
            self._paths.append(os.fsdecode(path))
            return original(loader, data, path, *more, **options)

        SourceFileLoader.source_to_code = recording

    def blindness(self, scratch: str) -> str:
        """Why the watch cannot be believed, found by importing a fresh file; empty if it can."""
        path = os.path.join(scratch, "canary.py")
        with open(path, "w", encoding="ascii") as file:
            file.write("SEEN = True\n")
        spec = importlib.util.spec_from_file_location("canary", path)
        spec.loader.exec_module(importlib.util.module_from_spec(spec))
        return "" if path in self._paths else "the import system compiles past the watch"

    def compiled_under(self, tree: str) -> list:
        """The compiled files inside the tree, as relative paths in order."""
        inside = os.path.join(tree, "")
        found = {os.path.realpath(path) for path in self._paths}
        return sorted(os.path.relpath(path, tree) for path in found if path.startswith(inside))
