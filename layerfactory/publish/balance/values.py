"""What regions hold of a layer, and what would make their numbers equal."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Collection

    from layerfactory.data.regions import Region
    from layerfactory.errors import AwsError
    from layerfactory.publish.storage import Demand


@dataclass(frozen=True, slots=True)
class Held:
    """One version of a layer that a region holds."""

    version: int
    code_sha256: str
    """Of its zip, in base64; empty where it is not layerfactory's, or not what it claims to be."""
    public: bool | None = None
    """Every account may use it; None where nobody looked."""
    zipped_bytes: int = 0
    """Known where somebody looked."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """One layer in one region."""

    layer_name: str
    region: Region
    held: tuple[Held, ...] = ()
    """By number, ascending."""

    @property
    def newest(self) -> int:
        """The highest number; 0 where the region has nothing of this layer."""
        return self.held[-1].version if self.held else 0


@dataclass(frozen=True, slots=True)
class Copy:
    """Publish one version of the reference in a region that lags behind."""

    layer_name: str
    region: Region
    version: int
    """The number there, and the one that it must get."""
    source: Region
    code_sha256: str
    public: bool
    """As the reference's version is."""
    zipped_bytes: int
    reason: str = ""
    """Why a second version of one content is made; empty where it is the first."""
    name: ClassVar[str] = "publish"


@dataclass(frozen=True, slots=True)
class Grant:
    """Let every account use a version that is there, as its twin is public in the reference."""

    layer_name: str
    region: Region
    version: int
    source: Region
    code_sha256: str
    public: ClassVar[bool] = True
    zipped_bytes: ClassVar[int] = 0
    reason: ClassVar[str] = ""
    name: ClassVar[str] = "grant"


Step = Grant | Copy


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why the numbers of one layer cannot be made equal in one region. Nothing is done there."""

    layer_name: str
    region: Region
    reason: str
    others: int
    """The number that the others go up to; 0 where there is none."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A number that other regions have, and this one will never have again: it was deleted."""

    layer_name: str
    region: Region
    version: int


@dataclass(frozen=True, slots=True)
class Double:
    """A version that holds what a lower number holds, and that another region lacks.

    Nothing follows it, so nothing needs it: it is not copied.
    """

    layer_name: str
    region: Region
    version: int
    first: int
    """The lower number, which counts."""


@dataclass(frozen=True, slots=True)
class BalancePlan:
    """Every step, by layer, then by number; it can be printed, or carried out."""

    shelves: tuple[Shelf, ...] = ()
    """What was found, by layer and region."""
    steps: tuple[Step, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    gaps: tuple[Gap, ...] = ()
    doubles: tuple[Double, ...] = ()
    """Whichever regions are chosen: the next number everywhere hangs on them."""
    unreachable: tuple[tuple[Region, AwsError], ...] = ()
    """Regions that could not be asked; nothing is planned for them."""
    demands: tuple[Demand, ...] = ()
    """What the plan takes of each region's code storage."""

    def for_regions(self, regions: Collection[Region]) -> BalancePlan:
        """What concerns these regions; the others stay as what was found."""
        return replace(
            self,
            steps=tuple(step for step in self.steps if step.region in regions),
            refusals=tuple(refusal for refusal in self.refusals if refusal.region in regions),
            gaps=tuple(gap for gap in self.gaps if gap.region in regions),
        )

    def bytes_by_region(self) -> dict[Region, int]:
        """How much code storage the plan takes in each region."""
        taken: dict[Region, int] = {}
        for step in self.steps:
            taken[step.region] = taken.get(step.region, 0) + step.zipped_bytes
        return {region: count for region, count in sorted(taken.items()) if count}
