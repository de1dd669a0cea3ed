"""Network: train the network of a run with other choices, or see how well the run's own predicts."""

from __future__ import annotations

import panel as pn
import panel_material_ui as pmui

from dashboard.jobs.data.site_estimates import chosen_run
from dashboard.jobs.runs import SHIPPED
from dashboard.jobs.services import Services
from dashboard.pages.network.losses_view import LossesView
from dashboard.pages.network.network_view import NetworkView
from dashboard.pages.network.sites_sentence import sites_sentence
from dashboard.pages.network.training_card import TrainingCard
from dashboard.pages.network.training_job import (
    NetworkJob,
    NetworkTraining,
    find_examination,
    find_training,
)
from dashboard.plots.labels import data_note
from dashboard.plots.tables import scores_table
from dashboard.state.session_state import SessionState
from dashboard.ui.callbacks import Poller, on_next_tick
from dashboard.ui.help import Help
from dashboard.ui.layout import (
    GAP,
    card,
    flexible_column,
    page_column,
    set_content,
    side_by_side,
    wrap_row,
)
from dashboard.ui.notice import Notice
from dashboard.ui.text import escape_markdown, heading, html, markdown, paragraph
from proda_core.network.importance import groups_by_kind
from proda_core.records.checks import InputError
from proda_core.runs import Run

POLL_MS = 300  # of the job
WIDE = 200  # share of the figures beside the form, which takes a whole row where it is alone
_HELD_OUT_HERE = "Sites held out here", "Scores of this network on the sites it has held out"
_SAMPLE = (
    "The points below are the few sites whose posteriors the showcase stores; scores and importance are those"
    " of the whole network. To train one, **start a run** on the page *Maps*: it stores all posteriors."
)


