"""What the cost page asks for, and the scenarios that it begins with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MOST_REQUESTS = 10**9
"""A month: where the chart ends."""
RANGES: Final = {
    "requests": (1, MOST_REQUESTS),
    "ms": (1, 900_000),
    "memory": (128, 10_240),
    "models": (1, 10_000),
    "copies": (1, 1_000),
    "load": (1, 100),
    "cold": (0, 10_000),
    "init": (0, 10_000),
}
"""Lambda's own limits where it has some: 15 minutes, 10 GB, 10 seconds of INIT."""
GATEWAYS: Final = {
    "rest": "API Gateway, REST",
    "http": "API Gateway, HTTP",
    "url": "None: a function URL",
}


@dataclass(frozen=True, slots=True)
class Scenario:
    """A month of predictions."""

    region: str = "us-east-1"
    requests: int = 100_000
    """A month, to all models together."""
    ms: int = 20
    """Billed for a request, in milliseconds."""
    memory: int = 1024
    """Of the function, in MB."""
    arch: str = "x86_64"
    gateway: str = "http"
    cold: int = 100
    """Cold starts among the requests, in hundredths of a percent."""
    init: int = 2000
    """Billed for a cold start beside the request, in milliseconds."""
    free: bool = False
    """Take off what Lambda gives every account each month."""
    models: int = 1
    copies: int = 1
    """Instances or tasks of each model that always run."""
    load: int = 50
    """How busy an instance or task is kept, in percent, before more are started."""
    endpoint: str = "ml.t2.medium"
    """An instance of a SageMaker endpoint, or a claim."""
    task: str = "0.5-1"
    """A size of a Fargate task: vCPUs and GB."""

    def __post_init__(self) -> None:
        for name, (least, most) in RANGES.items():
            if not least <= getattr(self, name) <= most:
                raise ValueError(f"{name}: {getattr(self, name)} is not from {least} to {most}")


@dataclass(frozen=True, slots=True)
class Preset:
    """A scenario with a name."""

    id: str
    label: str
    scenario: Scenario
    why: str
    """What it assumes, in a few sentences."""


PRESETS: Final = (
    Preset(
        "usual",
        "A small model behind an HTTP API",
        Scenario(),
        "One model, 100,000 requests a month of 20 ms each, one in a hundred with a cold start of "
        "two seconds. These are round numbers to begin with: put in your own, or those of the "
        "benchmark page.",
    ),
    Preset(
        "claim-2020",
        "The claim of 2020",
        Scenario(
            requests=465_838,
            ms=100,
            gateway="rest",
            cold=0,
            init=0,
            endpoint="claim-2020",
            task="0.25-0.5",
        ),
        "The project's README of 2020 put a SageMaker endpoint at about $50 a month, against "
        "paying by the request, and its article said 95 % were saved. It names no traffic. Taken "
        "as it was then: 1024 MB as in its benchmark; 100 ms, for Lambda billed in steps of "
        "100 ms until December 2020 and its requests took 2 to 4; no INIT, which was not billed "
        "until August 2025; a REST API; Lambda's prices of today. 465,838 requests a month is the "
        "most at which 95 % are saved: that number is ours, not theirs.",
    ),
    Preset(
        "many-models",
        "Fifty models, little traffic",
        Scenario(models=50, requests=500_000, ms=30),
        "Endpoints and tasks are paid by the model, functions by the request: fifty models that "
        "share 500,000 requests cost as much on Lambda as one that has them all.",
    ),
    Preset(
        "busy",
        "One busy model",
        Scenario(requests=100_000_000, ms=50, memory=2048, cold=1, copies=4, task="1-2"),
        "A hundred million requests a month to one model, on four instances or tasks at "
        "least. Here it matters what a vCPU costs by the hour, and how busy it is kept.",
    ),
)
