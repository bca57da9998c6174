"""What a campaign found: figures of a seed, their sum, and the table. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_SHOWN = 20
_NUMBERS = (
    "runs",
    "beside",
    "calls",
    "published",
    "unanswered",
    "adopted",
    "doubled",
    "avoidable",
    "lost",
)


@dataclass(frozen=True, slots=True)
class SeedFigures:
    """What happened in one seed."""

    seed: int
    runs: int
    """Commands, those without faults included."""
    beside: int
    """Times that the same command ran twice at once."""
    calls: int
    faults: Counter[str]
    kills: Counter[str]
    """Runs that SIGKILL ended, by the moment that was aimed at."""
    published: int
    """Versions that AWS made."""
    unanswered: int
    """Those of them whose answer never reached whoever asked."""
    adopted: int
    """Unanswered ones that later runs took as theirs: the index lists them."""
    doubled: int
    avoidable: int
    """Doubled ones that whoever asked could have known of."""
    lost: int
    """Layers that a reachable region lacks in the end, and versions that are gone again."""
    dead: str
    """How a region was gone for good; empty where all were there in the end."""
    broken: tuple[str, ...]
    """What should hold and does not."""
    seconds: float

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return _plain(self)


@dataclass(frozen=True, slots=True)
class Campaign:
    """The sum over all seeds."""

    seeds: int = 0
    dead: Counter[str] = field(default_factory=Counter)
    runs: int = 0
    beside: int = 0
    calls: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    kills: Counter[str] = field(default_factory=Counter)
    published: int = 0
    unanswered: int = 0
    adopted: int = 0
    doubled: int = 0
    avoidable: int = 0
    lost: int = 0
    broken: tuple[tuple[int, str], ...] = ()
    """Each with its seed."""

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return _plain(self)


def _plain(figures: SeedFigures | Campaign) -> dict[str, Any]:
    """Each field by its name; ``asdict`` would take a Counter apart."""
    return {each.name: getattr(figures, each.name) for each in fields(figures)}


def total(figures: Iterable[SeedFigures]) -> Campaign:
    """Add seeds up, in their order."""
    ordered = sorted(figures, key=lambda each: each.seed)
    return Campaign(
        seeds=len(ordered),
        dead=Counter(each.dead for each in ordered if each.dead),
        faults=sum((each.faults for each in ordered), Counter()),
        kills=sum((each.kills for each in ordered), Counter()),
        broken=tuple((each.seed, fault) for each in ordered for fault in each.broken),
        **{name: sum(getattr(each, name) for each in ordered) for name in _NUMBERS},
    )


def markdown(campaign: Campaign, cells: int, regions: int, seconds: float, machine: str) -> str:
    """The table, what broke, and where it was measured."""
    rows = [
        ("seeds", f"{campaign.seeds:,}"),
        ("cells x regions", f"{cells} x {regions}"),
        ("seeds with a region gone for good", _parts(campaign.dead)),
        ("commands run", f"{campaign.runs:,}"),
        ("times that two ran side by side", f"{campaign.beside:,}"),
        ("calls to AWS", f"{campaign.calls:,}"),
        ("faults injected", _parts(campaign.faults)),
        ("commands killed", _parts(campaign.kills)),
        ("versions published", f"{campaign.published:,}"),
        ("of these, answers that never arrived", f"{campaign.unanswered:,}"),
        ("and adopted by a later call or run", f"{campaign.adopted:,}"),
        ("versions doubled, unavoidably", f"{campaign.doubled - campaign.avoidable:,}"),
        ("versions doubled that need not have been", f"{campaign.avoidable:,}"),
        ("versions lost", f"{campaign.lost:,}"),
        ("promises broken", f"{len(campaign.broken):,}"),
    ]
    table = ["| what | how many |", "| --- | ---: |", *(f"| {a} | {b} |" for a, b in rows)]
    said = f"In {seconds:.0f} s. {machine}"
    return "\n".join([*table, "", said, *_told(campaign.broken)]) + "\n"


def _parts(counted: Counter[str]) -> str:
    """``1,234 (cut after 200, throttled 1,034)``."""
    parts = ", ".join(f"{name} {count:,}" for name, count in sorted(counted.items()))
    whole = f"{counted.total():,}"
    return f"{whole} ({parts})" if parts else whole


def _told(broken: Sequence[tuple[int, str]]) -> list[str]:
    """Each broken promise, and how to see it again."""
    if not broken:
        return []
    told = [f"* seed {seed}: {fault}" for seed, fault in broken[:_SHOWN]]
    if len(broken) > _SHOWN:
        told.append(f"* and {len(broken) - _SHOWN} more")
    again = f"python benchmarks/publish_chaos.py --first {broken[0][0]} --seeds 1"
    return ["", *told, "", f"To repeat the first: `{again}`"]
