"""Worker processes of one server, started when first needed.

All messages of tasks go over one topic of the Dask scheduler, which stores the last few only.
"""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Callable
from concurrent.futures import Future as ThreadFuture
from concurrent.futures import ThreadPoolExecutor

import dask
from distributed import Client, Event, Future, LocalCluster

from dashboard.jobs import messages
from proda_core.hardware import available_cores
from proda_core.records.progress import Cancelled

LOG = logging.getLogger("dashboard.jobs")
logging.getLogger("distributed").setLevel(logging.ERROR)
CLOSE_SECONDS = 5
_DASK_SETTINGS = {
    "distributed.admin.low-level-log-length": 100,  # messages that the scheduler stores
    "distributed.scheduler.allowed-failures": 0,  # a call that kills its process is not repeated
    # Dask's own statistics are not used; at their default rate they take 6 % of a core in each process.
    "distributed.worker.profile.enabled": False,
    "distributed.admin.tick.interval": "2s",
    "distributed.admin.system-monitor.interval": "10s",
}

OnMessage = Callable[[dict], None]
OnEnd = Callable[[object, BaseException | None], None]


class Task:
    """One call in a worker process."""

    def __init__(self, workers: Workers, on_message: OnMessage, on_end: OnEnd) -> None:
        self.name = uuid.uuid4().hex
        self.on_message = on_message
        self._workers, self._on_end = workers, on_end
        self._future: Future | None = None
        self._stopped = self._finished = False
        self._lock = threading.Lock()

    def stop(self) -> None:
        """Ask the call to stop; a call that has not started never will."""
        self._stopped = True
        self._workers.in_background(self._stop)

    def submit(self, client: Client, function: Callable, arguments: tuple) -> None:
        """Submit the call to the scheduler (from a background thread)."""
        if self._stopped:
            return self.finish(None, Cancelled())
        self._future = client.submit(
            messages.run_task,
            function,
            arguments,
            self.name,
            key=f"{function.__name__}-{self.name}",
            pure=False,
        )
        self._future.add_done_callback(self._done)

    def finish(self, result: object, error: BaseException | None) -> None:
        """Report result or error to the owner, once."""
        with self._lock:
            if self._finished:
                return
            self._finished = True
        self._workers.forget(self)
        self._on_end(result, error)

    def _stop(self) -> None:
        client = self._workers.client()
        Event(messages.stop_name(self.name), client=client).set()
        if self._future is not None and not self._workers.has_started(self):
            self._future.cancel()
            self.finish(None, Cancelled())

    def _done(self, future: Future) -> None:
        try:
            result, error = (None, Cancelled()) if future.cancelled() else future.result()
        except Exception as raised:  # the page shows a sentence, the log the rest
            result, error = None, raised
            LOG.error("A task failed", exc_info=raised)
        self.finish(result, error)


class Workers:
    """A local Dask cluster, its client, and the calls under way."""

    def __init__(self, count: int | None = None) -> None:
        self.count = count or available_cores(leave=1)
        self._lock = threading.Lock()
        self._client: Client | None = None
        self._tasks: dict[str, Task] = {}
        self._started_tasks: set[str] = set()
        self._threads = ThreadPoolExecutor(max_workers=4, thread_name_prefix="jobs")

    def run(self, function: Callable, arguments: tuple, on_message: OnMessage, on_end: OnEnd) -> Task:
        """Call ``function(*arguments, context)`` in a worker process; return at once."""
        task = Task(self, on_message, on_end)
        self._tasks[task.name] = task
        self.in_background(self._submit, task, function, arguments)
        return task

    def in_background(self, function: Callable, *arguments: object) -> ThreadFuture:
        """Run something that may wait in a thread."""
        return self._threads.submit(function, *arguments)

    def client(self) -> Client:
        """Return the client; start the processes if none are running (call from a background thread)."""
        with self._lock:
            if self._client is None or self._client.status != "running":
                self._client = self._start()
            return self._client

    @property
    def started(self) -> bool:
        """Whether the processes have been started."""
        return self._client is not None

    def has_started(self, task: Task) -> bool:
        """Return whether the worker has sent a message of this task."""
        return task.name in self._started_tasks

    def forget(self, task: Task) -> None:
        """Remove a task that has finished."""
        self._tasks.pop(task.name, None)
        self._started_tasks.discard(task.name)

    def close(self) -> None:
        """Stop the processes."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        if self._client is not None:
            cluster = self._client.cluster
            self._client.close(timeout=CLOSE_SECONDS)
            if cluster is not None:
                cluster.close(timeout=CLOSE_SECONDS)

    def _submit(self, task: Task, function: Callable, arguments: tuple) -> None:
        try:
            task.submit(self.client(), function, arguments)
        except Exception as error:
            LOG.error("A task could not be started", exc_info=error)
            task.finish(None, error)

    def _start(self) -> Client:
        dask.config.set(_DASK_SETTINGS)
        cluster = LocalCluster(
            n_workers=self.count,
            threads_per_worker=1,
            processes=True,
            dashboard_address=None,
            scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},
            memory_limit=0,
            silence_logs=logging.ERROR,
            preload=["dashboard.jobs.tasks.worker_setup"],
        )
        client = Client(cluster)
        client.subscribe_topic(messages.TOPIC, self._on_event)
        return client

    def _on_event(self, event: tuple[float, dict]) -> None:
        _, message = event
        task = self._tasks.get(message.pop("task"))
        if task is None:
            return
        self._started_tasks.add(task.name)
        try:
            task.on_message(message)
        except Exception as error:
            LOG.error("A message could not be handled", exc_info=error)
