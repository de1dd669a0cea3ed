"""Jobs that train or examine a network, with losses and results that grow while they run."""

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
        """Add epochs of the training, or a part of the examination."""
        for member, *epoch in message.get("epochs", ()):
            number = int(member)
            self.losses = self.losses | {number: (*self.losses.get(number, ()), tuple(epoch))}
        if "part" in message:
            self.parts = self.parts | {message["part"]: pickle.loads(message["content"])}

    def _clear(self) -> None:
        super()._clear()
        self.losses, self.parts = {}, {}


class NetworkTraining(NetworkJob):
    """Training of a network from a run's posterior; stored on disk, so that it survives a restart."""

    def __init__(self, workers: Workers, data: str, run: Run, choices: dict, training_id: str = "") -> None:
        super().__init__(workers, f"Network of run {run.id}", tasks.train_network, data, run)
        self.id = training_id or self.id
        self.choices, self._directory = choices, job_store.directory_of(self.id)
        self.set_task(tasks.train_network, data, str(run.directory), choices, str(self._directory))

    def start(self) -> NetworkTraining:
        """Start, or resume with the members that are not trained yet; InputError if it cannot be stored."""
        if self.state is State.NEW:
            request = {"data": self.data, "run": self.run_id, "choices": self.choices}
            job_store.write(self._directory, _TRAINING, json.dumps(request))
        super().start()
        return self

    def stop(self) -> None:
        """Stop; a restarted server does not resume it."""
        if not self.state.ended:
            (self._directory / _TRAINING).unlink(missing_ok=True)
        super().stop()


class RunExamination(NetworkJob):
    """Examination of the network that a run has trained."""

    def __init__(self, workers: Workers, data: str, run: Run) -> None:
        super().__init__(workers, f"Examine the network of run {run.id}", tasks.examine_run, data, run)


def find_training(training_id: str, registry: Registry, workers: Workers, runs: Runs) -> Job | None:
    """Return the training of that id, resumed if a stopped server has left it unfinished; None if unknown."""
    known, directory = registry.get(training_id), job_store.find(training_id)
    if known is not None or directory is None:
        return known
    try:
        request = json.loads((directory / _TRAINING).read_text(encoding="utf-8"))
        choices = request["choices"] | {"groups": tuple(request["choices"]["groups"])}
        run = runs.existing(request["run"])
    except (OSError, ValueError, KeyError, TypeError, InputError):
        return None
    return registry.start(NetworkTraining(workers, request["data"], run, choices, training_id))


def find_examination(registry: Registry, workers: Workers, data: str, run: Run) -> RunExamination:
    """Return the examination of a run's network, running or finished; a new one if there is none."""
    for job in reversed(registry.jobs(RunExamination)):
        if job.run_id == run.id and job.data == data and not job.failed:
            return job
    return registry.start(RunExamination(workers, data, run))
