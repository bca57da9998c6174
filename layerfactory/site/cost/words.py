"""What the cost page says of its figures; the page's script is handed these, too."""

from __future__ import annotations

from typing import Final

LINES: Final = {
    "functions": {"requests": "Requests", "compute": "Compute", "gateway": "Gateway"},
    "realtime": {"instances": "Instances", "gateway": "Gateway"},
    "serverless": {"compute": "Compute", "gateway": "Gateway"},
    "fargate": {"tasks": "Tasks", "balancer": "Load balancer", "gateway": "Gateway"},
}
"""The parts of each way's cost, by name."""
NOTHING: Final = "\N{EN DASH}"
AT_LEAST: Final = "\N{GREATER-THAN OR EQUAL TO}\N{NO-BREAK SPACE}"
"""Before an amount that leaves something out."""
UNDER_A_CENT: Final = "<\N{NO-BREAK SPACE}$0.01"
WORDS: Final = {
    "nothing": NOTHING,
    "at-least": AT_LEAST,
    "under-a-cent": UNDER_A_CENT,
    "region": "No price of it for this region has a source.",
    "gateway": "No price of this gateway for this region has a source.",
    "beyond": "No price for so much has a source.",
    "memory": "It has no more than 6 GB.",
    "cold": "At least: without its cold starts, for no source says how they are billed.",
    "balancer": "At least: without its load balancer, whose price here has no source.",
    "claim": "As it was claimed: for all parts, whatever the traffic. It names no instance.",
    "lacks": "No price of it for this region has a source. With one: {known}.",
    "lacks-all": "No price for this region has a source.",
    "mark": "cheapest",
    "mark-known": "cheapest with a price",
    "answer": "Cheapest: {option}, {money} a month.",
    "answer-known": "Cheapest of those with a price: {option}, {money} a month.",
    "answer-open": "Not settled: {option} is {money} a month, but not all is known of it.",
    "answer-none": "Nothing to compare: fewer than two have a price here.",
    "answer-gateway": "The gateway has no price here: choose another to stand in front of each.",
    "answer-ours": "Lambda: {money}.",
    "dearer": "From {requests} requests a month on, {option} is cheaper than Lambda.",
    "dearer-perhaps": "From {requests} requests a month on, {option} may be cheaper than Lambda: "
    "not all of it is counted.",
    "dearer-claim": "From {requests} requests a month on, an endpoint as claimed is cheaper than "
    "Lambda, if one carries them.",
    "cheaper": "From {requests} requests a month on, Lambda is cheaper than {option} again.",
    "never-dearer": "Lambda costs no more than {option}, as far as the chart goes.",
    "always-dearer": "{option} is cheaper than Lambda, as far as the chart goes.",
    "always-dearer-perhaps": "{option} may be cheaper than Lambda, as far as the chart goes: not "
    "all of it is counted.",
    "always-dearer-claim": "An endpoint as claimed is cheaper than Lambda, as far as the chart "
    "goes, if one carries so much.",
    "less": "Lambda costs {percent}\u00a0% less.",
    "less-at-least": "Lambda costs at least {percent}\u00a0% less.",
    "over": "Lambda costs {percent}\u00a0% more.",
    "over-at-most": "Lambda costs at most {percent}\u00a0% more.",
    "more": "Lambda costs {times} times as much.",
    "more-at-most": "Lambda costs at most {times} times as much.",
    "same": "Lambda costs as much.",
    "same-at-most": "Lambda costs as much, or less.",
    "carries": "One serves {rate} requests a second, {load}\u00a0% busy. Running on average: "
    "{count}.",
    "few": "less than 0.1",
    "busy": "Requests under way at once, on average: {busy}.",
    "hardly": "less than 0.001",
    "refused": "Not taken from the address: {what}. There the usual values stand.",
    "unknown": "what no field is called",
    "here": "{requests} requests a month",
}
"""Sentences; what stands in braces is filled in."""


def dollars(cents: int) -> str:
    """Such as ``$1,234.50``."""
    return f"${cents // 100:,}.{cents % 100:02d}"
