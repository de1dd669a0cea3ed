"""Engines that assimilate chunks: threads of this process, or processes here and elsewhere through Dask.

Every engine is a generator: it takes numbered chunks and yields (number, ChunkResult) as they are finished,
in any order. A chunk's result does not depend on the engine.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass
from multiprocessing import current_process

import numpy as np

from proda_core.assimilation.site_chunk import (
    ChunkResult,
    assimilate_chunk_isolated,
    concatenate_results,
    failed,
)
from proda_core.assimilation.spec import AssimilationSpec
from proda_core.records.checks import InputError
from proda_core.records.forcing import Forcing
from proda_core.records.profiles import Profiles
from proda_core.records.progress import Cancelled

PROCESSES = "processes"
_SITES_FOR_PROCESSES = 400  # from which starting processes, which takes seconds, is faster
_POLL_SECONDS = 0.5  # between two checks for a stop
_AHEAD = 2  # chunks submitted per worker, so that none is idle

Results = Iterator[tuple[int, ChunkResult]]


@dataclass(frozen=True, eq=False)
class Work:
    """Data, choices and chunks (number: sites) of an assimilation."""

    profiles: Profiles
    forcing: Forcing
    spec: AssimilationSpec
    chunks: dict[int, np.ndarray]
    should_stop: Callable[[], bool] | None = None

    def data_of(self, sites: np.ndarray) -> tuple[Profiles, Forcing]:
        """Return profiles and forcing of some sites, in their order."""
        return self.profiles.select(sites), self.forcing.select(sites)

    def stopped(self) -> bool:
        """Return whether a stop was requested."""
        return self.should_stop is not None and self.should_stop()


def engine_of(work: Work, workers: int, scheduler: str | None) -> Results:
    """Return the engine for so many workers; ``scheduler`` is None (choose), "processes" or an address."""
    sites = sum(map(len, work.chunks.values()))
    worth = workers > 1 and sites >= _SITES_FOR_PROCESSES and not current_process().daemon
    if scheduler is None and not worth:
        return in_threads(work, workers)
    return with_dask(work, workers, None if scheduler in (None, PROCESSES) else scheduler)


def in_threads(work: Work, workers: int) -> Results:
    """Assimilate chunks on threads of this process; compiled loops release the interpreter lock."""

    def one(sites: np.ndarray) -> ChunkResult:
        return assimilate_chunk_isolated(*work.data_of(sites), work.spec, work.should_stop)

    if workers == 1:
        yield from ((number, one(sites)) for number, sites in work.chunks.items())
        return
    with ThreadPoolExecutor(workers) as pool:
        futures = {pool.submit(one, sites): number for number, sites in work.chunks.items()}
        waiting = set(futures)
        try:
            while waiting:
                done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                for future in done:
                    yield futures[future], future.result()
        finally:
            for future in waiting:
                future.cancel()


def with_dask(work: Work, workers: int, address: str | None) -> Results:
    """Assimilate chunks in processes on this machine, or in those of the scheduler at ``address``.

    Dask reschedules the chunks of a lost worker. A chunk that loses one worker after the other is
    repeated site by site, and the site that fails gets a reason instead of a result.
    """
    with ExitStack() as stack:
        client = stack.enter_context(_client(workers, address, stack))
        yield from _Dispatcher(work, client).run()


def _client(workers: int, address: str | None, stack: ExitStack):
    from distributed import Client, LocalCluster

    if address is not None:
        try:
            return Client(address, timeout="10s")
        except (OSError, ValueError) as error:
            raise InputError(
                f"scheduler: expected a Dask scheduler at {address}, found none ({error})"
            ) from error
    cluster = LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        processes=True,
        dashboard_address=None,
        memory_limit=0,
        silence_logs=logging.CRITICAL,
        preload=["proda_core.assimilation.worker_setup"],
    )
    return Client(stack.enter_context(cluster))


def _remote_chunk(
    profiles: Profiles, forcing: Forcing, spec: AssimilationSpec, stop_name: str
) -> ChunkResult:
    """Assimilate a chunk in a worker, with regular checks for a stop."""
    return assimilate_chunk_isolated(profiles, forcing, spec, _StopFlag(stop_name))


class _StopFlag:
    """A stop flag on the scheduler, read at most twice a second."""

    def __init__(self, name: str) -> None:
        from distributed import Event

        self.event, self.checked, self.answer = Event(name), time.monotonic(), False

    def __call__(self) -> bool:
        if time.monotonic() - self.checked > _POLL_SECONDS:
            self.checked, self.answer = time.monotonic(), self.event.is_set()
        return self.answer


class _Dispatcher:
    """Submission of chunks to a Dask client, a few more than its workers compute at a time."""

    def __init__(self, work: Work, client) -> None:
        from distributed import Event

        self.work, self.client = work, client
        self.stop = Event(f"proda-stop-{uuid.uuid4().hex}", client=client)
        self.waiting = list(reversed(work.chunks.items()))
        self.running: dict = {}
        self.singles: dict[int, list[ChunkResult]] = {}

    def run(self) -> Results:
        """Yield parts until all chunks are done."""
        from distributed import wait

        try:
            while self.waiting or self.running:
                self._submit()
                if self.work.stopped():
                    raise Cancelled("assimilation stopped on request")
                try:
                    done = wait(list(self.running), timeout=_POLL_SECONDS, return_when="FIRST_COMPLETED").done
                except TimeoutError:
                    continue
                for future in done:
                    yield from self._collect(future)
        finally:
            self._withdraw()

    def _submit(self) -> None:
        threads = sum(self.client.nthreads().values())
        while self.waiting and len(self.running) < _AHEAD * max(threads, 1):
            number, sites = self.waiting.pop()
            future = self.client.submit(
                _remote_chunk, *self.work.data_of(sites), self.work.spec, self.stop.name, pure=False
            )
            self.running[future] = (number, sites)

    def _collect(self, future) -> Results:
        number, sites = self.running.pop(future)
        if future.status == "finished":
            part = future.result()
        elif len(sites) > 1:
            # sites of a broken chunk are submitted one by one, so that only the failing one is lost
            self.waiting += [(number, np.array([site])) for site in sites]
            self.singles[number] = []
            return
        else:
            part = failed(sites, self.work.spec, f"worker lost: {future.exception()}")
        yield from self._complete(number, part)

    def _complete(self, number: int, part: ChunkResult) -> Results:
        """Yield a complete chunk; single sites are collected until all of their chunk are present."""
        if number not in self.singles:
            yield number, part
            return
        self.singles[number].append(part)
        if len(self.singles[number]) == len(self.work.chunks[number]):
            by_site = {int(one.ds["site"].values[0]): one for one in self.singles.pop(number)}
            yield number, concatenate_results([by_site[int(site)] for site in self.work.chunks[number]])

    def _withdraw(self) -> None:
        if self.running:
            self.stop.set()
            self.client.cancel(list(self.running), force=True)
