"""Drives the page Assimilation, its form and the card that changes a profile."""

from __future__ import annotations

import panel_material_ui as pmui
from panel.io.state import set_curdoc

from dashboard.jobs.services import Services
from dashboard.pages.assimilation.assimilation_form import AssimilationForm
from dashboard.pages.assimilation.page import AssimilationPage
from dashboard.pages.assimilation.what_if_card import Choices, WhatIfCard
from dashboard.state.session_state import SessionState
from dashboard.ui.help import Help
from proda_core.records.study import Study
from tests.dashboard.drivers import Driver


class AssimilationDriver(Driver):
    """The page of a session."""

    def __init__(self, services: Services, session: SessionState) -> None:
        super().__init__(lambda: AssimilationPage(services, session, Help()))

    @property
    def has_chains(self) -> bool:
        """Whether chains and posterior of a job are in view."""
        names = {plot.name for plot in self.plots}
        return {"trace", "posterior-intervals"} <= names

    @property
    def is_empty(self) -> bool:
        """Whether nothing has been started yet, as the page says."""
        names = {plot.name for plot in self.plots}
        return "Nothing has been started yet" in self.words and not names & {"trace", "posterior-intervals"}


class FormDriver(Driver):
    """The form of a session, with all its fields in view."""

    def __init__(self, session: SessionState) -> None:
        super().__init__(lambda: AssimilationForm(session, Help()))

    def value(self, label: str) -> object:
        """The value of a field."""
        return self.widget(label).value


class WhatIfDriver(Driver):
    """The card of some sites; the first one is chosen where the link has no other.

    expand : whether to click the button that builds its figures
    """

    def __init__(
        self,
        services: Services,
        session: SessionState,
        choices: Choices,
        study: Study,
        sites: tuple[int, ...],
        expand: bool = True,
    ) -> None:
        self.session = session
        super().__init__(lambda: WhatIfCard(services, session, Help(), choices))
        with set_curdoc(self.document):
            self.page.set_options(study, sites, sites[0])
        if expand and not session.profile:
            self.click(f"Change the profile of site {sites[0]}")

    @property
    def points(self) -> dict[str, list]:
        """The columns of the observations."""
        return self.source("changed-profile", "changed-points").data

    def edit_points(self, columns: dict[str, list]) -> None:
        """Set the columns as a browser does after a drag."""
        with set_curdoc(self.document):
            self.source("changed-profile", "changed-points").data = columns

    def band(self, label: str) -> list:
        """The mean profile of the posterior of that label, empty where there is none."""
        return self.source("changed-profile", f"band-{label}").data["carbon"]

    def intervals(self, label: str) -> list:
        """The parameters of the posterior of that label."""
        return self.source("changed-intervals", f"intervals-{label}").data["parameter"]

    @property
    def title(self) -> str:
        """The title of the profile."""
        return self.plot("changed-profile").title.text

    @property
    def badge(self) -> str:
        """The words of the chip that says what is changed; empty where it is hidden."""
        chips = self.shown(pmui.Chip)
        return chips[0].label if chips else ""

    def field(self, quantity: str, row: int) -> pmui.TextInput:
        """The field of carbon or weight of an observation, by its row."""
        return [each for each in self.all(pmui.TextInput) if each.label.startswith(quantity)][row]

    def type(self, quantity: str, row: int, text: str) -> None:
        """Type carbon or weight of an observation."""
        with set_curdoc(self.document):
            self.field(quantity, row).value = text

    def wait_for_posteriors(self) -> None:
        """Wait until the changed profile is assimilated and drawn."""
        self.wait(lambda: bool(len(self.band("changed by you"))))
