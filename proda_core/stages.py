"""Doing a run stage by stage: each stage once, kept when it is whole, told of and stopped in between."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path

from proda_core.records import store
from proda_core.records.progress import Cancelled, Progress
from proda_core.runs import DATASETS, NETWORKS, Run


class Stages:
    """Runs each stage once: what is finished is read back, what is new is kept when it is whole."""

    def __init__(
        self,
        run: Run,
        on_progress: Callable[[Progress], None] | None,
        should_stop: Callable[[], bool] | None,
    ) -> None:
        self.run = run
        self._tell = on_progress
        self._should_stop = should_stop

    def __call__(self, stage: str, compute: Callable, message: str):
        """The result of ``compute(on_progress)``, or of an earlier time; None if it was not asked for."""
        if stage in self.run.finished:
            return self.run[stage]
        if stage not in self.run.stages:
            return None
        if self._should_stop is not None and self._should_stop():
            self.run.log(f"stopped before {stage}")
            raise Cancelled(f"stopped before {stage}")
        self._report(stage, message)(Progress(0, 1))
        self.run.log(f"{stage}: {message}")
        began = time.monotonic()
        try:
            result = compute(self._report(stage, message))
            _save(result, self.run.path(stage), stage)
            shutil.rmtree(self.run.parts(stage), ignore_errors=True)
        except BaseException as error:
            self.run.log(f"{stage}: {type(error).__name__}: {error}")
            raise
        self.run.log(f"{stage}: finished in {time.monotonic() - began:.0f} s")
        return result

    def _report(self, stage: str, message: str) -> Callable[[Progress], None]:
        """Pass progress of a stage on, with its name, its place in the whole and the seconds it has left."""
        asked, began = self.run.stages, time.monotonic()
        place = {"stage": stage, "stage_number": asked.index(stage) + 1, "stages": len(asked)}

        def report(progress: Progress) -> None:
            if self._tell is not None:
                text = f"{message}: {progress.message}" if progress.message else message
                detail = progress.detail | place | _left(progress, time.monotonic() - began)
                self._tell(Progress(progress.done, progress.total, text, detail))

        return report


def _left(progress: Progress, spent: float) -> dict[str, float]:
    """Seconds a stage has left, if it goes on as it went so far; nothing while that is a guess."""
    done = progress.fraction
    return {"seconds_left": spent * (1 - done) / done} if done > 0 and spent > 1 else {}


def _save(result: object, path: Path, stage: str) -> None:
    if stage in NETWORKS or path.suffix == ".csv" or stage in DATASETS:
        with store.replacing(path) as temporary:
            if stage in NETWORKS:
                result.save(temporary)
            elif path.suffix == ".csv":
                result.to_csv(temporary, index=False)
            else:
                result.to_netcdf(temporary, engine="h5netcdf")
    else:
        store.save(result, path)
