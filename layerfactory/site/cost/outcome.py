"""What the cost page shows of a scenario, as text: of the same form as the script's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from layerfactory.site.cost.chart import chart
from layerfactory.site.cost.crossings import crossings
from layerfactory.site.cost.formulas import OPTIONS, cents, quote
from layerfactory.site.cost.words import LINES, NOTHING, WORDS, dollars

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from layerfactory.site.cost.book import Book
    from layerfactory.site.cost.chart import Chart
    from layerfactory.site.cost.crossings import Crossing
    from layerfactory.site.cost.formulas import Quote
    from layerfactory.site.cost.scenario import Scenario

ROWS: Final = (1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000)
"""Requests a month in the table."""
OTHERS: Final = tuple(option for option in OPTIONS if option != "functions")


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


def outcome(book: Book, of: Scenario, hours: int) -> Outcome:
    """Reckon a scenario through.

    Args:
        book: the prices.
        of: the scenario.
        hours: of a month.
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
            "busy": WORDS["busy"].format(busy=_busy(of.requests * of.ms, hours * 3_600_000)),
            "here": WORDS["here"].format(requests=f"{of.requests:,}"),
        },
        least={"total": _least(quotes), **{f"at.{n}": _least(row) for n, row in table.items()}},
        crossings=(
            *(
                (mark.letter, _sentence(each))
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
        yield f"why.{option}", WORDS[known.missing] if known.missing else ""
        for line in LINES[option]:
            yield f"line.{option}.{line}", dollars(cents(parts[line])) if parts else NOTHING


def _money(known: Quote) -> str:
    return NOTHING if known.missing else dollars(known.cents)


def _least(quotes: dict[str, Quote]) -> str:
    """The first of the cheapest ways; empty where there is none."""
    known = {option: each.atoms for option, each in quotes.items() if not each.missing}
    return min(known, key=known.__getitem__) if known else ""


def _verdict(quotes: dict[str, Quote], option: str) -> str:
    """How Lambda's cost is to another's."""
    ours, theirs = quotes["functions"], quotes[option]
    if ours.missing or theirs.missing:
        return ""
    less = theirs.atoms - ours.atoms
    if less > 0:
        return WORDS["less"].format(percent=_tenths(less * 100, theirs.atoms))
    return WORDS["more"].format(times=_tenths(ours.atoms, theirs.atoms)) if less else WORDS["same"]


def _sentence(of: Crossing) -> str:
    words = WORDS["dearer" if of.dearer else "cheaper"]
    return words.format(requests=f"{of.requests:,}", option=OPTIONS[of.option])


def _uncrossed(quotes: dict[str, Quote], crossed: Sequence[Crossing]) -> Iterator[str]:
    """Of the ways that never change places with Lambda, which one of both is cheaper."""
    ours = quotes["functions"]
    for option in OTHERS:
        theirs = quotes[option]
        if ours.missing or theirs.missing or any(each.option == option for each in crossed):
            continue
        words = WORDS["always-dearer" if ours.atoms > theirs.atoms else "never-dearer"]
        yield words.format(option=OPTIONS[option])


def _tenths(amount: int, whole: int) -> str:
    """A quotient with one decimal, cut off there; amounts are not negative."""
    parts = amount * 10 // whole
    return f"{parts // 10:,}.{parts % 10}"


def _busy(amount: int, whole: int) -> str:
    """A quotient with three decimals, cut off there."""
    parts = amount * 1000 // whole
    return f"{parts // 1000:,}.{parts % 1000:03d}" if parts else WORDS["hardly"]
