"""Scenarios of the cost page, of every kind."""

from __future__ import annotations

from hypothesis import strategies as st

from layerfactory.site.cost.scenario import GATEWAYS, RANGES, Scenario


def scenarios(book):
    """Any scenario that the page takes; sizes that people have are likelier."""
    endpoints = sorted({name for region in book.regions.values() for name in region.endpoints})
    tasks = sorted(book.regions["us-east-1"].tasks["x86_64"])
    return st.builds(
        Scenario,
        region=st.sampled_from(sorted(book.regions)),
        arch=st.sampled_from(["x86_64", "arm64"]),
        gateway=st.sampled_from(sorted(GATEWAYS)),
        endpoint=st.sampled_from(endpoints),
        task=st.sampled_from(tasks),
        free=st.booleans(),
        **{name: _sizes(*limits) for name, limits in RANGES.items()},
    )


def _sizes(least, most):
    """Whole numbers of every length, and the limits themselves."""
    lengths = st.integers(0, len(str(most)) - 1)
    any_length = lengths.flatmap(lambda n: st.integers(min(10**n, most), min(10 ** (n + 1), most)))
    return st.one_of(any_length, st.sampled_from([least, most])).map(lambda n: max(n, least))
