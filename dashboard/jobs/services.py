"""What all sessions of one server share; created once in app.py and passed to them."""

from __future__ import annotations

import threading

from dashboard.jobs.data.studies import Studies
from dashboard.jobs.data.study_loader import LONGEST_LOAD_SECONDS, StudyLoader
from dashboard.jobs.job import Job
from dashboard.jobs.registry import Registry
from dashboard.jobs.results import Results
from dashboard.jobs.runs import Runs
from dashboard.jobs.short_links import ShortLinks
from dashboard.jobs.tasks import common, figures_json
from dashboard.jobs.workers import Workers
from dashboard.state.session_state import DEFAULT_DATA


class Services:
    """Data sets, runs, worker processes, jobs, shared results and short links.

    workers : short computations, for instance chains of a few sites
    run_workers : whole runs, minutes to hours each, so that ``workers`` stay free
    io_workers : downloads, imports, exports and reports
    read_workers : results that are finished, so that they can be seen while ``workers`` compile the model
    default_data : the data set of a first visit
    """

    def __init__(
        self,
        *,
        workers: Workers | None = None,
        run_workers: Workers | None = None,
        io_workers: Workers | None = None,
        read_workers: Workers | None = None,
        default_data: str = DEFAULT_DATA,
    ) -> None:
        self.workers = workers or Workers()
        self.run_workers = run_workers or Workers(1)
        self.io_workers = io_workers or Workers(1)
        self.read_workers = read_workers or Workers(1)
        self.default_data = default_data
        self.studies, self.runs = Studies(), Runs()
        self.registry, self.short_links = Registry(), ShortLinks()
        self.study_loader = StudyLoader(self.studies, self.workers)
        self.results = Results(self.studies, self.runs, self.workers, self.read_workers)

    def warm_up(self) -> None:
        """Open the first data set and start the worker processes in the background."""
        threading.Thread(target=self._warm_up, daemon=True, name="warm-up").start()

    def _warm_up(self) -> None:
        """Load first, then start jobs: a data set that has to be generated is generated once."""
        self.runs.remove_deleted()
        load = self.study_loader.load(self.default_data)
        if load.wait(LONGEST_LOAD_SECONDS) and not load.error:
            self.results.default_run(self.default_data)
            Job(self.workers, "Warm-up", common.warm_up, self.default_data).start()
            Job(self.read_workers, "Warm-up of figures", figures_json.warm_up).start()

    def close(self) -> None:
        """Stop the worker processes."""
        for workers in (self.workers, self.run_workers, self.io_workers, self.read_workers):
            workers.close()
