"""Compute the stages a run lacks: each once, stored when it is complete, with progress and cancellation."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from proda_core.records.atomic_write import remove_orphans
from proda_core.records.progress import Cancelled, Progress
from proda_core.run_inputs import RunInputs
from proda_core.run_integrity import discard_damaged
from proda_core.runs import Run
from proda_core.stage_remarks import after_stage, before_stage
from proda_core.stages import STAGES, Stage


def compute_stages(run: Run, inputs: RunInputs, functions: Mapping[str, Callable[..., Any]]) -> None:
    """Compute and store every stage that ``run`` was asked for and that is not finished, or damaged.

    functions : by name of the stage; each takes ``inputs`` and the results the stage needs. A needed
        stage that is not part of the run is passed as None.
    Raises Cancelled between two stages when ``inputs.should_stop()`` returns True.
    """
    remove_orphans(run.directory)
    discard_damaged(run)
    results = _Results(run)
    for name in run.stages:
        if name not in run.finished:
            _expect_to_continue(run, name, inputs)
            results.add(name, _compute(run, STAGES[name], inputs, functions[name], results))


class _Results:
    """Results of the stages: those computed in this call, and those on disk, read when first needed."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._known: dict[str, Any] = {}

    def add(self, name: str, result: Any) -> None:
        self._known[name] = result

    def get(self, name: str) -> Any:
        """The result of a stage; None where it is not part of the run."""
        if name not in self._known:
            self._known[name] = self._run[name] if name in self._run.finished else None
        return self._known[name]


def _expect_to_continue(run: Run, name: str, inputs: RunInputs) -> None:
    if inputs.should_stop is not None and inputs.should_stop():
        run.log(f"stopped before {name}")
        raise Cancelled(f"stopped before {name}")


def _compute(run: Run, stage: Stage, inputs: RunInputs, function: Callable[..., Any], results: _Results):
    """Compute one stage, store its result and remove its unfinished parts."""
    report = _reporter(run, stage, inputs.on_progress)
    report(Progress(0, 1))
    run.log(f"{stage.name}: {stage.message}")
    started = time.monotonic()
    try:
        needed = {name: results.get(name) for name in stage.needs}
        parts = run.parts(stage.name)
        _remark(run, before_stage(stage.name, inputs.choices, needed), report)
        result = function(replace(inputs, on_progress=report, parts=parts), **needed)
        run.write(stage.name, result)
        shutil.rmtree(parts, ignore_errors=True)
    except BaseException as error:
        run.log(f"{stage.name}: {type(error).__name__}: {error}")
        raise
    _remark(run, after_stage(stage.name, result))
    run.log(f"{stage.name}: finished in {time.monotonic() - started:.0f} s")
    return result


def _remark(run: Run, sentence: str, report: Callable[[Progress], None] | None = None) -> None:
    """Log a sentence, where there is one, and report it as progress before work begins."""
    if sentence:
        run.log(sentence)
        if report is not None:
            report(Progress(0, 1, sentence))


def _reporter(
    run: Run, stage: Stage, on_progress: Callable[[Progress], None] | None
) -> Callable[[Progress], None]:
    """A callback that adds the stage, its number among all and the seconds left to its progress."""
    asked, started = run.stages, time.monotonic()
    place = {"stage": stage.name, "stage_number": asked.index(stage.name) + 1, "stages": len(asked)}

    def report(progress: Progress) -> None:
        if on_progress is not None:
            text = f"{stage.message}: {progress.message}" if progress.message else stage.message
            detail = progress.detail | place | _seconds_left(progress, time.monotonic() - started)
            on_progress(Progress(progress.done, progress.total, text, detail))

    return report


def _seconds_left(progress: Progress, spent: float) -> dict[str, float]:
    """Extrapolated time left of a stage [s]; empty in its first second, while that would be a guess."""
    done = progress.fraction
    return {"seconds_left": spent * (1 - done) / done} if done > 0 and spent > 1 else {}
