"""Drives the page Model."""

from __future__ import annotations

import numpy as np
import panel_material_ui as pmui
import param
from panel.io.state import set_curdoc

from dashboard.jobs.services import Services
from dashboard.pages.model.page import ModelPage
from dashboard.state.session_state import SessionState
from dashboard.ui.help import Help
from tests.dashboard.drivers import Driver


class ModelDriver(Driver):
    """The page of a session."""

    def __init__(self, services: Services, session: SessionState) -> None:
        super().__init__(lambda: ModelPage(services, session, Help()))

    def slider(self, name: str) -> pmui.IntSlider:
        """The slider of a parameter, also where its group is collapsed."""
        return next(s for s in self.all(pmui.IntSlider) if s.label.startswith(f"{name} ="))

    def move(self, name: str, position: int) -> None:
        """Move a slider."""
        with set_curdoc(self.document):
            self.slider(name).value = position

    def release(self, name: str, position: int) -> None:
        """Move a slider and release it there."""
        slider = self.slider(name)
        with set_curdoc(self.document), param.edit_constant(slider):
            slider.value = position
            slider.value_throttled = position

    @property
    def carbon(self) -> np.ndarray:
        """The drawn profile of the setting (layer) [kgC m-3]."""
        return self.source("model-profile", "model-line").data["carbon"]

    @property
    def texture(self) -> bool:
        """Whether the switch for transfers from sand content is on."""
        return self.all(pmui.Switch)[0].value

    def choose_details(self, name: str) -> None:
        """Choose fluxes, matrices or response."""
        with set_curdoc(self.document):
            self.all(pmui.RadioButtonGroup)[0].value = name
