"""What one run of the probe saw, as it comes from the guest."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from layerfactory.errors import VerifyError

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

FORMAT = 1
OK = "ok"
ESTIMATORS = "estimators"


@dataclass(frozen=True, slots=True)
class Observed:
    """Every check of one run, and what was given."""

    python: str
    """The full version of the interpreter."""
    isolation: tuple[str, ...]
    checks: Mapping[str, Mapping[str, str]]
    """By kind and subject: ``ok``, or what went wrong."""
    versions: Mapping[str, str]
    """Of the distributions, by name."""
    outputs: Mapping[str, Mapping[str, Any]]
    """By estimator or step, and by method: shapes and sums, nested as the output was."""
    compiled: tuple[str, ...]
    """Source files that were compiled at import, relative to the tree."""
    seconds: float
    broken: tuple[str, ...] = ()
    """Bytecode files that the interpreter cannot load, relative to the tree."""

    def passed(self, kind: str, among: Container[str] | None = None) -> int:
        """How many checks of a kind went well, of all or of these subjects."""
        verdicts = self.checks[kind].items()
        return sum(v == OK for subject, v in verdicts if among is None or subject in among)

    def to_json(self) -> dict[str, Any]:
        """Plain values, as the guest writes them."""
        return {"format": FORMAT, **asdict(self)}

    @classmethod
    def from_json(cls, value: Any) -> Observed:
        """Read what the guest has written.

        Raises:
            VerifyError: it is something else.
        """
        try:
            fields = {name: value[name] for name in cls.__dataclass_fields__}
            found = cls(
                **{
                    **fields,
                    "isolation": tuple(value["isolation"]),
                    "compiled": tuple(value["compiled"]),
                    "broken": tuple(value["broken"]),
                }
            )
            whole = value["format"] == FORMAT and ESTIMATORS in found.checks
        except (KeyError, TypeError) as error:
            raise VerifyError(f"the probe's result cannot be read ({error!r})") from None
        if not whole:
            raise VerifyError("the probe's result is not in the format of this version")
        return found
