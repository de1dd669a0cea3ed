"""Filters of the sites on the map: vegetation, region, depth, layers and quality."""

from __future__ import annotations

import math

import numpy as np
import panel as pn
import panel_material_ui as pmui

from dashboard.pages.sites.site_facts import site_facts, site_mask
from dashboard.state.session_state import SessionState
from dashboard.state.site_choices import bounds, bounds_text
from dashboard.ui.callbacks import Updating
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
_BOUNDED = {"deepest": ("Deepest (m)", "0.5-2"), "layers": ("Usable depths", "3-12")}  # label and example


class SiteFilter:
    """Widgets that change the session and show its choices; ``mask`` is which sites match."""

    def __init__(self, session: SessionState) -> None:
        self._session, self._updating = session, Updating()
        self._places = PlaceFilter(session)
        slider = {"size": "small", **flexible_width(230)}
        self._deepest = pmui.RangeSlider(label=_BOUNDED["deepest"][0], start=0, end=1, step=0.1, **slider)
        self._layers = pmui.IntRangeSlider(label=_BOUNDED["layers"][0], start=0, end=1, step=1, **slider)
        self._quality = pmui.Select(label="Quality", options=_QUALITY, size="small", **flexible_width(200))
        self._deepest.param.watch(self._on_choice, "value_throttled")
        self._layers.param.watch(self._on_choice, "value_throttled")
        self._quality.param.watch(self._on_choice, "value")
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

    def set_options(self, study: Study) -> list[str]:
        """Set the ranges and groups of a data set; return a sentence about each choice that it lacks."""
        self._facts = site_facts(study)
        with self._updating:
            self._deepest.param.update(end=_round_up(max(self._facts["deepest"].max(), 0.1)))
            self._layers.param.update(end=max(int(self._facts["layers"].max()), 1))
        ignored = self._places.set_options(self._facts) + self._drop_bad_bounds()
        self.sync_from_state()
        return ignored

    def sync_from_state(self) -> None:
        """Set the widgets to the session's choices."""
        session = self._session
        with self._updating:
            self._deepest.value = tuple(float(end) for end in _ends(self._deepest, session.deepest))
            self._layers.value = tuple(int(end) for end in _ends(self._layers, session.layers))
            self._quality.value = session.quality
            if self.is_filtering:
                self.view.active = [0]

    @property
    def is_filtering(self) -> bool:
        """Whether anything is filtered."""
        session = self._session
        return any((session.vegetation, session.region, session.deepest, session.layers, session.quality))

    def mask(self) -> np.ndarray:
        """Return which sites (site) bool match the filters."""
        session = self._session
        return site_mask(
            self._facts,
            vegetation=session.values_of("vegetation"),
            region=session.region,
            deepest=bounds(session.deepest),
            layers=bounds(session.layers),
            quality=session.quality,
        )

    def _drop_bad_bounds(self) -> list[str]:
        """Remove bounds of a link that exclude nothing or everything; return a sentence about each."""
        ignored = []
        for name, (label, example) in _BOUNDED.items():
            text = getattr(self._session, name)
            low, high = bounds(text)
            if text and (low > high or math.isinf(low) and math.isinf(high)):
                found = text.strip()[:40]
                ignored.append(f"{label}: expected bounds such as {example}; found {found!r}. It is ignored.")
                self._session.param.update(**{name: ""})
        return ignored

    def _on_choice(self, event: object) -> None:
        if self._updating:
            return
        ends = ((widget, *widget.value) for widget in (self._deepest, self._layers))
        deepest, layers = (bounds_text(low, high, widget.start, widget.end) for widget, low, high in ends)
        self._session.param.update(deepest=deepest, layers=layers, quality=self._quality.value)


def _ends(slider: object, text: str) -> np.ndarray:
    """Return the bounds of a text inside the ends of a slider."""
    return np.clip(bounds(text), slider.start, slider.end)


def _round_up(depth: float) -> float:
    """Return a depth [m] as a whole number of decimetres.

    >>> _round_up(1.93)
    2.0
    """
    return float(np.ceil(10 * depth) / 10)
