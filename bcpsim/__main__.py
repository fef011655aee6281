"""Run the command line with ``python -m bcpsim``."""

from bcpsim.cli import main

main()
