"""Properties by which the sites of a data set are filtered: depth, layers, vegetation, region, quality."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pandas as pd

from proda_core.comparison.places import places
from proda_core.records.study import Study
from proda_core.sources.spherical_grid import great_circle

NEIGHBOURS = 8


@lru_cache(maxsize=4)
def site_facts(study: Study) -> pd.DataFrame:
    """Return one row per site, in the order of the study; computed once per data set, read-only.

    lon, lat [degrees], vegetation, region: names; deepest [m] and layers of the usable observations;
    able: whether it can be assimilated; notes: number of quality notes.
    """
    profiles = study.profiles
    frame = places(study).set_index("site", drop=False)
    usable = profiles.ds["usable"].values == 0
    owner = np.repeat(np.arange(len(profiles)), profiles.ds["row_size"].values)
    deepest = np.zeros(len(profiles))
    np.maximum.at(deepest, owner[usable], profiles.ds["depth"].values[usable])
    notes = study.quality["site"].value_counts().reindex(study.sites, fill_value=0)
    return frame.assign(
        deepest=deepest,
        layers=np.asarray(profiles.usable_count()),
        able=np.isin(study.sites, study.assimilable()),
        notes=notes.to_numpy(),
    )


def site_mask(
    facts: pd.DataFrame,
    *,
    vegetation: tuple[str, ...] = (),
    region: str = "",
    deepest: tuple[float, float] = (-np.inf, np.inf),
    layers: tuple[float, float] = (-np.inf, np.inf),
    quality: str = "",
) -> np.ndarray:
    """Return which sites (site) bool have these classes, this region, these bounds and this quality."""
    mask = facts["deepest"].between(*deepest).to_numpy() & facts["layers"].between(*layers).to_numpy()
    if vegetation:
        mask &= facts["vegetation"].isin(vegetation).to_numpy()
    if region:
        mask &= (facts["region"] == region).to_numpy()
    by_quality = {
        "able": facts["able"],
        "aside": ~facts["able"],
        "noted": facts["notes"] > 0,
        "clean": facts["notes"] == 0,
    }
    return mask & by_quality[quality].to_numpy() if quality else mask


def nearest_sites(facts: pd.DataFrame, site: int, count: int = NEIGHBOURS) -> pd.DataFrame:
    """Return the sites nearest to one, itself excluded, with their ``distance`` [km]."""
    here = facts.loc[site]
    distance = great_circle(here["lon"], here["lat"], facts["lon"].to_numpy(), facts["lat"].to_numpy())
    distance[facts.index.get_loc(site)] = np.inf
    first = np.argsort(distance, kind="stable")[: min(count, len(facts) - 1)]
    return facts.iloc[first].assign(distance=distance[first])
