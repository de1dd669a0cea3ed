"""Which places are in view, by vegetation class and region; the pages Sites and Maps share the choice."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import panel_material_ui as pmui

from dashboard.state.session_state import SessionState
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
        """Which places (place) are among these classes and in this region; nothing chosen keeps all."""
        kept = np.ones(len(self.region), bool)
        if vegetation:
            kept &= np.isin(self.vegetation.astype(str), vegetation)
        if region:
            kept &= self.region.astype(str) == region
        return kept


def place_groups(lon: np.ndarray, lat: np.ndarray, codes: np.ndarray | None) -> PlaceGroups:
    """Return the groups of places [degrees]; ``codes`` are vegetation classes of the vocabulary, -1 unknown."""
    names = np.array([*VEGETATION, ""], dtype=object)
    codes = np.full(len(lon), -1) if codes is None else np.asarray(codes, int)
    return PlaceGroups(
        names[np.where((codes < 0) | (codes >= len(VEGETATION)), -1, codes)], region_of(lon, lat)
    )


def vegetation_codes(covariates: Covariates) -> np.ndarray | None:
    """Vegetation class of every place from its land cover; None where land cover is not known."""
    return vegetation_of(covariates) if _LAND_COVER in covariates.names else None


class PlaceFilter:
    """Two menus that follow the session and change it."""

    def __init__(self, session: SessionState) -> None:
        self._session, self._offering = session, False
        self._vegetation = pmui.MultiChoice(
            label="Vegetation", options=[], placeholder="all classes", **SMALL_CHOICES, **flexible_width(260)
        )
        self._region = pmui.Select(label="Region", options=[EVERYWHERE], size="small", **flexible_width(150))
        self._vegetation.param.watch(self._choose, "value")
        self._region.param.watch(self._choose, "value")
        session.param.watch(lambda *_: self.sync_from_state(), ["vegetation", "region"])
        self.widgets = (self._vegetation, self._region)

    def set_options(self, known: PlaceGroups | pd.DataFrame) -> list[str]:
        """Offer the classes, in the order of the vocabulary, and the regions of some places.

        What the session has chosen and these places do not have is passed over: a sentence about each.
        """
        classes = set(map(str, np.unique(np.asarray(known.vegetation, dtype=str))))
        regions = set(map(str, np.unique(np.asarray(known.region, dtype=str)))) - {"", ELSEWHERE}
        self._offering = True
        self._vegetation.options = [name for name in VEGETATION if name in classes]
        self._region.options = [EVERYWHERE, *sorted(regions)]
        self._offering = False
        told = self._pass_over()
        self.sync_from_state()
        return told

    def _pass_over(self) -> list[str]:
        session = self._session
        classes, region = session.values_of("vegetation"), session.region
        gone = [name for name in classes if name not in self._vegetation.options]
        missing = [f"vegetation class {name}" for name in gone]
        if region and region not in self._region.options:
            missing.append(f"region {region}")
            region = ""
        told = [f"There is no {what[:60]} in this data set; it is passed over." for what in missing]
        vegetation = ",".join(name for name in classes if name not in gone)
        if told:
            session.param.update(vegetation=vegetation, region=region)
        return told

    def sync_from_state(self) -> None:
        """Show what the session has chosen."""
        chosen = [name for name in self._session.values_of("vegetation") if name in self._vegetation.options]
        region = self._session.region if self._session.region in self._region.options else EVERYWHERE
        self._offering = True
        self._vegetation.value, self._region.value = chosen, region
        self._offering = False

    def _choose(self, event: object) -> None:
        if self._offering:
            return
        region = "" if self._region.value == EVERYWHERE else self._region.value
        vegetation = ",".join(self._vegetation.value)
        if self._session.vegetation != vegetation or self._session.region != region:
            self._session.param.update(vegetation=vegetation, region=region)
