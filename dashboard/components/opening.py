"""Going to a data set without keeping anybody waiting: it is opened in the background."""

from __future__ import annotations

from concurrent.futures import Future

from dashboard.components.locked import Ticker
from dashboard.components.notice import Notice
from dashboard.jobs.job import sentence
from dashboard.jobs.services import Services
from dashboard.state import link
from dashboard.state.visit import Visit

LOOK = 200  # ms between two looks whether a data set is open


class Opening:
    """Takes a visit to other choices, if need be after their data set has been opened."""

    def __init__(self, services: Services, visit: Visit, notice: Notice) -> None:
        self._services, self._visit, self._notice = services, visit, notice
        self._choices: dict = {}
        self._future: Future | None = None
        self._ticker = Ticker(self._look, LOOK)

    def go(self, choices: dict) -> None:
        """Take over these choices now, or as soon as their data set is open; InputError if there is none."""
        name = choices.get("data", self._visit.data)
        self._choices = choices
        if self._services.studies.is_open(name) or not self._ticker.can_tick:
            self._services.studies.study(name)
            self._take_over(name)
            return
        title = self._services.studies.choice(name).title
        self._notice.say(f"Opening the data set “{title}” …", "info")
        self._future = self._services.workers.in_background(self._services.studies.study, name)
        self._ticker.start()

    def _look(self) -> None:
        if not self._future.done():
            return
        self._ticker.stop()
        self._notice.clear()
        error = self._future.exception()
        if error is None:
            self._take_over(self._choices.get("data", self._visit.data))
        else:
            self._notice.say(f"The data set cannot be shown. {sentence(error)}.")
            self._visit.param.trigger("data")

    def _take_over(self, name: str) -> None:
        sites = self._services.studies.study(name).sites
        choices, complaints = link.only_sites_of(self._choices, sites)
        if "data" in choices:
            self._visit.change_data(choices["data"])
        self._visit.param.update(**choices)
        if complaints:
            self._notice.say(" ".join(complaints))
