"""Facts about the jobs of a CI run, out of jobs.yaml."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from layerfactory.data.files import read_data
from layerfactory.data.runtimes import Architecture

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class JobFacts:
    """What jobs run on, what they may be, and what they cost."""

    runners: Mapping[Architecture, str]
    """The label of a machine by architecture."""
    most_jobs: int
    """Of one matrix."""
    most_bytes: int
    """Of the zips that one job takes in hand."""
    start_seconds: float
    """Of every job, before it does anything."""
    verify_seconds: float
    """Of a layer."""
    publish_seconds: float
    """Of a layer in a region, beside its bytes."""
    build_rate: float
    """Bytes of zips a second."""
    upload_rate: float
    """Bytes a second."""


@cache
def job_facts() -> JobFacts:
    """The facts; read once a process."""
    data = read_data("jobs.yaml")
    limits, seconds, rates = data["limits"], data["seconds"], data["rates"]
    return JobFacts(
        runners={Architecture(name): label for name, label in data["runners"].items()},
        most_jobs=int(limits["jobs"]),
        most_bytes=int(limits["bytes"]),
        start_seconds=float(seconds["start"]),
        verify_seconds=float(seconds["verify"]),
        publish_seconds=float(seconds["publish"]),
        build_rate=float(rates["build"]),
        upload_rate=float(rates["upload"]),
    )
