"""Network: train a run's network as one likes, watch it learn, see how well it predicts and from what."""

from __future__ import annotations

import panel as pn
import panel_material_ui as pmui

from dashboard.jobs.data.site_estimates import chosen_run
from dashboard.jobs.runs import SHOWCASE
from dashboard.jobs.services import Services
from dashboard.pages.network.losses_view import LossesView
from dashboard.pages.network.network_view import NetworkView
from dashboard.pages.network.score_table import sites_note, training_scores_table
from dashboard.pages.network.training_form import NetworkForm
from dashboard.pages.network.training_job import NetworkJob, NetworkTraining, examination, find
from dashboard.plots.labels import data_note
from dashboard.plots.tables import scores_table
from dashboard.state.session_state import SessionState
from dashboard.ui.callbacks import Poller, on_next_tick
from dashboard.ui.help import Help
from dashboard.ui.job_status import JobStatus
from dashboard.ui.layout import (
    GAP,
    card,
    card_column,
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

WIDE = 200  # share of the figures beside the form, which takes a whole row where it stands alone
_SAMPLE = (
    "The points below are the few sites whose posteriors the showcase keeps; scores and importance are those"
    " of the whole network. To train one, **start a run** on the page *Maps*: it keeps all it finds."
)
TICK = 300  # ms between two looks at the job


class NetworkPage:
    """The page looks at a training of the visitor's, or else at the network of the chosen run."""

    def __init__(self, services: Services, session: SessionState, help_: Help) -> None:
        self._services, self._session = services, session
        self._notice, self._panel, self._form = Notice(), JobStatus(), NetworkForm(session)
        self._losses, self._view = LossesView(), NetworkView(session, help_)
        self._run: Run | None = None
        self._job: NetworkJob | None = None
        self._shown: tuple[str, int] = ("", -1)
        self._ticker = Poller(self._tick, TICK)
        self._place = pn.Column(sizing_mode="stretch_width", margin=0)
        self._inside = self._layout(help_)
        self._empty = self._layout_empty()
        self.view = page_column(paragraph("network"), self._notice.view, self._place)
        session.param.watch(lambda *_: self._come(), ["page", "data", "run", "training"])
        self._come()

    def _layout(self, help_: Help) -> pn.Row:
        self._start = pmui.Button(
            label="Train", icon="play_arrow", margin=(8, 0), on_click=self._notice.guard(self._launch)
        )
        self._stop = pmui.Button(
            label="Cancel", icon="stop", variant="outlined", margin=(8, 0), on_click=self._halt
        )
        self._back = pmui.Button(
            label="The run's own", icon="undo", variant="text", margin=(8, 0), on_click=self._go_back
        )
        self._head, self._sites = markdown(), markdown()
        self._scores, self._run_scores = html(), html()
        left = card_column(
            heading("Training", help_.button("training", "these choices")),
            self._form.view,
            wrap_row(self._start, self._stop, self._back),
            self._panel.view,
            grow=1,
            basis=330,
        )
        learning = card(self._head, self._losses.view, self._sites)
        scores = card(
            heading("Methods beside each other", help_.button("network_scores", "these scores")),
            self._scores,
            markdown("As the run judged them, on the sites it has held out:", styles={"margin-top": "14px"}),
            self._run_scores,
        )
        right = flexible_column(learning, scores, self._view.view, grow=WIDE, basis=560)
        right.styles = right.styles | {"gap": GAP}
        return side_by_side(left, right)

    def _layout_empty(self) -> pn.Column:
        button = pmui.Button(label="Go to Maps", icon="map", on_click=self._to_maps)
        words = paragraph("network_empty", styles={"text-align": "center"})
        inside = (words, wrap_row(button, **{"justify-content": "safe center"}))
        return card(pn.Column(*inside, sizing_mode="stretch_width", styles={"padding": "6% 10%"}))

    @on_next_tick
    def _come(self) -> None:
        """Look at the session's training or run; without any run say what to do."""
        if self._session.page != "network":
            return
        data = self._session.data
        self._run = chosen_run(data, self._session.run, "posterior")
        if self._run is None:
            self._job = None
            self._ticker.stop()
            set_content(self._place, self._empty)
            return
        self._form.open(groups_by_kind(self._services.studies.study(data).covariates))
        self._job = self._find_job()
        self._shown = ("", -1)
        self._losses.clear()
        self._show_run_scores()
        self._tick()
        self._ticker.start()
        set_content(self._place, self._inside)

    def _find_job(self) -> NetworkJob | None:
        services = self._services
        job = find(self._session.training, services.registry, services.workers, services.runs)
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
        return examination(services.registry, services.workers, self._session.data, self._run)

    def _tick(self) -> None:
        """Show what the job has said since the last look."""
        job = self._job
        own = isinstance(job, NetworkTraining)
        over = job is None or job.state.ended  # asked first: what ends during this look is told at the next
        busy = own and not over
        self._panel.update(job, 0 if job is None else self._services.registry.jobs_before(job))
        sample = self._run.id == SHOWCASE  # it keeps the posteriors of some sites, too few to learn from
        self._stop.disabled, self._start.disabled, self._back.visible = not busy, busy or sample, own
        state = ("", -1) if job is None else (job.id, job.version)
        if state != self._shown:
            self._shown = state
            self._show(job)
        if over:
            self._ticker.stop()

    def _show(self, job: NetworkJob | None) -> None:
        note = data_note(self._services.studies.study(self._session.data))
        parts = {} if job is None else job.parts
        self._head.object = _headline(job, self._run)
        self._losses.show({} if job is None else job.losses, note)
        fit, scores = parts.get("fit"), parts.get("scores")
        self._sites.object = "" if fit is None else f"<span class='quiet'>{sites_note(fit['counts'])}</span>"
        self._scores.object = "" if scores is None else training_scores_table(scores["table"])
        self._view.show(parts, note)
        known = parts.get("dependence")
        if known is not None and self._session.covariate not in ("", *known):
            self._notice.report(f"This network knows no covariate {self._session.covariate[:40]}.")
            self._session.covariate = ""

    def _show_run_scores(self) -> None:
        try:
            scores = self._services.runs.scores(self._run.id)
        except InputError as error:
            self._run_scores.object = ""
            self._notice.report(f"The scores of run {self._run.id} cannot be read. {error}")
            return
        none = "<p class='quiet'>This run has no scores yet.</p>"
        self._run_scores.object = none if scores is None else scores_table(scores)

    def _launch(self, event: object) -> None:
        chosen = self._form.choices
        choices = chosen.numbers() | {"groups": chosen.kinds(), "preset": chosen.preset, "by": chosen.by}
        if isinstance(self._job, NetworkTraining):
            self._job.cancel()
        job = NetworkTraining(self._services.workers, self._session.data, self._run, choices)
        self._session.training = self._services.registry.start(job).id

    def _halt(self, event: object) -> None:
        if isinstance(self._job, NetworkTraining):
            self._job.cancel()

    def _go_back(self, event: object) -> None:
        self._session.training = ""

    def _to_maps(self, event: object) -> None:
        self._session.page = "maps"


def _headline(job: NetworkJob | None, run: Run) -> str:
    if job is None:
        return f"### Run {escape_markdown(run.id)}\nThis run has trained no network yet. Train one."
    if isinstance(job, NetworkTraining):
        return f"### Your training\nfrom the posterior of run {escape_markdown(job.run_id)}"
    if run.id == SHOWCASE:
        return f"### The network of the showcase\n{_SAMPLE}"
    return f"### The network of run {escape_markdown(job.run_id)}"
