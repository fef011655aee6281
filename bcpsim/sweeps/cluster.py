"""Points on a Dask cluster: submitted, and taken back as they come; the rest is Dask's."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager
from itertools import islice
from typing import Any

from bcpsim.errors import RunError, option
from bcpsim.sweeps.point import Failed, Job, PointResult, run_point
from bcpsim.sweeps.pool import KILLED, killed

CONNECT_SECONDS = 30
"""How long the scheduler may take to answer."""

AHEAD = 3
"""Points that a cluster is given for each of its threads, so that no worker waits."""


def on_cluster(packed: bytes, jobs: Iterator[Job], address: str) -> Iterator[PointResult]:
    """Yield the outcome of each point, as they come.

    Dask gives the points of a worker that is lost to others, until the scheduler's setting
    `distributed.scheduler.allowed-failures` is used up.

    Parameters
    ----------
    packed
        From `PointTask.packed`.
    jobs
        The points; taken as they are needed.
    address
        Of the scheduler, such as ``tcp://10.0.0.1:8786``.

    Raises
    ------
    RunError
        If Dask isn't installed, the scheduler doesn't answer or is lost, or a worker has
        other software.
    """
    try:
        from distributed import Client
    except ImportError:
        raise RunError(
            f"{option('--cluster')} needs Dask; install it with: pip install 'bcpsim[dask]'"
        ) from None
    try:
        client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise RunError(f"can't reach a Dask scheduler at {address}: {error}") from None
    try:
        with _without_log(), client:
            yield from _outcomes(client, packed, jobs)
    except (CancelledError, OSError):
        raise RunError(
            f"lost the Dask scheduler at {address}; what is finished is kept: go on with "
            f"{option('--resume')}"
        ) from None


@contextmanager
def _without_log() -> Iterator[None]:
    """Keep Dask from logging tracebacks of a scheduler that is lost: an exception tells it."""
    # The second has a level of its own, by Dask's configuration.
    logs = [logging.getLogger(name) for name in ("distributed", "distributed.client")]
    levels = [log.level for log in logs]
    for log in logs:
        log.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for log, level in zip(logs, levels, strict=True):
            log.setLevel(level)


def _outcomes(client: Any, packed: bytes, jobs: Iterator[Job]) -> Iterator[PointResult]:
    from distributed import KilledWorker, as_completed

    run = uuid.uuid4().hex
    points: dict[str, int] = {}
    results = as_completed(loop=client.loop)
    while True:
        wanted = AHEAD * max(sum(client.nthreads().values()), 1)  # workers come and go
        for job in islice(jobs, max(wanted - len(points), 0)):
            key = f"bcpsim-{run}-{job.point}"
            results.add(client.submit(run_point, packed, job, key=key, pure=False))
            points[key] = job.point
        if not points:
            return
        future = next(results)
        point = points.pop(future.key)
        try:
            yield future.result()
        except KilledWorker as error:
            yield Failed(point, KILLED, killed(error.allowed_failures + 1))
