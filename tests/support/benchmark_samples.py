"""A result of the handler's benchmark, as its own code writes it; made up, for the page's form."""

from __future__ import annotations

from handler_figures import OURS, PACKAGE, S3, THEIRS, Beside, HandlerFigures, Series

MACHINE = {
    "date": "2026-01-02",
    "processor": "A <b>processor</b>",
    "architecture": "x86_64",
    "cores": 2,
    "memory_bytes": 8 * 2**30,
    "system": "A system",
    "load": 0.25,
    "python": "3.13.0",
    "versions": {},
    "commit": "0123456789abcdef",
}


def handler_result():
    """Two models from two places, each by both handlers."""
    series = tuple(
        Series(
            handler=handler,
            units=units,
            model_bytes=units * 7000,
            source=source,
            cold=(1.5 * slow, 1.25 * slow, 1.75 * slow),
            warm=(0.003 * slow, 0.0025 * slow),
            peak_bytes=90_000_000 + units,
        )
        for units in (100, 900)
        for handler, slow in ((THEIRS, 2.0), (OURS, 1.0))
        for source in (PACKAGE, S3)
    )
    beside = Beside(
        many_rows={THEIRS: (1.0, 2.0), OURS: (0.5, 0.75)},
        own={THEIRS: 0.001, OURS: 0.0001},
        handler_import=(0.01, 0.02),
        bare_cold=(0.5, 0.75),
        bare_peak_bytes=80_000_000,
    )
    figures = HandlerFigures("py3.13-sklearn1.9.1-x86_64", "in a <i>place</i>", series, beside)
    return {"machine": MACHINE, **figures.to_json()}
