"""The program: its commands, in the order of the help, and its exit codes.

Everything heavy is imported by the command that needs it.
"""

from __future__ import annotations

import os
import re
import shlex
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from io import TextIOWrapper
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from bcpsim import __version__
from bcpsim.cli import (
    answers,
    claims,
    comparisons,
    measures,
    observed,
    results,
    scenarios,
    staffing,
    sweeps,
    verify,
    warm_up,
)
from bcpsim.cli.folders import COMMAND
from bcpsim.cli.output import EXIT_BAD_INPUT, EXIT_FAILED, EXIT_INTERRUPTED
from bcpsim.errors import BcpsimError, InputError, ScenarioError, on_command_line, visible

NO_MEMORY = (
    "there isn't enough memory; allow more, or shorten horizon.duration, lower the arrival rates, "
    "or take fewer --workers"
)

_SEGMENT = re.compile("failed to map segment|cannot allocate memory", re.IGNORECASE)
"""What is said of a library that doesn't fit into memory."""


class _Commands(TyperGroup):
    """The commands, with what is said of all of them."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command."""
        try:
            with on_command_line():
                return super().invoke(ctx)
        except typer.BadParameter as error:
            error.message = error.message.removeprefix("Value error, ")
            raise
        except KeyboardInterrupt as error:
            typer.echo("; ".join(["bcpsim: interrupted", *map(str, error.args)]), err=True)
            raise typer.Exit(EXIT_INTERRUPTED) from None


HELP = (
    "Simulate border crossing points: who waits, where, for how long, and with how many officers."
)

EXAMPLES = """Examples:

`bcpsim new land my_border.yaml` - a commented scenario to start from

`bcpsim validate my_border.yaml` - check it

`bcpsim describe my_border.yaml` - read it in words, with load by hour

`bcpsim draw my_border.yaml` - see it as a picture

`bcpsim run my_border.yaml --replications 50 --out results/my_border` - simulate it

`bcpsim sweep my_sweep.yaml` - run it at many points
"""

COMMANDS = (
    scenarios.run,
    comparisons.compare,
    warm_up.warm_up,
    scenarios.validate,
    scenarios.describe,
    scenarios.draw,
    results.report,
    results.export,
    results.plot,
    results.verify_result,
    results.diff,
    results.waiting,
    scenarios.schema,
    scenarios.new,
    sweeps.sweep,
    staffing.staff,
    answers.sensitivity,
    answers.frontier,
    answers.what_if,
    claims.check,
    observed.calibrate,
    observed.compare_observed,
    measures.measures,
    verify.verify,
)
"""The commands, in the order of the help."""


def _version(show: bool) -> None:
    if show:
        typer.echo(f"bcpsim {__version__}")
        raise typer.Exit


def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    del version


def program(commands: Sequence[Callable[..., None]] = COMMANDS) -> typer.Typer:
    """Return the program with all commands, or with some."""
    made = typer.Typer(
        name="bcpsim",
        cls=_Commands,
        no_args_is_help=True,
        rich_markup_mode="markdown",
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        help=HELP,
        epilog=EXAMPLES,
    )
    made.callback()(_options)
    for command in commands:
        made.command()(command)
    return made


def _asked_for(arguments: Sequence[str]) -> Sequence[Callable[..., None]]:
    """Return the command that is asked for, or all if it is none of them.

    To read the options of all commands takes a sixth of the time of `validate`.
    """
    name = arguments[0].replace("-", "_") if arguments else ""
    return [command for command in COMMANDS if command.__name__ == name] or COMMANDS


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; exits with 0: done; 1: failed; 2: wrong input; 130: interrupted."""
    if arguments is None:
        arguments = sys.argv[1:]
    command = shlex.join(["bcpsim", *arguments])
    COMMAND.set(command.encode("utf-8", "backslashreplace").decode())  # bytes that are no text
    if isinstance(sys.stdout, TextIOWrapper) and sys.stdout.errors == "strict":
        # What a terminal or a file of another code page lacks is shown by its code.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        program(_asked_for(arguments))(arguments, prog_name="bcpsim")
    except ScenarioError as error:
        typer.echo(str(error), err=True)
        sys.exit(EXIT_BAD_INPUT)
    except BcpsimError as error:
        typer.echo(f"bcpsim: {visible(str(error))}", err=True)
        sys.exit(EXIT_BAD_INPUT if isinstance(error, InputError) else EXIT_FAILED)
    except (ImportError, MemoryError) as error:
        if isinstance(error, ImportError) and not _SEGMENT.search(str(error)):
            raise
        typer.echo(f"bcpsim: {NO_MEMORY}", err=True)
        sys.exit(EXIT_FAILED)
    except OSError as error:
        _leave_standard_output()
        if not isinstance(error, BrokenPipeError):  # a reader, such as head, that has enough
            where = visible(str(error.filename)) if error.filename else "standard output"
            typer.echo(f"bcpsim: {where}: {error.strerror or error}", err=True)
        sys.exit(EXIT_FAILED)


def _leave_standard_output() -> None:
    """Send what is still to be written to standard output nowhere, so that Python can end."""
    with suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
