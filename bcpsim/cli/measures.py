"""The command that tells what the numbers mean."""

from __future__ import annotations

from bcpsim.cli.output import print_document


def measures() -> None:
    """Print the definition of every measure and statistic."""
    from bcpsim.report.definitions import definitions_document

    print_document(definitions_document())
