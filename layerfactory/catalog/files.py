"""layers.csv and layers.json: read, and written together by one process at a time."""

from __future__ import annotations

import fcntl
import os
from codecs import BOM_UTF8
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from layerfactory.build.files import disk_faults, replacing
from layerfactory.catalog.arrange import one_a_place
from layerfactory.catalog.read import REMEDY, read_csv
from layerfactory.catalog.write import to_csv
from layerfactory.errors import BuildError, CatalogError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from layerfactory.catalog.row import Row


CATALOG = "layers.csv"
"""It lies beside matrix.yaml."""


@dataclass(frozen=True, slots=True)
class CatalogFiles:
    """The two files of one catalogue."""

    csv: Path
    json: Path

    @classmethod
    def of(cls, path: Path) -> CatalogFiles:
        """Those of which a person names the one or the other.

        Raises:
            CatalogError: it is a folder.
        """
        if path.suffix == ".json":
            return cls(path.with_suffix(".csv"), path)
        if path.suffix == ".csv":
            return cls(path, path.with_suffix(".json"))
        if not path.name or path.is_dir():
            raise CatalogError(f"{path}: is a folder", f"Name a file in it: {path / CATALOG}")
        return cls(path, path.with_name(f"{path.name}.json"))

    @property
    def exist(self) -> bool:
        """Whether there is one of them at least."""
        return self.csv.exists() or self.json.exists()

    def read(self) -> tuple[Row, ...]:
        """The rows of both, each once; none where there is neither.

        They differ only where an older layerfactory wrote the one, or a run was killed between
        them: then layers.json, which is written first, is the newer.

        Raises:
            CatalogError: one of them is damaged.
        """
        found = {row.arn: row for path in (self.csv, self.json) for row in read_rows(path)}
        return tuple(sorted(found.values(), key=lambda row: row.sort_key))

    def write(self, rows: Iterable[Row]) -> None:
        """Write both, or neither where one cannot be; a link stays one, its target is written.

        Raises:
            CatalogError: a file cannot be written.
        """
        from layerfactory.catalog.json_form import to_json

        every = tuple(rows)
        csv_text, json_text = to_csv(one_a_place(every)), to_json(every)
        csv_path, json_path = (Path(os.path.realpath(path)) for path in (self.csv, self.json))
        # Both are on the disk before the first takes its place: the JSON, as it opens last.
        with _told(), replacing(csv_path) as csv, replacing(json_path) as json:
            json.write(json_text.encode())
            csv.write(csv_text.encode())
            csv.flush()
            os.fsync(csv.fileno())

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Wait for others that write here, so that both files come from one run.

        The folder itself is locked: no file has to be made for that, and nothing stays of a kill.

        Raises:
            CatalogError: the folder cannot be made or opened.
        """
        folder = Path(os.path.realpath(self.csv)).parent
        with _told(), disk_faults(folder):
            folder.mkdir(parents=True, exist_ok=True)
            handle = os.open(folder, os.O_RDONLY)
        try:
            # Some network file systems lock no folders. Two runs at once may then leave the one's
            # CSV beside the other's JSON, and the next index makes them equal.
            with suppress(OSError):
                fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)


def read_rows(path: Path) -> tuple[Row, ...]:
    """All rows of a layers.csv or a layers.json; none where there is no such file.

    Raises:
        CatalogError: the file is no catalogue; the message says where it is damaged.
    """
    if not path.exists():
        return ()
    return _read_json(path) if _is_json(path) else read_csv(path)


def _is_json(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            beginning = file.read(64).lstrip()
    except OSError as error:
        raise CatalogError(f"{path}: cannot be read: {error.strerror or error}", REMEDY) from None
    return beginning.removeprefix(BOM_UTF8).startswith((b"{", b"[")) or path.suffix == ".json"


def _read_json(path: Path) -> tuple[Row, ...]:
    from pydantic import ValidationError

    from layerfactory.catalog.json_form import CatalogFile, to_rows

    try:
        text = path.read_text(encoding="utf-8-sig")  # an editor may have put its mark before it
        return tuple(to_rows(CatalogFile.model_validate_json(text)))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        keys = (f"[{key}]" if isinstance(key, int) else f".{key}" for key in first["loc"])
        place = "".join(keys).lstrip(".")
        fault = ": ".join(filter(None, (str(path), place, first["msg"])))
    except (ValueError, OSError) as error:
        fault = f"{path}: {error}"
    raise CatalogError(fault, REMEDY)


@contextmanager
def _told() -> Iterator[None]:
    """Raise what the disk refuses as the catalogue's error."""
    try:
        yield
    except BuildError as error:
        raise CatalogError(error.message, error.remedy) from error
