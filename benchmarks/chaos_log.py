"""What a campaign's exchanges with AWS say: versions made, answers lost, versions doubled. Pure."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from fault_proxy import Cut, Delay, Kill, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from fault_proxy import Does, Exchange

_PUBLISHED = re.compile(r"/2018-10-31/layers/(?P<layer>[^/]+)/versions$")
_LOOKED = re.compile(r"/2018-10-31/layers(/(?P<layer>[^/]+)/versions)?/?(\?.*)?")
GONE = "region gone"
_REFUSALS = {
    "TooManyRequestsException": "throttled",
    "AccessDeniedException": "access denied",
    "UnrecognizedClientException": "not enabled",
}


@dataclass(frozen=True, slots=True)
class Deed:
    """A version that AWS made; moments in seconds of one clock."""

    region: str
    layer: str
    code_sha256: str
    version: int
    asked: float
    done: float
    answered: bool
    """Whoever asked was told."""
    key: str = ""
    """Who asked."""

    @property
    def content(self) -> tuple[str, str, str]:
        """Two deeds of equal content are the same layer twice."""
        return self.region, self.layer, self.code_sha256


@dataclass(frozen=True, slots=True)
class Look:
    """A list of versions that the client got, so that it could know what is there."""

    region: str
    layer: str
    """Empty for all layers of the region."""
    begun: float
    done: float
    key: str = ""
    """Who got it."""


@dataclass(frozen=True, slots=True)
class Double:
    """A version whose content another one has already."""

    deed: Deed
    first: Deed
    avoidable: bool
    """Who asked for it could have known."""

    def __str__(self) -> str:
        also = f"{self.deed.region}: {self.deed.layer}:{self.deed.version} is"
        return f"{also} :{self.first.version} again"


def kind(does: Does) -> str:
    """A fault in a word or two, for counting."""
    match does:
        case Refusal(status, code):
            return _REFUSALS.get(code, str(status))
        case Delay(_, when):
            return f"late {when.name.lower()}"
        case Cut():
            return f"cut {does.name.lower()}"
        case _:
            return "killed" if isinstance(does, Kill) else "other"


def faults(exchanges: Iterable[Exchange], gone: str = "") -> Counter[str]:
    """How many faults of each kind were injected; kills are no faults.

    Args:
        exchanges: what was called.
        gone: a region that answered nobody, and counts as one kind.
    """
    struck = (e for e in exchanges if e.did is not None and not isinstance(e.did, Kill))
    return Counter(GONE if e.call.region == gone else kind(e.did) for e in struck if e.did)


def deeds(exchanges: Iterable[Exchange]) -> tuple[Deed, ...]:
    """Every version that was made, in the order in which AWS made them."""
    made = []
    for exchange in exchanges:
        path = _PUBLISHED.search(exchange.call.path)
        if exchange.call.method != "POST" or path is None or not exchange.carried_out:
            continue
        answer = json.loads(exchange.answer)
        made.append(
            Deed(
                region=exchange.call.region,
                layer=path["layer"],
                code_sha256=answer["Content"]["CodeSha256"],
                version=answer["Version"],
                asked=exchange.arrived,
                done=exchange.carried_out,
                answered=exchange.delivered,
                key=exchange.call.key,
            )
        )
    return tuple(sorted(made, key=lambda deed: deed.done))


def looks(exchanges: Iterable[Exchange]) -> tuple[Look, ...]:
    """Every list that reached the client, one that says that there is no such layer included.

    A page is as old as the first one of its list: what came in between may be on neither.
    """
    found: list[Look] = []
    begun: dict[tuple[str, str, str], float] = {}
    for exchange in exchanges:
        path = _LOOKED.fullmatch(exchange.call.path)
        if exchange.call.method != "GET" or path is None or not exchange.delivered:
            continue
        region, layer, key = exchange.call.region, path["layer"] or "", exchange.call.key
        if "Marker=" not in exchange.call.path:
            begun[region, layer, key] = exchange.begun
        first = begun.get((region, layer, key), exchange.begun)
        found.append(Look(region, layer, first, exchange.heard, key))
    return tuple(found)


def doubles(made: Sequence[Deed], seen: Sequence[Look]) -> tuple[Double, ...]:
    """Every version that repeats an earlier one, and whether that was to be avoided."""
    ordered = sorted(made, key=lambda deed: (deed.content, deed.done))
    found = []
    for _, group in groupby(ordered, key=lambda deed: deed.content):
        first, *others = group
        earlier = [first]
        for deed in others:
            avoidable = any(could_be_known(deed, other, seen) for other in earlier)
            found.append(Double(deed, first, avoidable))
            earlier.append(deed)
    return tuple(found)


def could_be_known(deed: Deed, earlier: Deed, seen: Iterable[Look]) -> bool:
    """Whether who asked for ``deed`` could have known of the ``earlier`` one.

    It could not if that one was still on its way: not done when ``deed`` was asked for, or done
    only after the last look that came before, provided that there was one since it was asked for.
    """
    if earlier.done >= deed.asked:
        return False
    last = max(
        (look for look in seen if _shows(look, deed) and look.done <= deed.asked),
        key=lambda look: look.done,
        default=None,
    )
    looked_since = last is not None and last.done >= earlier.asked
    return not looked_since or (last is not None and last.begun >= earlier.done)


def _shows(look: Look, deed: Deed) -> bool:
    """Whether a look told whoever did the deed of the layer."""
    return (look.region, look.key) == (deed.region, deed.key) and look.layer in {"", deed.layer}
