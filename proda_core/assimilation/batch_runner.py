"""Run the few, long chains of a batch: in parallel on threads, in pieces, with checkpoints."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from proda_core.assimilation.batch_target import BatchTarget
from proda_core.assimilation.chain import Block, Chain
from proda_core.assimilation.checkpoints import Checkpoints
from proda_core.assimilation.runner import Runner
from proda_core.assimilation.schedules import Schedule
from proda_core.records.progress import Cancelled, Progress

OnStates = Callable[[Sequence[Chain], int, int, bool], None]
_PIECE = 5_000_000  # columns solved between two checks for a stop: a few seconds
_LONGEST = 10_000  # iterations of a piece
_WATCHED_PIECES = 60  # per phase at least, while chains are displayed


class BatchRunner(Runner):
    """Advance independent Metropolis chains of a batch on shared worker threads."""

    def __init__(
        self,
        target: BatchTarget,
        schedule: Schedule,
        should_stop: Callable[[], bool] | None,
        on_progress: Callable[[Progress], None] | None,
        workers: int,
        checkpoints: Checkpoints | None,
        on_states: OnStates | None = None,
    ) -> None:
        super().__init__(target, schedule, should_stop)
        self.on_progress, self.workers, self.checkpoints = on_progress, workers, checkpoints
        self.on_states = on_states
        self.walks = 0

    def advance(self, chains: Sequence[Chain], iterations: int, *, adapt: bool, keep_every: int) -> None:
        """Advance as :class:`Runner` does, in pieces; iterations in a checkpoint are not repeated."""
        last = chains[0].iterations + iterations
        keep_every = keep_every if self.on_states is None else min(keep_every, self.schedule.keep_every)
        before = len(chains[0].unit)
        finished = self.checkpoints is not None and self.checkpoints.restore(self.walks, chains)
        self._report_states(chains, before, keep_every, adapt)
        with ThreadPoolExecutor(self.workers) as pool:
            while chains[0].iterations < last:
                step = min(self._piece(keep_every), last - chains[0].iterations)
                before = len(chains[0].unit)
                self._together(pool, chains, step, adapt, keep_every)
                if self.checkpoints is not None:
                    self.checkpoints.note(self.walks, chains)
                self._report_progress(chains, adapt)
                self._report_states(chains, before, keep_every, adapt)
        if self.checkpoints is not None and not finished:
            self.checkpoints.finish(self.walks, chains)
        self.walks += 1

    def _together(self, pool: ThreadPoolExecutor, chains: Sequence[Chain], step: int, *how) -> None:
        self._check_for_stop()
        alone = self.schedule.sampler == "metropolis"
        groups = [[chain] for chain in chains] if alone else [chains]
        list(pool.map(lambda group: self._walk(Block(self.target, group), step, *how), groups))

    def _piece(self, keep_every: int) -> int:
        length = min(max(_PIECE // len(self.target.columns), 1), _LONGEST)
        length = self._watched(length)
        return length if keep_every > length else length // keep_every * keep_every

    def _watched(self, length: int) -> int:
        """Return the length of a piece, short enough for chains that are displayed."""
        if self.on_states is None:
            return length
        total = self.schedule.test_iterations + self.schedule.formal_iterations
        return max(min(length, total // _WATCHED_PIECES), 1)

    def _check_for_stop(self) -> None:
        if self.should_stop is not None and self.should_stop():
            raise Cancelled("batch assimilation stopped on request")

    def _report_states(self, chains: Sequence[Chain], before: int, keep_every: int, adapt: bool) -> None:
        new = len(chains[0].unit) - before
        if self.on_states is not None and new > 0:
            self.on_states(chains, new, keep_every, adapt)

    def _report_progress(self, chains: Sequence[Chain], adapt: bool) -> None:
        if self.on_progress is None:
            return
        schedule, done = self.schedule, chains[0].iterations
        total = schedule.test_iterations + schedule.formal_iterations
        place = done if adapt else schedule.test_iterations + done
        rate = sum(chain.acceptance for chain in chains) / len(chains)
        phase = "test run" if adapt else "formal run"
        again = f", run again {max(c.reruns for c in chains)}" if any(c.reruns for c in chains) else ""
        detail = {"acceptance": rate, "columns": len(self.target.columns), "chains": len(chains)}
        message = f"{phase}, {done} iterations, {rate:.0%} accepted{again}"
        self.on_progress(Progress(min(place, total), total, message, detail))
