"""Going to a data set without keeping anybody waiting: it is opened in the background."""

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

LOOK = 200  # ms between two looks whether a data set is open
AT_ONCE = 0.3  # s that a first visitor waits for a small data set rather than be shown a waiting page
OF_SITES = ("site", "selected")


class StudyNavigator:
    """Takes a session to other choices, if need be after their data set has been opened.

    ``waiting`` is what stands in place of a page that cannot be made before.
    """

    def __init__(
        self, services: Services, session: SessionState, notice: Notice, on_open: Callable[[], None]
    ) -> None:
        self._services, self._session, self._notice, self._on_open = services, session, notice, on_open
        self._choices: dict = {}
        self._opening: StudyLoad | None = None
        self._arriving = False
        self._ticker = Poller(self._look, LOOK)
        self._bar = pmui.LinearProgress(value=0, variant="indeterminate", sizing_mode="stretch_width")
        self._words = markdown(styles={"text-align": "center"})
        styles = {"max-width": "520px", "margin": "12vh auto", "gap": "12px"}
        self.waiting = card(pn.Column(self._words, self._bar, sizing_mode="stretch_width", styles=styles))

    def is_open(self) -> bool:
        """Whether the session's data set can be had at once."""
        return self._services.studies.is_open(self._session.data)

    def arrive(self, choices: dict) -> None:
        """The first choices of a session: what needs no data set is shown at once, sites when it is open."""
        name = choices.get("data", self._session.data)
        self._expect_here(name)
        self._arriving, self._choices = True, choices
        self._session.param.update(**{key: value for key, value in choices.items() if key not in OF_SITES})
        self._begin(name)

    def go(self, choices: dict) -> None:
        """Take over these choices now, or as soon as their data set is open; InputError if there is none."""
        name = choices.get("data", self._session.data)
        self._expect_here(name)
        if "data" not in choices or name == self._session.data and not self.is_open():
            self._session.param.update(**choices)
            return
        self._arriving, self._choices = False, choices
        self._begin(name)

    def _expect_here(self, name: str) -> None:
        choice = self._services.studies.find(name)
        if not choice.available:
            catalogue.expect_available(catalogue.entry(name))

    def _begin(self, name: str) -> None:
        if self._services.studies.is_open(name) or not self._ticker.can_poll:
            self._services.studies.study(name)
            self._take_over(name)
            return
        self._opening = self._services.study_loader.load(name)
        if self._opening.wait(AT_ONCE) and not self._opening.error:
            self._take_over(name)
            return
        self._tell()
        self._ticker.start()

    def _look(self) -> None:
        if not self._opening.finished:
            self._tell()
            return
        self._ticker.stop()
        self._notice.clear()
        if not self._opening.error:
            self._take_over(self._opening.name)
            return
        self._notice.report(f"The data set cannot be shown. {self._opening.error}")
        if self._opening.name == self._session.data:
            set_content(self.waiting, markdown("The data set cannot be shown; choose another one above."))
        else:
            self._session.param.trigger("data")
            self.arrive({})

    def _tell(self) -> None:
        progress = self._opening.progress
        title = self._services.studies.find(self._opening.name).title
        far = f" {progress.fraction:.0%}" if progress.total else ""
        words = f"StudyLoad the data set “{title}” …{far}"
        message = progress.message or "This takes a few seconds."
        self._words.object = f"### {escape_markdown(words)}\n\n{escape_markdown(message)}"
        known = {"variant": "determinate", "value": round(100 * progress.fraction)} if progress.total else {}
        self._bar.param.update(**known)
        if not self._arriving:
            self._notice.report(words, "info")

    def _take_over(self, name: str) -> None:
        sites = self._services.studies.study(name).sites
        choices, complaints = link.only_sites_of(self._choices, sites)
        if "data" in choices and not self._arriving:
            self._session.change_data(choices["data"])
        kept = {k: v for k, v in choices.items() if not self._arriving or k in OF_SITES}
        self._session.param.update(**kept)
        if complaints:
            self._notice.report(" ".join(complaints))
        self._on_open()
