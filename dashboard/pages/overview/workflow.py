"""The workflow of the method (Figure 37.1a) as a diagram; every box opens its page."""

from __future__ import annotations

from dataclasses import dataclass

import panel as pn
import panel_material_ui as pmui

from dashboard.state.session_state import PAGES, SessionState
from dashboard.ui.text import markdown


@dataclass(frozen=True)
class Step:
    """One box: its page, its title, its icon and its result."""

    page: str
    title: str
    icon: str
    result: str


STEPS = (
    Step("sites", "Soil profiles", "place", "carbon against depth"),
    Step("model", "Process model", "tune", "how carbon moves and decays"),
    Step("assimilation", "Site by site", "insights", "parameters of every profile"),
    Step("network", "Deep learning", "hub", "parameters from climate, soil, plants"),
    Step("maps", "Maps", "map", "parameters and carbon of every cell"),
    Step("compare", "Compare", "leaderboard", "against profiles and other maps"),
)
_ROW = {"flex-wrap": "wrap", "gap": "6px 4px", "align-items": "stretch", "justify-content": "space-between"}
_BOX = {"flex": "1 1 118px", "min-width": "118px", "text-align": "center"}
_ARROW = {
    "flex": "0 0 18px",
    "text-align": "center",
    "font-size": "20px",
    "opacity": "0.55",
    "padding-top": "4px",
}


def workflow(session: SessionState) -> pn.Row:
    """Return the diagram; the box of a page that does not exist is disabled."""
    parts: list[object] = []
    for number, step in enumerate(STEPS):
        if number:
            parts.append(markdown("→", styles=_ARROW))
        parts.append(_box(session, step))
    return pn.Row(*parts, sizing_mode="stretch_width", styles=_ROW, margin=0)


def _box(session: SessionState, step: Step) -> pn.Column:
    button = pmui.Button(
        label=step.title,
        icon=step.icon,
        variant="outlined",
        sizing_mode="stretch_width",
        margin=0,
        disabled=step.page not in PAGES,
        description=f"{step.title}: go to the page {step.page.capitalize()}",  # also read by screen readers
        on_click=lambda _: session.param.update(page=step.page),
        sx={"textTransform": "none", "whiteSpace": "nowrap", "fontSize": 14},
    )
    words = markdown(f"<span class='quiet small'>{step.result}</span>", styles={"text-align": "center"})
    return pn.Column(button, words, sizing_mode="stretch_width", styles=_BOX, margin=0)
