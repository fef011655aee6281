"""Points in processes on this machine; a worker that is killed costs no point."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from itertools import islice
from typing import Any

from bcpsim.runs.parallel import check_workers, end_with
from bcpsim.sweeps.point import Failed, Job, PointResult, run_point

MAX_TRIES = 3
"""How often a point is tried whose worker is killed."""

KILLED = "WorkerKilled"
"""Kind of failure of a point whose worker was killed each time."""

Note = Callable[[str], None]


def in_processes(
    packed: bytes, jobs: Iterator[Job], workers: int, note: Note
) -> Iterator[PointResult]:
    """Yield the outcome of each point, as they come.

    When a worker is killed, all processes are started anew, and each point that was under
    way is tried again on its own, `MAX_TRIES` times in all, so that the one to blame is found.

    Parameters
    ----------
    packed
        From `PointTask.packed`.
    jobs
        The points; taken as they are needed.
    workers
        Number of processes; 0 for one per processor. With 1 this process does the work.
    note
        Told what happens to workers.
    """
    check_workers(workers)
    workers = workers or os.cpu_count() or 1
    if workers == 1:
        for job in jobs:
            yield run_point(packed, job)
        return

    from joblib.externals.loky.process_executor import BrokenProcessPool

    executor = _executor(workers)
    under_way: dict[Future[PointResult], Job] = {}
    suspects: deque[Job] = deque()
    tries: Counter[int] = Counter()
    broken = False
    try:
        while True:
            if broken and not under_way:
                _stop(executor)
                executor = _executor(workers)
                broken = False
            if not broken:
                room = 2 * workers - len(under_way)
                more = [] if suspects else list(islice(jobs, room))
                if suspects and not under_way:
                    more = [suspects.popleft()]
                for job in more:
                    try:
                        under_way[executor.submit(run_point, packed, job)] = job
                    except BrokenProcessPool:
                        broken = True
                        suspects.append(job)
            if not under_way and not suspects:
                return
            done, _ = wait(under_way, return_when=FIRST_COMPLETED)
            for future in done:
                job = under_way.pop(future)
                try:
                    yield future.result()
                except BrokenProcessPool:
                    if not broken:
                        note("a worker process was killed; its points are tried again")
                    broken = True
                    tries[job.point] += 1
                    if tries[job.point] < MAX_TRIES:
                        suspects.append(job)
                    else:
                        yield Failed(job.point, KILLED, killed(MAX_TRIES))
    finally:
        _stop(executor)


def killed(times: int) -> str:
    """Return what is said of a point whose worker was killed each time."""
    return f"its worker process was killed {times} times, perhaps for lack of memory"


def _executor(workers: int) -> Any:
    from joblib.externals.loky import ProcessPoolExecutor

    return ProcessPoolExecutor(workers, initializer=_attach, initargs=(os.getpid(),))


def _stop(executor: Any) -> None:
    """Kill the worker processes and wait for their end."""
    from joblib.externals.loky.process_executor import BrokenProcessPool

    # A thread of loky passes work on to the processes, and fails if it is stopped with work
    # left to pass on. It goes by order: once it took the last, nothing is left.
    try:
        last = executor.submit(os.getpid)
        while not (last.running() or last.done()):
            time.sleep(0.001)
    except BrokenProcessPool:
        pass  # there is no such thread any more
    executor.shutdown(kill_workers=True)


def _attach(parent: int) -> None:
    """Set up a worker process: it ends with its parent, and leaves Ctrl-C to that."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with(parent)
