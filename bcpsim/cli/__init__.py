"""The command line: parse, call the API, print."""

from bcpsim.cli.main import main

__all__ = ["main"]
