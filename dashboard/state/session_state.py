"""The choices of one visitor: page, data set, site, selection, run, interval and those of each page."""

from __future__ import annotations

from types import MappingProxyType

import param

from dashboard.state.assimilation_link import AssimilationLinkChoices
from dashboard.state.compare_choices import CompareChoices
from dashboard.state.map_choices import MapChoices
from dashboard.state.model_choices import ModelChoices
from dashboard.state.site_choices import SiteChoices
from dashboard.state.training_choices import NetworkChoices
from proda_core.vocabulary.depth_intervals import INTERVALS

PAGES: tuple[str, ...] = ("overview", "sites", "model", "assimilation", "network", "maps", "compare", "data")
TITLES = MappingProxyType(
    {
        "overview": "Overview",
        "sites": "Sites",
        "model": "Model",
        "assimilation": "Assimilation",
        "network": "Network",
        "maps": "Maps",
        "compare": "Compare",
        "data": "Data",
    }
)
PAGE_TITLES: tuple[str, ...] = tuple(TITLES[page] for page in PAGES)
DEFAULT_DATA = "teaching"
DEFAULT_INTERVAL = "0-100"


class SessionState(
    MapChoices, SiteChoices, CompareChoices, NetworkChoices, ModelChoices, AssimilationLinkChoices
):
    """All choices of one visitor; a link holds every one but ``requested``."""

    page = param.Selector(default=PAGES[0], objects=list(PAGES), doc="The page in view.")
    data = param.String(default=DEFAULT_DATA, doc="Name of the data set.")
    site = param.Integer(default=None, bounds=(0, None), allow_None=True, doc="The tapped site.")
    selected = param.ClassSelector(class_=tuple, default=(), doc="Selected site numbers, sorted.")
    job = param.String(default="", doc="The assimilation in view, by its id.")
    run = param.String(default="", doc="The finished run in view.")
    interval = param.Selector(default=DEFAULT_INTERVAL, objects=list(INTERVALS), doc="Depth interval [cm].")
    profile = param.String(default="", doc="Observations of a site as changed by the visitor.")
    entry = param.String(default="", doc="The selected data set of the catalogue.")
    look = param.String(default="", doc="The selected run of the list of runs.")
    theme = param.Selector(default="light", objects=["light", "dark"], doc="The colours of the page.")
    requested = param.Dict(default={}, doc="Choices to load once their data set is open.")

    def select(self, sites: tuple[int, ...], site: int | None = None) -> None:
        """Select sites, and the one in view (the first one for None)."""
        first = sites[0] if sites else None
        self.param.update(selected=tuple(sites), site=first if site is None else site)

    def request(self, **choices: object) -> None:
        """Request other choices; a data set among them may have to be opened first."""
        self.requested = choices

    def change_data(self, name: str) -> None:
        """Change the data set and clear what belongs to the previous one."""
        if name != self.data:
            cleared = dict.fromkeys(("job", "run", "training", "compared", "view", "cells", "profile"), "")
            self.param.update(data=name, site=None, selected=(), **cleared)
