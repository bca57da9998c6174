"""What the cost page shows of a scenario, as text: of the same form as the script's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from layerfactory.site.cost.book import VCPU_MB
from layerfactory.site.cost.chart import chart
from layerfactory.site.cost.crossings import crossings
from layerfactory.site.cost.formulas import OPTIONS, cents, quote, running, unit_of
from layerfactory.site.cost.scenario import GATEWAYS
from layerfactory.site.cost.words import AT_LEAST, LINES, NOTHING, UNDER_A_CENT, WORDS, dollars

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from layerfactory.site.cost.book import Book
    from layerfactory.site.cost.chart import Chart
    from layerfactory.site.cost.crossings import Crossing
    from layerfactory.site.cost.formulas import Quote
    from layerfactory.site.cost.scenario import Scenario

ROWS: Final = (1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000)
"""Requests a month in the table."""
OTHERS: Final = tuple(option for option in OPTIONS if option != "functions")
BY_THE_HOUR: Final = ("realtime", "fargate")
"""The ways whose instances or tasks run whether or not anybody asks."""
_PAIR = 2
"""Prices that it takes to call one the cheapest."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """All that moves on the page."""

    texts: dict[str, str]
    """By the place that they go to."""
    least: dict[str, str]
    """The cheapest way by place: ``total``, and each row of the table."""
    crossings: tuple[tuple[str, str], ...]
    """Letters of the chart, with their sentences."""
    chart: Chart


def outcome(book: Book, of: Scenario) -> Outcome:
    """Reckon a scenario through.

    Args:
        book: the prices.
        of: the scenario.
    """
    crossed = crossings(book, of)
    quotes = {option: quote(book, of, option, of.requests) for option in OPTIONS}
    table = {n: {option: quote(book, of, option, n) for option in OPTIONS} for n in ROWS}
    drawn = chart(book, of, crossed)
    return Outcome(
        texts={
            **dict(_totals(quotes)),
            **{
                f"at.{n}.{option}": _money(row[option])
                for n, row in table.items()
                for option in row
            },
            **{f"verdict.{option}": _verdict(quotes, option) for option in OTHERS},
            **{f"carries.{option}": _carries(book, of, option) for option in BY_THE_HOUR},
            **dict(_lacks(book, of)),
            "busy": WORDS["busy"].format(busy=_busy(of.requests * of.ms, book.hours * 3_600_000)),
            "here": WORDS["here"].format(requests=f"{of.requests:,}"),
            "answer": _answer(quotes),
            "mark": WORDS["mark-known" if len(_priced(quotes)) < len(quotes) else "mark"],
        },
        least={"total": _least(quotes), **{f"at.{n}": _least(row) for n, row in table.items()}},
        crossings=(
            *(
                (mark.letter, _sentence(each, quotes[each.option]))
                for mark, each in zip(drawn.marks, crossed, strict=False)
            ),
            *(("", text) for text in _uncrossed(quotes, crossed)),
        ),
        chart=drawn,
    )


def _totals(quotes: dict[str, Quote]) -> Iterator[tuple[str, str]]:
    for option, known in quotes.items():
        parts = dict(known.lines)
        yield f"total.{option}", _money(known)
        yield f"why.{option}", WORDS.get(known.missing or known.partial, "")
        for line in LINES[option]:
            amount = parts.get(line)
            text = NOTHING if amount is None else _amount(cents(amount), amount)
            yield f"line.{option}.{line}", text


def _money(known: Quote) -> str:
    if known.missing:
        return NOTHING
    if known.at_least:
        return AT_LEAST + dollars(known.cents)
    return _amount(known.cents, known.atoms)


def _amount(rounded: int, atoms: int) -> str:
    return UNDER_A_CENT if atoms and not rounded else dollars(rounded)


def _least(quotes: dict[str, Quote]) -> str:
    """The first of the cheapest ways; empty where none can be told to be it."""
    priced = _priced(quotes)
    first = min(priced, key=lambda option: priced[option].atoms, default="")
    return first if len(priced) >= _PAIR and not priced[first].partial else ""


def _priced(quotes: dict[str, Quote]) -> dict[str, Quote]:
    return {option: known for option, known in quotes.items() if not known.missing}


def _answer(quotes: dict[str, Quote]) -> str:
    """Which way is the cheapest, in a line."""
    priced, cheapest = _priced(quotes), _least(quotes)
    if len(priced) < _PAIR:
        closed = quotes["functions"].missing == "gateway"
        return WORDS["answer-gateway" if closed else "answer-none"]
    if cheapest:
        words = "answer" if len(priced) == len(quotes) else "answer-known"
    else:
        words = "answer-open"
    first = cheapest or min(priced, key=lambda option: priced[option].atoms)
    text = WORDS[words].format(option=OPTIONS[first], money=_money(priced[first]))
    ours = WORDS["answer-ours"].format(money=_money(quotes["functions"]))
    return text if first == "functions" else f"{text} {ours}"


def _verdict(quotes: dict[str, Quote], option: str) -> str:
    """How Lambda's cost is to another's."""
    ours, theirs = quotes["functions"], quotes[option]
    if ours.missing or theirs.missing:
        return ""
    less = theirs.atoms - ours.atoms
    if less > 0:
        words = WORDS["less-at-least" if theirs.at_least else "less"]
        return words.format(percent=_tenths(less * 100, theirs.atoms))
    most = "-at-most" if theirs.at_least else ""
    if not less:
        return WORDS[f"same{most}"]
    if ours.atoms < 2 * theirs.atoms:
        return WORDS[f"over{most}"].format(percent=_tenths(-less * 100, theirs.atoms))
    return WORDS[f"more{most}"].format(times=_tenths(ours.atoms, theirs.atoms))


def _carries(book: Book, of: Scenario, option: str) -> str:
    """How much one instance or task takes, and how many there are of them."""
    unit = unit_of(book, of, option)
    if unit is None or unit.vcpus is None:
        return ""
    count, whole = running(unit, of, book.hours, of.requests)
    rate = _short(unit.vcpus * of.load * VCPU_MB, 10 * of.ms * min(of.memory, VCPU_MB))
    return WORDS["carries"].format(
        rate=WORDS["few"] if rate == "0" else rate, load=of.load, count=_short(count, whole)
    )


def _lacks(book: Book, of: Scenario) -> Iterator[tuple[str, str]]:
    """Of what is chosen and has no price in the region, what has one."""
    region = book.regions[of.region]
    instances = [name for name, unit in region.endpoints.items() if unit.vcpus is not None]
    archs = [name for name, tasks in region.tasks.items() if of.task in tasks]
    gateways = [GATEWAYS[name] for name in GATEWAYS if name in region.gateways]
    yield "lacks.gateway", "" if of.gateway in region.gateways else _with_one(gateways)
    yield "lacks.endpoint", "" if of.endpoint in region.endpoints else _with_one(instances)
    yield "lacks.task", "" if of.arch in archs else _with_one(archs)


def _with_one(known: Iterable[str]) -> str:
    listed = "; ".join(known)
    return WORDS["lacks"].format(known=listed) if listed else WORDS["lacks-all"]


def _sentence(of: Crossing, theirs: Quote) -> str:
    words = WORDS[f"dearer{_doubt(theirs)}" if of.dearer else "cheaper"]
    return words.format(requests=f"{of.requests:,}", option=OPTIONS[of.option])


def _uncrossed(quotes: dict[str, Quote], crossed: Sequence[Crossing]) -> Iterator[str]:
    """Of the ways that never change places with Lambda, which one of both is cheaper."""
    ours = quotes["functions"]
    for option in OTHERS:
        theirs = quotes[option]
        if ours.missing or theirs.missing or any(each.option == option for each in crossed):
            continue
        dearer = ours.atoms > theirs.atoms
        words = WORDS[f"always-dearer{_doubt(theirs)}" if dearer else "never-dearer"]
        yield words.format(option=OPTIONS[option])


def _doubt(theirs: Quote) -> str:
    """What the words for a cheaper way end in, where its cost is not all known."""
    if theirs.at_least:
        return "-perhaps"
    return "-claim" if theirs.partial else ""


def _tenths(amount: int, whole: int) -> str:
    """A quotient with one decimal, cut off there; amounts are not negative."""
    parts = amount * 10 // whole
    return f"{parts // 10:,}.{parts % 10}"


def _short(amount: int, whole: int) -> str:
    """The same, without a decimal that is nothing."""
    return _tenths(amount, whole).removesuffix(".0")


def _busy(amount: int, whole: int) -> str:
    """A quotient with three decimals, cut off there."""
    parts = amount * 1000 // whole
    return f"{parts // 1000:,}.{parts % 1000:03d}" if parts else WORDS["hardly"]
