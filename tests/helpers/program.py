"""The program as a user calls it: words in; exit code, standard output and standard error out.

It runs in this process, where its libraries are loaded already: a new one would load them for a
second before it does anything. What only a process of its own can show (signals, closed pipes,
what is loaded at the start) is tested in `failure/`, and there it is started.
"""

from __future__ import annotations

import io
import os
import sys
from contextvars import copy_context
from dataclasses import dataclass
from pathlib import Path

import pytest
from places import ROOT

from bcpsim.cli import main


@dataclass(frozen=True)
class Answer:
    """What the program answered."""

    returncode: int
    stdout: str
    stderr: str


def bcpsim(*words: object, columns: int = 120, cwd: Path = ROOT) -> Answer:
    """Run the program with these words, in a folder, on a terminal of so many columns."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", str(columns))
        patch.setenv("NO_COLOR", "1")
        for choice in ("BCPSIM_ENGINE", "BCPSIM_TELL"):  # which commands set: put back at the end
            patch.setenv(choice, os.environ[choice])
        patch.setattr(sys, "stdout", out)
        patch.setattr(sys, "stderr", err)
        patch.chdir(cwd)
        code = 0
        try:
            copy_context().run(main, [str(word) for word in words])
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
    texts = [stream.buffer.getvalue().decode("utf-8") for stream in (out, err)]  # type: ignore[attr-defined]
    return Answer(code, *texts)


def done(*words: object, columns: int = 120, cwd: Path = ROOT) -> str:
    """Run the program, which must succeed, and return its standard output."""
    answer = bcpsim(*words, columns=columns, cwd=cwd)
    assert answer.returncode == 0, answer.stderr
    return answer.stdout


def refused(code: int, *words: object, cwd: Path = ROOT) -> str:
    """Run the program, which must end with an exit code and a message, and return the message."""
    answer = bcpsim(*words, cwd=cwd)
    assert answer.returncode == code, answer.stderr
    return answer.stderr
