from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from layerfactory.errors import MatrixError
from layerfactory.matrix.load import load_matrix

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from layerfactory.matrix.model import Matrix


@pytest.fixture
def load(tmp_path: Path) -> Callable[[str | bytes], Matrix]:
    """Loads a matrix.yaml of the given content."""

    def write_and_load(content: str | bytes) -> Matrix:
        path = tmp_path / "matrix.yaml"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return load_matrix(path)

    return write_and_load


@pytest.fixture
def faults(
    load: Callable[[str | bytes], Matrix], tmp_path: Path
) -> Callable[[str | bytes], list[str]]:
    """The lines of the error that a content gets, without the folder."""

    def lines(content: str | bytes) -> list[str]:
        with pytest.raises(MatrixError) as caught:
            load(content)
        assert caught.value.exit_code == 2
        return caught.value.message.replace(f"{tmp_path}/", "").splitlines()

    return lines
