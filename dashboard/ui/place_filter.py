"""Filter places by vegetation class and region; the pages Sites and Maps share the choice."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import panel_material_ui as pmui

from dashboard.state.session_state import SessionState
from dashboard.ui.callbacks import Updating
from dashboard.ui.layout import SMALL_CHOICES, flexible_width
from proda_core.comparison.regions import ELSEWHERE, region_of
from proda_core.records.covariates import Covariates
from proda_core.sources.covariate_table import vegetation_of
from proda_core.vocabulary.vegetation import VEGETATION

EVERYWHERE = "everywhere"
_LAND_COVER = "ESA_Land_Cover"


@dataclass(frozen=True, eq=False)
class PlaceGroups:
    """Vegetation class and region of every place, by name; "" where that is not known."""

    vegetation: np.ndarray
    region: np.ndarray

    def mask(self, vegetation: tuple[str, ...], region: str) -> np.ndarray:
        """Return which places are in these classes and this region, (place) bool; without a choice, all."""
        kept = np.ones(len(self.region), bool)
        if vegetation:
            kept &= np.isin(self.vegetation.astype(str), vegetation)
        if region:
            kept &= self.region.astype(str) == region
        return kept


def place_groups(lon: np.ndarray, lat: np.ndarray, codes: np.ndarray | None) -> PlaceGroups:
    """Return the groups of places [degrees]; ``codes``: classes of the vocabulary, -1 for unknown."""
    names = np.array([*VEGETATION, ""], dtype=object)
    codes = np.full(len(lon), -1) if codes is None else np.asarray(codes, int)
    return PlaceGroups(
        names[np.where((codes < 0) | (codes >= len(VEGETATION)), -1, codes)], region_of(lon, lat)
    )


def vegetation_codes(covariates: Covariates) -> np.ndarray | None:
    """Return the vegetation class of every place from its land cover; None without land cover."""
    return vegetation_of(covariates) if _LAND_COVER in covariates.names else None


class PlaceFilter:
    """Menus of classes and regions, bound to the session."""

    def __init__(self, session: SessionState) -> None:
        self._session, self._updating = session, Updating()
        self._vegetation = pmui.MultiChoice(
            label="Vegetation", options=[], placeholder="all classes", **SMALL_CHOICES, **flexible_width(260)
        )
        self._region = pmui.Select(label="Region", options=[EVERYWHERE], size="small", **flexible_width(150))
        self._vegetation.param.watch(self._on_value, "value")
        self._region.param.watch(self._on_value, "value")
        session.param.watch(lambda *_: self.sync_from_state(), ["vegetation", "region"])
        self.widgets = (self._vegetation, self._region)

    def set_options(self, known: PlaceGroups | pd.DataFrame) -> list[str]:
        """Set the menus to the classes, in the order of the vocabulary, and regions of some places.

        Choices of the session that these places do not have are dropped; returns a sentence for each.
        """
        classes = set(map(str, np.unique(np.asarray(known.vegetation, dtype=str))))
        regions = set(map(str, np.unique(np.asarray(known.region, dtype=str)))) - {"", ELSEWHERE}
        with self._updating:
            self._vegetation.options = [name for name in VEGETATION if name in classes]
            self._region.options = [EVERYWHERE, *sorted(regions)]
        complaints = self._drop_missing()
        self.sync_from_state()
        return complaints

    def _drop_missing(self) -> list[str]:
        session = self._session
        classes, region = session.values_of("vegetation"), session.region
        missing_classes = [name for name in classes if name not in self._vegetation.options]
        missing = [f"vegetation class {name}" for name in missing_classes]
        if region and region not in self._region.options:
            missing.append(f"region {region}")
            region = ""
        complaints = [f"There is no {what[:60]} in this data set; it is ignored." for what in missing]
        vegetation = ",".join(name for name in classes if name not in missing_classes)
        if complaints:
            session.param.update(vegetation=vegetation, region=region)
        return complaints

    def sync_from_state(self) -> None:
        """Update the menus from the session."""
        chosen = [name for name in self._session.values_of("vegetation") if name in self._vegetation.options]
        region = self._session.region if self._session.region in self._region.options else EVERYWHERE
        with self._updating:
            self._vegetation.value, self._region.value = chosen, region

    def _on_value(self, event: object) -> None:
        if self._updating:
            return
        region = "" if self._region.value == EVERYWHERE else self._region.value
        vegetation = ",".join(self._vegetation.value)
        if self._session.vegetation != vegetation or self._session.region != region:
            self._session.param.update(vegetation=vegetation, region=region)
