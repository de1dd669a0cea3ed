"""A study: all records of one data set."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from proda_core.records.checks import expect, expect_columns
from proda_core.records.covariates import Covariates
from proda_core.records.forcing import Forcing
from proda_core.records.profiles import MIN_OBSERVATIONS, Profiles

QUALITY_COLUMNS = ("site", "profile_id", "observation", "depth", "found", "reason", "consequence")
CONSEQUENCES = ("observation left out", "profile set aside", "kept, flagged")


@dataclass(frozen=True, eq=False)
class Study:
    """Profiles, forcing and covariates of sites; forcing and covariates of grid cells; quality notes.

    ``quality`` has one row per note: site, finding, reason and consequence. In it
    site is the site number (-1: a grid cell or the whole set), observation the position within
    the profile (-1: all).
    """

    name: str
    title: str
    synthetic: bool
    profiles: Profiles
    forcing: Forcing
    covariates: Covariates
    cells_forcing: Forcing
    cells_covariates: Covariates
    quality: pd.DataFrame
    provenance: dict = field(default_factory=dict)

    def __post_init__(self) -> None:
        where = f"Study {self.name}"
        expect_columns(self.quality.columns, QUALITY_COLUMNS, f"{where}: quality")
        unknown = set(self.quality["consequence"]) - set(CONSEQUENCES)
        expect(not unknown, f"{where}: expected consequences {CONSEQUENCES}, found {sorted(unknown)}")
        _expect_same(self.profiles.sites, self.forcing.sites, f"{where}: forcing", "sites")
        _expect_same(self.profiles.sites, self.covariates.sites, f"{where}: covariates", "sites")
        _expect_same(
            self.cells_forcing.sites, self.cells_covariates.sites, f"{where}: cells_covariates", "cells"
        )
        for name in ("cell_area", "land_fraction"):
            expect(name in self.cells_forcing.ds, f"{where}: cells_forcing: expected '{name}', found none")

    @property
    def sites(self) -> np.ndarray:
        """All site numbers, shape (site,)."""
        return self.profiles.sites

    @cached_property
    def _assimilable(self) -> np.ndarray:
        enough = self.profiles.usable_count() >= MIN_OBSERVATIONS
        fed = self.forcing.annual_input.values > 0
        return self.sites[enough & self.forcing.complete.values & fed]

    def assimilable(self) -> np.ndarray:
        """Return the sites with enough usable depths, complete forcing and carbon input."""
        return self._assimilable

    def quality_of(self, site: int) -> pd.DataFrame:
        """Return the quality notes of one site."""
        return self.quality[self.quality["site"] == site]


def _expect_same(wanted: np.ndarray, found: np.ndarray, where: str, what: str) -> None:
    same = len(wanted) == len(found) and bool((wanted == found).all())
    expect(
        same, f"{where}: expected the same {len(wanted)} {what} in the same order, found {len(found)} others"
    )
