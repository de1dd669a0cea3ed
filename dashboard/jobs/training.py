"""Networks that are trained or looked at while visitors watch."""

from __future__ import annotations

import pickle
from collections.abc import Callable

from dashboard.jobs import training_tasks as tasks
from dashboard.jobs.job import Job, State
from dashboard.jobs.registry import Registry
from dashboard.jobs.workers import Workers
from proda_core.runs import Run

Epoch = tuple[float, float, float]  # number, loss of the training sites, loss of the validation sites


class NetworkJob(Job):
    """``losses`` by member and ``parts`` of the examination by name; both grow while it runs."""

    def __init__(
        self, workers: Workers, title: str, task: Callable, data: str, run: Run, *choices: object
    ) -> None:
        super().__init__(workers, title, task, data, str(run.directory), *choices)
        self.data, self.run_id = data, run.id
        self.losses: dict[int, tuple[Epoch, ...]] = {}
        self.parts: dict[str, dict] = {}

    def hear(self, message: dict) -> None:
        """Take epochs of the training, or a part of the examination."""
        for member, *epoch in message.get("epochs", ()):
            number = int(member)
            self.losses = self.losses | {number: (*self.losses.get(number, ()), tuple(epoch))}
        if "part" in message:
            self.parts = self.parts | {message["part"]: pickle.loads(message["content"])}

    def _clear(self) -> None:
        super()._clear()
        self.losses, self.parts = {}, {}


class NetworkTraining(NetworkJob):
    """A network trained from a run's posterior as a visitor has chosen."""

    def __init__(self, workers: Workers, data: str, run: Run, choices: dict) -> None:
        super().__init__(workers, f"Network of run {run.id}", tasks.train_network, data, run, choices)
        self.choices = choices


class RunExamination(NetworkJob):
    """A look at the network that a run has trained."""

    def __init__(self, workers: Workers, data: str, run: Run) -> None:
        super().__init__(workers, f"Look at the network of run {run.id}", tasks.examine_run, data, run)


def examination(registry: Registry, workers: Workers, data: str, run: Run) -> RunExamination:
    """The look at a run's network that is under way or done, or else a new one."""
    bad = (State.FAILED, State.CANCELLED)
    for job in reversed(registry.jobs(RunExamination)):
        if job.run_id == run.id and job.data == data and job.state not in bad:
            return job
    return registry.start(RunExamination(workers, data, run))
