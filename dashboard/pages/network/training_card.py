"""The card from which a training is started and stopped, with its form and the status of its job."""

from __future__ import annotations

from collections.abc import Callable

import panel_material_ui as pmui

from dashboard.pages.network.training_form import TrainingForm
from dashboard.pages.network.training_job import NetworkJob, NetworkTraining
from dashboard.state.session_state import SessionState
from dashboard.ui.help import Help
from dashboard.ui.job_status import JobStatus
from dashboard.ui.layout import card_column, wrap_row
from dashboard.ui.text import heading


class TrainingCard:
    """``form`` holds the choices; ``on_train`` and ``on_stop`` are called by the buttons."""

    def __init__(
        self, session: SessionState, help_: Help, on_train: Callable[[object], None], on_stop: Callable
    ) -> None:
        self._session = session
        self.form, self._status = TrainingForm(session), JobStatus()
        self._train = pmui.Button(label="Train", icon="play_arrow", margin=(8, 0), on_click=on_train)
        self._stop = pmui.Button(
            label="Stop", icon="stop", variant="outlined", margin=(8, 0), on_click=on_stop
        )
        self._back = pmui.Button(
            label="Back to the run's network",
            icon="undo",
            variant="text",
            margin=(8, 0),
            on_click=self._on_back,
        )
        self.view = card_column(
            heading("Training", help_.button("training", "these choices")),
            self.form.view,
            wrap_row(self._train, self._stop, self._back),
            self._status.view,
            grow=1,
            basis=330,
        )

    def update(self, job: NetworkJob | None, before: int, *, can_train: bool) -> None:
        """Show the status of a job; ``before``: jobs that run before it.

        can_train : whether the run has the posteriors that a training needs
        """
        own = isinstance(job, NetworkTraining)
        busy = own and not job.state.ended
        self._status.update(job, before)
        self._stop.disabled, self._train.disabled = not busy, busy or not can_train
        self._back.visible = own

    def _on_back(self, event: object) -> None:
        self._session.training = ""
