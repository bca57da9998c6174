"""A cell of the matrix: one Python, one scikit-learn, one architecture, and perhaps extras."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import total_ordering

from packaging.utils import canonicalize_name
from packaging.version import Version

from layerfactory.data.runtimes import Architecture, Runtime, runtimes
from layerfactory.errors import MatrixError

_IDENTIFIER = re.compile(
    r"py(?P<python>\d+\.\d+)-sklearn(?P<scikit_learn>[^-]+)"
    # Hyphens stand between extras, and so an underscore for each hyphen inside a name.
    r"(?P<extras>(?:-[a-z0-9]+(?:_[a-z0-9]+)*)*)"
    r"-(?P<architecture>x86_64|arm64)"
)


@total_ordering
@dataclass(frozen=True, slots=True)
class Cell:
    """What one layer is for. Its identifier names it in files, selectors, logs and reports."""

    python: str
    scikit_learn: str
    architecture: Architecture = Architecture.X86_64
    extras: tuple[str, ...] = ()
    """Distributions beside scikit-learn, normalised and sorted; none is the default variant."""

    def __post_init__(self) -> None:
        """Give equal sets of extras one form."""
        names = tuple(sorted({str(canonicalize_name(name)) for name in self.extras}))
        object.__setattr__(self, "extras", names)

    @classmethod
    def parse(cls, identifier: str) -> Cell:
        """Read ``py3.12-sklearn1.9.1-x86_64`` or ``py3.12-sklearn1.9.1-pandas-x86_64``.

        Raises:
            MatrixError: the text is not an identifier.
        """
        match = _IDENTIFIER.fullmatch(identifier)
        if match is None:
            msg = f"{identifier!r} is not the identifier of a cell"
            raise MatrixError(msg, "Write it like py3.12-sklearn1.9.1-x86_64.")
        return cls(
            python=match["python"],
            scikit_learn=match["scikit_learn"],
            architecture=Architecture(match["architecture"]),
            extras=tuple(match["extras"].split("-")[1:]),
        )

    @property
    def identifier(self) -> str:
        """For example ``py3.12-sklearn1.9.1-x86_64``."""
        return f"py{self.python}-sklearn{self.scikit_learn}{self._suffix}-{self.architecture}"

    @property
    def layer_name(self) -> str:
        """The layer's name on AWS, in the form of 2020: ``python-3-12-scikit-learn-1-9-1``.

        A variant has its extras behind it, and Graviton's has ``-arm64`` behind that.
        """
        numbers = f"python-{self.python}-scikit-learn-{self.scikit_learn}".replace(".", "-")
        name = f"{numbers}{self._suffix}"
        return f"{name}-arm64" if self.architecture is Architecture.ARM64 else name

    @property
    def _suffix(self) -> str:
        """The extras as identifier and layer name have them: ``-pandas``, or nothing."""
        return "".join(f"-{name.replace('-', '_')}" for name in self.extras)

    @property
    def runtime(self) -> Runtime:
        """The Lambda runtime of the cell.

        Raises:
            MatrixError: Lambda has no such Python.
        """
        try:
            return runtimes()[self.python]
        except KeyError:
            msg = f"{self.identifier}: Lambda has no Python {self.python}"
            raise MatrixError(msg, f"Choose one of {', '.join(runtimes())}.") from None

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, Cell):
            return NotImplemented
        return self._sort_key < other._sort_key

    @property
    def _sort_key(self) -> tuple[Version, Version, tuple[str, ...], str]:
        return Version(self.python), Version(self.scikit_learn), self.extras, self.architecture

    def __str__(self) -> str:
        return self.identifier