class NetworkPage:
    """Shows the visitor's training if the session names one, otherwise the network of the chosen run."""

    def __init__(self, services: Services, session: SessionState, help_: Help) -> None:
        self._services, self._session = services, session
        self._notice = Notice()
        on_train = self._notice.guard(self._on_train)
        self._training = TrainingCard(session, help_, on_train, self._on_stop)
        self._losses, self._view = LossesView(), NetworkView(session, help_)
        self._run: Run | None = None
        self._job: NetworkJob | None = None
        self._shown: tuple[str, int] = ("", -1)  # job and its version
        self._poller = Poller(self._poll, POLL_MS)
        self._content = pn.Column(sizing_mode="stretch_width", margin=0)
        self._network = side_by_side(self._training.view, self._results(help_))
        self._no_run = self._no_run_card()
        self.view = page_column(paragraph("network"), self._notice.view, self._content)
        session.param.watch(lambda *_: self._update(), ["page", "data", "run", "training"])
        self._update()

    def _results(self, help_: Help) -> pn.Column:
        self._title, self._sites = markdown(), markdown()
        self._scores, self._run_scores = html(), html()
        losses = card(self._title, self._losses.view, self._sites)
        scores = card(
            heading("Scores of the methods", help_.button("network_scores", "these scores")),
            self._scores,
            markdown("Scores of the run, on its own held-out sites:", styles={"margin-top": "14px"}),
            self._run_scores,
        )
        results = flexible_column(losses, scores, self._view.view, grow=WIDE, basis=560)
        results.styles = results.styles | {"gap": GAP}
        return results

    def _no_run_card(self) -> pn.Column:
        button = pmui.Button(label="Go to Maps", icon="map", on_click=self._on_maps)
        words = paragraph("network_empty", styles={"text-align": "center"})
        inside = (words, wrap_row(button, **{"justify-content": "safe center"}))
        return card(pn.Column(*inside, sizing_mode="stretch_width", styles={"padding": "6% 10%"}))

    @on_next_tick
    def _update(self) -> None:
        """Show the session's training or run, or how to get a run."""
        if self._session.page != "network":
            return
        data = self._session.data
        self._run = chosen_run(data, self._session.run, "posterior")
        if self._run is None:
            self._job = None
            self._poller.stop()
            set_content(self._content, self._no_run)
            return
        self._training.form.set_options(groups_by_kind(self._services.studies.study(data).covariates))
        self._job = self._find_job()
        self._shown = ("", -1)
        self._losses.clear()
        self._update_run_scores()
        self._poll()
        self._poller.start()
        set_content(self._content, self._network)

    def _find_job(self) -> NetworkJob | None:
        services = self._services
        job = find_training(self._session.training, services.registry, services.workers, services.runs)
        if isinstance(job, NetworkTraining) and job.data == self._session.data:
            return job
        if isinstance(job, NetworkTraining):
            self._notice.report(f"This training is of the data set {job.data}. Open that one to see it.")
            self._session.training = ""
        elif self._session.training:
            self._notice.report("This training is no longer on the server. Start it again.")
            self._session.training = ""
        if "network" not in self._run.finished or "split" not in self._run.finished:
            return None
        return find_examination(services.registry, services.workers, self._session.data, self._run)

    def _poll(self) -> None:
        """Show the status of the job, and its results if they have changed."""
        job = self._job
        ended = job is None or job.state.ended  # read first: a job that ends below is shown at the next poll
        before = 0 if job is None else self._services.registry.jobs_before(job)
        # the showcase stores the posteriors of too few sites for a training
        self._training.update(job, before, can_train=self._run.id not in SHIPPED)
        version = ("", -1) if job is None else (job.id, job.version)
        if version != self._shown:
            self._shown = version
            self._update_results(job)
        if ended:
            self._poller.stop()

    def _update_results(self, job: NetworkJob | None) -> None:
        note = data_note(self._services.studies.study(self._session.data))
        parts = {} if job is None else job.parts
        self._title.object = _title(job, self._run)
        self._losses.update({} if job is None else job.losses, note)
        fit, scores = parts.get("fit"), parts.get("scores")
        sites = "" if fit is None else sites_sentence(fit["counts"])
        self._sites.object = f"<span class='quiet'>{sites}</span>" if sites else ""
        self._scores.object = "" if scores is None else scores_table(scores["table"], *_HELD_OUT_HERE)
        self._view.update(parts, note)
        known = parts.get("dependence")
        if known is not None and self._session.covariate not in ("", *known):
            self._notice.report(f"This network has no covariate {self._session.covariate[:40]}.")
            self._session.covariate = ""

    def _update_run_scores(self) -> None:
        try:
            scores = self._services.runs.scores(self._run.id)
        except InputError as error:
            self._run_scores.object = ""
            self._notice.report(f"The scores of run {self._run.id} cannot be read. {error}")
            return
        none = "<p class='quiet'>This run has no scores yet.</p>"
        self._run_scores.object = none if scores is None else scores_table(scores)

    def _on_train(self, event: object) -> None:
        form = self._training.form.choices
        choices = form.numbers() | {"groups": form.kinds(), "preset": form.preset, "by": form.by}
        if isinstance(self._job, NetworkTraining):
            self._job.stop()
        job = NetworkTraining(self._services.workers, self._session.data, self._run, choices)
        self._session.training = self._services.registry.start(job).id

    def _on_stop(self, event: object) -> None:
        if isinstance(self._job, NetworkTraining):
            self._job.stop()

    def _on_maps(self, event: object) -> None:
        self._session.page = "maps"


def _title(job: NetworkJob | None, run: Run) -> str:
    if job is None:
        return f"### Run {escape_markdown(run.id)}\nThis run has trained no network yet. Train one."
    if isinstance(job, NetworkTraining):
        return f"### Your training\nfrom the posterior of run {escape_markdown(job.run_id)}"
    if run.id in SHIPPED:
        return f"### The network of the showcase\n{_SAMPLE}"
    return f"### The network of run {escape_markdown(job.run_id)}"
