"""How a verb ends when it does not end well: a message with its remedy, and an exit code."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import typer

from layerfactory.cli.leaving import INTERRUPTED
from layerfactory.cli.views import document, error_json
from layerfactory.console import Console
from layerfactory.errors import LayerFactoryError

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
R = TypeVar("R")


def ends_well(verb: Callable[P, R]) -> Callable[P, R]:
    """Turn errors that a user can act on, and Ctrl-C, into messages and exit codes."""

    @functools.wraps(verb)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        from layerfactory.build.docker.leftovers import guard_signals

        guard_signals()
        result: Any = kwargs.get("result")
        console = Console(as_json=bool(kwargs.get("as_json")), result=result)
        try:
            return verb(*args, **kwargs)
        except LayerFactoryError as error:
            console.fail(error)
            console.json(document(verb.__name__, error=error_json(error)))
            raise typer.Exit(error.exit_code) from None
        except KeyboardInterrupt:
            from layerfactory.cli.typed import command_line

            console.note(
                f"interrupted; what was finished stays; to go on, type again: {command_line()}"
            )
            raise typer.Exit(INTERRUPTED) from None

    return guarded
