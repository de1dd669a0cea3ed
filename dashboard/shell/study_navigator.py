"""Load another data set in the background, then the choices that belong to it."""

from __future__ import annotations

from collections.abc import Callable

import panel as pn
import panel_material_ui as pmui

from dashboard.jobs.data.study_loader import StudyLoad
from dashboard.jobs.services import Services
from dashboard.state import link
from dashboard.state.session_state import SessionState
from dashboard.ui.callbacks import Poller
from dashboard.ui.layout import card, set_content
from dashboard.ui.notice import Notice
from dashboard.ui.text import escape_markdown, markdown
from proda_core.sources import catalogue

POLL_MS = 200
AT_ONCE_SECONDS = 0.3  # that a first visitor waits for a small data set rather than see a waiting page
OF_SITES = ("site", "selected")


class StudyNavigator:
    """Moves a session to other choices, after their data set has been opened.

    ``waiting`` is the content of a page that cannot be made before.
    """

    def __init__(
        self, services: Services, session: SessionState, notice: Notice, on_open: Callable[[], None]
    ) -> None:
        self._services, self._session, self._notice, self._on_open = services, session, notice, on_open
        self._choices: dict = {}
        self._load: StudyLoad | None = None
        self._is_first = False
        self._poller = Poller(self._poll, POLL_MS)
        self._bar = pmui.LinearProgress(value=0, variant="indeterminate", sizing_mode="stretch_width")
        self._words = markdown(styles={"text-align": "center"})
        styles = {"max-width": "520px", "margin": "12vh auto", "gap": "12px"}
        self.waiting = card(pn.Column(self._words, self._bar, sizing_mode="stretch_width", styles=styles))

    def is_open(self) -> bool:
        """Return whether the session's data set is open."""
        return self._services.studies.is_open(self._session.data)

    def load_first(self, choices: dict) -> None:
        """Load the first choices of a session: those that need no data set at once, sites when it is open."""
        name = choices.get("data", self._session.data)
        self._expect_here(name)
        self._is_first, self._choices = True, choices
        self._session.param.update(**{key: value for key, value in choices.items() if key not in OF_SITES})
        self._start(name)

    def load(self, choices: dict) -> None:
        """Load choices now, or as soon as their data set is open; InputError for an unknown one."""
        name = choices.get("data", self._session.data)
        self._expect_here(name)
        if "data" not in choices or name == self._session.data and not self.is_open():
            self._session.param.update(**choices)
            return
        self._is_first, self._choices = False, choices
        self._start(name)

    def _expect_here(self, name: str) -> None:
        if not self._services.studies.find(name).available:
            catalogue.expect_available(catalogue.entry(name))

    def _start(self, name: str) -> None:
        if self._services.studies.is_open(name) or not self._poller.can_poll:
            self._services.studies.study(name)
            self._finish(name)
            return
        self._load = self._services.study_loader.load(name)
        if self._load.wait(AT_ONCE_SECONDS) and not self._load.error:
            self._finish(name)
            return
        self._report()
        self._poller.start()

    def _poll(self) -> None:
        if not self._load.finished:
            self._report()
            return
        self._poller.stop()
        self._notice.clear()
        if not self._load.error:
            self._finish(self._load.name)
            return
        self._notice.report(f"The data set cannot be shown. {self._load.error}")
        if self._load.name == self._session.data:
            set_content(self.waiting, markdown("The data set cannot be shown; choose another one above."))
        else:
            self._session.param.trigger("data")
            self.load_first({})

    def _report(self) -> None:
        progress = self._load.progress
        title = self._services.studies.find(self._load.name).title
        share = f" {progress.fraction:.0%}" if progress.total else ""
        words = f"Opening the data set “{title}” …{share}"
        message = progress.message or "This takes a few seconds."
        self._words.object = f"### {escape_markdown(words)}\n\n{escape_markdown(message)}"
        known = {"variant": "determinate", "value": round(100 * progress.fraction)} if progress.total else {}
        self._bar.param.update(**known)
        if not self._is_first:
            self._notice.report(words, "info")

    def _finish(self, name: str) -> None:
        sites = self._services.studies.study(name).sites
        choices, complaints = link.only_sites_of(self._choices, sites)
        if "data" in choices and not self._is_first:
            self._session.change_data(choices["data"])
        kept = {k: v for k, v in choices.items() if not self._is_first or k in OF_SITES}
        self._session.param.update(**kept)
        if complaints:
            self._notice.report(" ".join(complaints))
        self._on_open()
