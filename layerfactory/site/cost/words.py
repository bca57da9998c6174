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
LEFT_OUT: Final = {
    "functions": "",
    "realtime": "Without a gateway.",
    "serverless": "Without a gateway, and without cold starts.",
    "fargate": "Without a load balancer.",
}
"""What is not in a way's cost, in a few words."""
NOTHING: Final = "\N{EN DASH}"
WORDS: Final = {
    "region": "No price of it for this region has a source.",
    "gateway": "No price of this gateway for this region has a source.",
    "beyond": "No price for so much has a source.",
    "memory": "It has no more than 6 GB.",
    "dearer": "From {requests} requests a month on, {option} is cheaper than Lambda.",
    "cheaper": "From {requests} requests a month on, Lambda is cheaper than {option} again.",
    "never-dearer": "Lambda costs no more than {option}, as far as the chart goes.",
    "always-dearer": "{option} is cheaper than Lambda, as far as the chart goes.",
    "less": "Lambda costs {percent}\u00a0% less.",
    "more": "Lambda costs {times} times as much.",
    "same": "Lambda costs as much.",
    "busy": "Requests under way at once, on average: {busy}.",
    "hardly": "less than 0.001",
    "here": "{requests} requests a month",
}
"""Sentences; what stands in braces is filled in."""


def dollars(cents: int) -> str:
    """Such as ``$1,234.50``."""
    return f"${cents // 100:,}.{cents % 100:02d}"
