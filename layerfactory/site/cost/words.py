"""What the cost page says of its figures; the page's script is handed these, too."""

from __future__ import annotations

from typing import Final

LINES: Final = {
    "functions": {"requests": "Requests", "compute": "Compute", "gateway": "Gateway"},
    "realtime": {"instances": "Instances"},
    "serverless": {"compute": "Compute"},
    "fargate": {"tasks": "Tasks"},
}
"""The parts of each way's cost, by name."""
NOTHING: Final = "–"
WORDS: Final = {
    "region": "No price of it for this region has a source.",
    "gateway": "No price of this gateway for this region has a source.",
    "beyond": "No price for so much has a source.",
    "memory": "It has no more than 6 GB.",
    "dearer": "From {requests} requests a month on, {option} is cheaper than Lambda.",
    "cheaper": "From {requests} requests a month on, Lambda is cheaper than {option} again.",
    "never-dearer": "Lambda costs no more than {option}, as far as the chart goes.",
    "always-dearer": "{option} is cheaper than Lambda, as far as the chart goes.",
    "less": "At {requests} requests a month Lambda costs {percent} % less than {option}.",
    "more": "At {requests} requests a month Lambda costs {percent} % more than {option}.",
    "same": "At {requests} requests a month Lambda costs as much as {option}.",
    "busy": "Requests under way at once, on average: {busy}.",
    "here": "{requests} a month",
}
"""Sentences; what stands in braces is filled in."""


def dollars(cents: int) -> str:
    """Such as ``$1,234.50``."""
    return f"${cents // 100:,}.{cents % 100:02d}"
