"""Results that all visitors share: computed by a job or read from disk once, then kept in memory.

Jobs start when first asked for. A job that failed is tried again after a while; a result whose inputs have
changed (another data set of that name, more stages of a run, another reference product) is another one.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping

from dashboard.jobs.cache import Cache
from dashboard.jobs.data.fine_maps import FineMap
from dashboard.jobs.data.overview_data import OverviewData, read_overview
from dashboard.jobs.data.run_maps import RunMaps, read_run_maps
from dashboard.jobs.data.run_progress import RunProgressReader
from dashboard.jobs.data.run_sites import RunSites, read_run_sites
from dashboard.jobs.data.studies import Studies
from dashboard.jobs.job import Job
from dashboard.jobs.runs import Runs, RunSummary
from dashboard.jobs.tasks import common, comparison, comparison_figures, fine_map_shading, maps
from dashboard.jobs.tasks.maps import Stocks
from dashboard.jobs.workers import Workers
from proda_core.figures.projection import Box, Projection
from proda_core.records.study import Study
from proda_core.report.references import products_here
from proda_core.runs import Run

MOST = {  # results of a kind that are kept in memory; the oldest are dropped
    "default run": 8,
    "prior band": 500,
    "references": 8,
    "comparison": 40,
    "comparison figures": 40,  # 0.5 MB each at most
    "fine map": 24,  # images of 1.6 MB each at most
    "site": 500,
    "run maps": 8,
    "run sites": 3,
    "run progress": 6,
    "overview": 6,
}


class Results:
    """One method per kind of result.

    workers : processes that may be compiling the soil model
    read_workers : processes that only read what is finished
    """

    def __init__(self, studies: Studies, runs: Runs, workers: Workers, read_workers: Workers) -> None:
        self._studies, self._runs = studies, runs
        self._workers, self._read_workers = workers, read_workers
        self._caches: dict[str, Cache] = {kind: Cache(most) for kind, most in MOST.items()}

    def default_run(self, data: str) -> Job:
        """Return the job whose result is CLM5's default run of a data set, (site, layer) [gC m-3]."""
        key = self._studies.find(data)
        return self._job(
            "default run", key, self._workers, f"Default run of {data}", common.default_run, data
        )

    def prior_band(self, data: str, site: int, prior: str, model: Mapping[str, object] | None = None) -> Job:
        """Return the job whose result is carbon under a prior at a site: median, 5, 95 % (3, layer).

        model : chosen settings of the soil model
        """
        chosen = dict(model or {})
        key = self._studies.find(data), site, prior, *sorted(chosen.items())
        title = f"Prior {prior} at site {site}"
        task = (common.prior_band, data, site, prior, chosen)
        return self._job("prior band", key, self._read_workers, title, *task)

    def references(self, data: str) -> Job:
        """Return the job whose result is {product: (intervals, stock (interval, cell) [kgC m-2])}."""
        key = self._studies.find(data), products_here()
        title = f"Reference products of {data}"
        return self._job("references", key, self._read_workers, title, maps.reference_products, data)

    def comparison(self, run_id: str, data: str, figure: str, part: str, interval: str) -> Job:
        """Return the job whose result is the frame behind a figure of the page Compare."""
        part = part if figure in comparison.BY_PART else ""
        interval = interval if figure in comparison.BY_INTERVAL else ""
        products = products_here() if figure in comparison.WITH_REFERENCES else ()
        key = run_id, self._runs.run(run_id).finished, figure, part, interval, products
        arguments = run_id, data, figure, part, interval
        title = f"{figure} of {run_id}"
        return self._job(
            "comparison",
            key,
            self._read_workers,
            title,
            comparison.comparison_frame,
            *arguments,
            at_once=True,
        )

    def comparison_figures(
        self, run_id: str, data: str, figure: str, part: str, interval: str, note: str
    ) -> Job:
        """Return the job whose result is a figure of the page Compare, JSON of its Bokeh figures."""
        part = part if figure in comparison.BY_PART else ""
        interval = interval if figure in comparison_figures.BY_INTERVAL else ""
        products = products_here() if figure in comparison.WITH_REFERENCES else ()
        arguments = run_id, data, figure, part, interval, note
        key = self._runs.run(run_id).finished, products, *arguments
        title, draw = f"Drawing {figure} of {run_id}", comparison_figures.comparison_figures
        kind = "comparison figures"
        return self._job(kind, key, self._read_workers, title, draw, *arguments, at_once=True)

    def fine_map_image(self, fine: FineMap, interval: str, box: Box | None, projection: Projection) -> Job:
        """Return the job whose result is the image of a part of a map, None where the map does not reach."""
        key, arguments = (fine, interval, box, projection), (fine.path, interval, box, projection)
        title = f"Map {fine.name}"
        return self._job(
            "fine map", key, self._read_workers, title, fine_map_shading.shade, *arguments, at_once=True
        )

    def site_carbon(self, run: Run, data: str, site: int) -> Job:
        """Return the job whose result is {product: (layer) [gC m-3]} at a site not stored in the run."""
        directory = str(run.directory)
        key = directory, len(run.finished), data, site
        title = f"Profiles of site {site}"
        return self._job("site", key, self._read_workers, title, maps.site_carbon, data, directory, site)

    def run_maps(self, run: Run, study: Study) -> RunMaps:
        """Return the maps of a run; InputError if it has none yet."""
        key = run.directory, len(run.finished)
        return self._caches["run maps"].get_or_create(key, lambda: read_run_maps(run, study))

    def run_sites(self, run: Run) -> RunSites | None:
        """Return the profiles stored in a run; None as long as there are none."""
        if "site_carbon" not in run.finished:
            return None
        key = run.directory, len(run.finished)
        return self._caches["run sites"].get_or_create(key, lambda: read_run_sites(run))

    def run_progress(self, run: Run) -> RunProgressReader:
        """Return the reader of a run's progress."""
        return self._caches["run progress"].get_or_create(run.directory, lambda: RunProgressReader(run))

    def overview(self, run: RunSummary, products: Mapping[str, Stocks] | None = None) -> OverviewData:
        """Return maps and scores of a run beside a reference; InputError where its files cannot be read.

        products : reference products on the same cells, used where the showcase has none of them
        """
        products = products or {}
        carbon = self._runs.carbon_map(run.id)
        key = run, carbon, *products
        scores, kept = self._runs.scores(run.id), self._runs.profiles_kept(run.id)
        create = lambda: read_overview(run, carbon, products, scores, kept)  # noqa: E731
        return self._caches["overview"].get_or_create(key, create)

    def _job(
        self,
        kind: str,
        key: Hashable,
        workers: Workers,
        title: str,
        function: Callable,
        *arguments: object,
        at_once: bool = False,
    ) -> Job:
        """Return the job of a key; ``at_once`` tries it again whenever it has failed, else after a while."""
        return self._caches[kind].get_or_create(
            key,
            lambda: Job(workers, title, function, *arguments).start(),
            is_stale=lambda job: job.failed if at_once else job.may_retry,
        )
