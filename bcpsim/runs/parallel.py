"""The same work on many inputs, in this process or in several."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from threading import Thread
from typing import TypeVar

from bcpsim.errors import InputError, RunError, option

T = TypeVar("T")
U = TypeVar("U")


def check_workers(workers: int) -> None:
    """Check a number of processes.

    Raises
    ------
    InputError
        If it is negative.
    """
    if workers < 0:
        raise InputError(f"workers must not be negative, found {workers}")


def in_order(
    function: Callable[[Sequence[T]], Iterable[U]], items: Sequence[T], workers: int
) -> Iterator[U]:
    """Yield the result for each item, in the order of the items.

    Parameters
    ----------
    function
        Takes some of the items and gives as many results, one after the other; picklable.
        So what several items share is made once for them.
    items
        The work.
    workers
        Number of processes; 0 for one per processor.

    Raises
    ------
    RunError
        If a worker process is killed.
    """
    workers = min(workers or os.cpu_count() or 1, len(items))
    if workers <= 1:
        yield from function(items)
        return

    from joblib import Parallel, delayed
    from joblib.externals.loky.process_executor import TerminatedWorkerError

    # Chunks keep the cost of sending a plan to a process small beside the work.
    size = max(1, min(50, len(items) // (4 * workers)))
    chunks = [items[k : k + size] for k in range(0, len(items), size)]
    parallel = Parallel(
        n_jobs=workers, return_as="generator", pre_dispatch="2*n_jobs", batch_size=1
    )
    try:
        parent = os.getpid()
        for results in parallel(delayed(_all)(function, chunk, parent) for chunk in chunks):
            yield from results
    except TerminatedWorkerError:
        raise RunError(
            "a worker process was killed, perhaps for lack of memory; "
            f"nothing was written: run again, with fewer {option('--workers')}"
        ) from None


def _all(
    function: Callable[[Sequence[T]], Iterable[U]], items: Sequence[T], parent: int
) -> list[U]:
    end_with(parent)
    return list(function(items))


@cache
def end_with(parent: int) -> None:
    """End this worker process when its parent is gone."""
    Thread(target=_watch, args=(parent,), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)  # nobody would take the result
