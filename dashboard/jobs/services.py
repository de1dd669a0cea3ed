"""What all visitors of one server share; made once in app.py and handed down."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

from dashboard.jobs.cache import Cache
from dashboard.jobs.comparisons import Comparisons
from dashboard.jobs.data.fine_maps import FineMaps
from dashboard.jobs.data.overview_data import OverviewCache
from dashboard.jobs.data.run_maps import RunMapsCache
from dashboard.jobs.data.run_progress import RunProgressReaders
from dashboard.jobs.data.run_sites import RunSitesCache, SiteJobs
from dashboard.jobs.data.studies import Studies
from dashboard.jobs.data.study_loader import StudyLoader
from dashboard.jobs.job import Job
from dashboard.jobs.registry import Registry
from dashboard.jobs.runs import Runs
from dashboard.jobs.short_links import ShortLinks
from dashboard.jobs.tasks import common, maps
from dashboard.jobs.workers import Workers
from dashboard.state.session_state import DEFAULT_DATA
from proda_core.report.references import products_here

LONGEST_OPENING = 3600.0  # s
MOST_DATA = 8  # data sets of which a result is held in memory


class OncePerData:
    """A job per data set, started when first asked for: ``task`` of its name, told as ``title``.

    made_from : what else the result depends on, by the data set's name; where it has changed, or the data
        set has been replaced, the job is done anew
    """

    def __init__(
        self,
        studies: Studies,
        workers: Workers,
        title: str,
        task: Callable,
        made_from: Callable[[str], Hashable] = lambda name: None,
    ) -> None:
        self._studies, self._workers, self._title, self._task = studies, workers, title, task
        self._made_from = made_from
        self._jobs: Cache[Job] = Cache(MOST_DATA)

    def job(self, name: str) -> Job:
        """The job of a data set, with the task's result; after a failure it is tried again later."""
        return self._jobs.get_or_create(
            (self._studies.find(name), self._made_from(name)),
            lambda: Job(self._workers, f"{self._title} of {name}", self._task, name).start(),
            is_stale=lambda job: job.may_retry,
        )


@dataclass(frozen=True)
class Services:
    """Data sets, runs, worker processes, jobs and the shelf of long selections.

    ``run_workers`` take whole runs, minutes each, so that ``workers`` stay free for what is quick;
    ``io_workers`` wait for the network, or read and write files; ``read_workers`` look at what is finished, so that
    it can be seen while ``workers`` compile the model. ``default_data`` is the data set of a first visit.
    Jobs of ``default_runs`` result in CLM5's default run (site, layer) [gC m-3], those of ``references`` in
    {product: stock (interval, cell) with its intervals}.
    """

    studies: Studies = field(default_factory=Studies)
    runs: Runs = field(default_factory=Runs)
    workers: Workers = field(default_factory=Workers)
    run_workers: Workers = field(default_factory=lambda: Workers(1))
    io_workers: Workers = field(default_factory=lambda: Workers(1))
    read_workers: Workers = field(default_factory=lambda: Workers(1))
    registry: Registry = field(default_factory=Registry)
    short_links: ShortLinks = field(default_factory=ShortLinks)
    maps: RunMapsCache = field(default_factory=RunMapsCache)
    profiles: RunSitesCache = field(default_factory=RunSitesCache)
    progress_readers: RunProgressReaders = field(default_factory=RunProgressReaders)
    default_data: str = DEFAULT_DATA
    default_runs: OncePerData = field(init=False)
    study_loader: StudyLoader = field(init=False)
    overviews: OverviewCache = field(init=False)
    comparisons: Comparisons = field(init=False)
    references: OncePerData = field(init=False)
    fine_maps: FineMaps = field(init=False)
    site_jobs: SiteJobs = field(init=False)

    def __post_init__(self) -> None:
        default_runs = OncePerData(self.studies, self.workers, "Default run", common.default_run)
        object.__setattr__(self, "default_runs", default_runs)
        object.__setattr__(self, "study_loader", StudyLoader(self.studies, self.workers))
        object.__setattr__(self, "overviews", OverviewCache(self.runs))
        object.__setattr__(self, "comparisons", Comparisons(self.runs, self.read_workers))
        object.__setattr__(self, "fine_maps", FineMaps(self.read_workers))
        object.__setattr__(self, "site_jobs", SiteJobs(self.read_workers))
        references = OncePerData(
            self.studies,
            self.read_workers,
            "Reference products",
            maps.reference_products,
            made_from=lambda name: products_here(),
        )
        object.__setattr__(self, "references", references)

    def warm_up(self) -> None:
        """Open the first data set and start the processes before anybody asks (in the background)."""
        threading.Thread(target=self._warm_up, daemon=True, name="warm-up").start()

    def _warm_up(self) -> None:
        """One after the other: a data set that is made up is made up once."""
        opening = self.study_loader.load(self.default_data)
        if opening.wait(LONGEST_OPENING) and not opening.error:
            self.default_runs.job(self.default_data)
            Job(self.workers, "Warm-up", common.warm_up, self.default_data).start()

    def close(self) -> None:
        """Stop the worker processes."""
        self.workers.close()
        self.run_workers.close()
        self.io_workers.close()
        self.read_workers.close()
