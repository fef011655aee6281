"""The command that tells what the numbers mean."""

from __future__ import annotations

from bcpsim.cli.output import print_rich


def measures() -> None:
    """Print the definition of every measure and statistic."""
    from bcpsim.report.measures import definitions

    print_rich(lambda _: definitions())
