"""Coordinates, vegetation and region of sites: one row per site, for tables that group by place."""

from __future__ import annotations

import numpy as np
import pandas as pd

from proda_core.comparison.regions import region_of
from proda_core.records.checks import expect_columns
from proda_core.records.study import Study
from proda_core.vocabulary.vegetation import VEGETATION

UNKNOWN_VEGETATION = "unknown"
COLUMNS = ("site", "lon", "lat", "vegetation")
Places = Study | pd.DataFrame


def places(study: Places, *, regions: bool = True) -> pd.DataFrame:
    """One row per site: site, lon, lat [degrees], vegetation (name of its class), region.

    study : a study, or a table with the columns site, lon, lat, vegetation (class or its code)
    """
    frame = _of_study(study) if isinstance(study, Study) else _of_table(study)
    return frame.assign(region=region_of(frame["lon"], frame["lat"])) if regions else frame


def joined(frame: pd.DataFrame, study: Places, *, regions: bool = False) -> pd.DataFrame:
    """``frame`` with the columns of :func:`places` after its own, by ``site``."""
    return frame.merge(places(study, regions=regions), on="site", how="left", validate="many_to_one")


def vegetation_order(names: pd.Series) -> list[str]:
    """Classes that occur, in the order of the vocabulary."""
    return [name for name in (*VEGETATION, UNKNOWN_VEGETATION) if (names == name).any()]


def _of_study(study: Study) -> pd.DataFrame:
    ds = study.profiles.ds
    codes = ds["vegetation"].values if "vegetation" in ds else np.full(len(study.profiles), -1)
    columns = (study.profiles.sites, ds["lon"].values, ds["lat"].values, _names(codes))
    return pd.DataFrame(dict(zip(COLUMNS, columns)))


def _of_table(table: pd.DataFrame) -> pd.DataFrame:
    expect_columns(table.columns, COLUMNS, "places")
    frame = table[list(COLUMNS)].reset_index(drop=True)
    if pd.api.types.is_numeric_dtype(frame["vegetation"]):
        return frame.assign(vegetation=_names(frame["vegetation"].to_numpy()))
    return frame


def _names(codes: np.ndarray) -> np.ndarray:
    known = (codes >= 0) & (codes < len(VEGETATION))
    names = np.array([*VEGETATION, UNKNOWN_VEGETATION], dtype=object)
    return names[np.where(known, codes, len(VEGETATION)).astype(int)]
