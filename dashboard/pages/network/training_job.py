"""Networks that are trained or looked at while visitors watch."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable

from dashboard.jobs import job_store
from dashboard.jobs.job import Job, State
from dashboard.jobs.registry import Registry
from dashboard.jobs.runs import Runs
from dashboard.jobs.tasks import training as tasks
from dashboard.jobs.workers import Workers
from proda_core.records.checks import InputError
from proda_core.runs import Run

_TRAINING = "training.json"
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

    def on_message(self, message: dict) -> None:
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
    """A network trained from a run's posterior as a visitor has chosen; it outlives the server."""

    def __init__(self, workers: Workers, data: str, run: Run, choices: dict, number: str = "") -> None:
        super().__init__(workers, f"Network of run {run.id}", tasks.train_network, data, run)
        self.id = number or self.id
        self.choices, self._place = choices, job_store.directory_of(self.id)
        self.set_task(tasks.train_network, data, str(run.directory), choices, str(self._place))

    def start(self) -> NetworkTraining:
        """Begin, or go on with the members that are not trained yet; InputError where it cannot be kept."""
        if self.state is State.NEW:
            asked = {"data": self.data, "run": self.run_id, "choices": self.choices}
            job_store.write(self._place, _TRAINING, json.dumps(asked))
        super().start()
        return self

    def cancel(self) -> None:
        """Stop for good."""
        if not self.state.ended:
            (self._place / _TRAINING).unlink(missing_ok=True)
        super().cancel()


def find(number: str, registry: Registry, workers: Workers, runs: Runs) -> Job | None:
    """The training of that number; one that a server has left behind is taken up again."""
    known, directory = registry.get(number), job_store.find(number)
    if known is not None or directory is None:
        return known
    try:
        asked = json.loads((directory / _TRAINING).read_text(encoding="utf-8"))
        choices = asked["choices"] | {"groups": tuple(asked["choices"]["groups"])}
        run = runs.existing(asked["run"])
    except (OSError, ValueError, KeyError, TypeError, InputError):
        return None
    return registry.start(NetworkTraining(workers, asked["data"], run, choices, number))


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
