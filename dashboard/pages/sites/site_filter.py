"""Which sites the map shows: by vegetation, region, depth, layers and quality."""

from __future__ import annotations

import math

import numpy as np
import panel as pn
import panel_material_ui as pmui

from dashboard.pages.sites.site_facts import kept_sites, site_facts
from dashboard.state.session_state import SessionState
from dashboard.state.site_choices import bounds, bounds_text
from dashboard.ui.layout import flexible_width, wrap_row
from dashboard.ui.place_filter import PlaceFilter
from proda_core.records.study import Study

_QUALITY = {
    "all sites": "",
    "can be assimilated": "able",
    "set aside": "aside",
    "with a quality note": "noted",
    "without a quality note": "clean",
}
_BOUNDED = {"deepest": ("Deepest (m)", "0.5-2"), "layers": ("Usable depths", "3-12")}


class SiteFilter:
    """Widgets that follow the session and change it; ``kept`` says which sites are in view."""

    def __init__(self, session: SessionState) -> None:
        self._session, self._following = session, False
        self._places = PlaceFilter(session)
        slider = {"size": "small", **flexible_width(230)}
        self._deepest = pmui.RangeSlider(label="Deepest (m)", start=0, end=1, step=0.1, **slider)
        self._layers = pmui.IntRangeSlider(label="Usable depths", start=0, end=1, step=1, **slider)
        self._quality = pmui.Select(label="Quality", options=_QUALITY, size="small", **flexible_width(200))
        self._deepest.param.watch(self._choose, "value_throttled")
        self._layers.param.watch(self._choose, "value_throttled")
        self._quality.param.watch(self._choose, "value")
        first = wrap_row(*self._places.widgets, self._quality)
        second = wrap_row(self._deepest, self._layers, **{"gap": "4px 28px", "padding": "0 10px"})
        self.view = pmui.Accordion(
            ("Show only some of the sites", pn.Column(first, second, sizing_mode="stretch_width")),
            active=[],
            dynamic=True,
            title_variant="body2",
            sizing_mode="stretch_width",
            margin=(2, 0, 8, 0),
        )

    def offer(self, study: Study) -> list[str]:
        """Offer the ranges and groups of a data set; a sentence about each choice that it does not have."""
        self._facts = site_facts(study)
        deepest = float(np.ceil(10 * max(self._facts["deepest"].max(), 0.1)) / 10)
        layers = max(int(self._facts["layers"].max()), 1)
        self._following = True
        self._deepest.param.update(end=deepest)
        self._layers.param.update(end=layers)
        self._following = False
        told = self._places.set_options(self._facts) + self._pass_over()
        self.follow()
        return told

    def _pass_over(self) -> list[str]:
        """Let go of bounds that are none; a sentence about each."""
        told = []
        for name, (what, example) in _BOUNDED.items():
            text = getattr(self._session, name)
            low, high = bounds(text)
            if text and (low > high or math.isinf(low) and math.isinf(high)):
                found = text.strip()[:40]
                told.append(f"{what}: expected bounds such as {example}; found {found!r}. It is ignored.")
                self._session.param.update(**{name: ""})
        return told

    def follow(self) -> None:
        """Show what the session has chosen."""
        self._following = True
        try:
            for widget, text in (
                (self._deepest, self._session.deepest),
                (self._layers, self._session.layers),
            ):
                low, high = (np.clip(end, widget.start, widget.end) for end in bounds(text))
                whole = widget is self._layers
                widget.value = (int(low), int(high)) if whole else (float(low), float(high))
            self._quality.value = self._session.quality
            if self.filtering:
                self.view.active = [0]
        finally:
            self._following = False

    @property
    def filtering(self) -> bool:
        """Whether anything is left out."""
        session = self._session
        return any((session.vegetation, session.region, session.deepest, session.layers, session.quality))

    def kept(self) -> np.ndarray:
        """Which sites (site) bool are in view."""
        session = self._session
        return kept_sites(
            self._facts,
            vegetation=session.values_of("vegetation"),
            region=session.region,
            deepest=bounds(session.deepest),
            layers=bounds(session.layers),
            quality=session.quality,
        )

    def _choose(self, event: object) -> None:
        if self._following:
            return
        ends = ((widget, *widget.value) for widget in (self._deepest, self._layers))
        deepest, layers = (bounds_text(low, high, widget.start, widget.end) for widget, low, high in ends)
        self._session.param.update(deepest=deepest, layers=layers, quality=self._quality.value)
