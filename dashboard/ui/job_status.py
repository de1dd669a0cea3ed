"""The status of a job: progress bar, state and time left."""

from __future__ import annotations

import panel as pn
import panel_material_ui as pmui

from dashboard.jobs.job import Job, State
from dashboard.ui.text import escape_markdown, markdown

_STATES = {
    State.NEW: "Not started.",
    State.WAITING: "Waiting for a free worker",
    State.RUNNING: "Running",
    State.DONE: "Finished",
    State.FAILED: "Failed",
    State.STOPPED: "Stopped",
}


class JobStatus:
    """Progress bar and sentence of one job."""

    def __init__(self) -> None:
        self._bar = pmui.LinearProgress(value=0, sizing_mode="stretch_width", margin=(4, 0), visible=False)
        self._words = markdown()
        self.view = pn.Column(self._bar, self._words, sizing_mode="stretch_width", margin=0)

    def update(self, job: Job | None, before: int = 0, outcome: str = "") -> None:
        """Show a job, nothing for None; ``before``: jobs that run before it; ``outcome``: of an ended one."""
        if job is None:
            self._bar.visible, self._words.object = False, ""
            return
        share = 100 if job.state is State.DONE else round(100 * job.progress.fraction)
        self._bar.param.update(visible=True, value=share, color=_colour(job.state))
        self._words.object = status_sentence(job, before, outcome)


def status_sentence(job: Job, before: int = 0, outcome: str = "") -> str:
    """Return the status of a job as a sentence."""
    words = _STATES[job.state]
    if job.state is State.WAITING and before:
        return f"{words}; {before} job{'s' if before > 1 else ''} before this one."
    if job.state is State.WAITING:
        return f"{words}. The first time, the model is compiled: up to a minute."
    if job.state is State.FAILED:
        return f"**{words}.** {escape_markdown(job.error)}"
    if job.state is State.RUNNING:
        left = job.seconds_left
        parts = [words, escape_markdown(job.progress.message), f"{duration(job.seconds)} so far"]
        parts.append(f"about {duration(left)} left" if left is not None else "")
        return " · ".join(filter(None, parts))
    if job.state in (State.DONE, State.STOPPED):
        result = f" {escape_markdown(outcome)}." if outcome else ""
        return f"{words} after {duration(job.seconds)}.{result}"
    return words if words.endswith(".") else f"{words}."


def missing_references_sentence(job: Job) -> str:
    """Return why reference maps are missing, where reading them has failed."""
    return f"Reference maps cannot be shown. {job.error}"


def duration(seconds: float) -> str:
    """Return a duration in words.

    >>> duration(0.84), duration(75), duration(7320)
    ('0.8 s', '1 min 15 s', '2 h 02 min')
    """
    if seconds < 10:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if not minutes:
        return f"{rest} s"
    return f"{minutes} min {rest:02d} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d} min"


def _colour(state: State) -> str:
    return {State.FAILED: "error", State.STOPPED: "warning", State.DONE: "success"}.get(state, "primary")
