"""Profiles from tables of depths and carbon: sorted, flagged, with quality notes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr

from proda_core.records.profiles import Profiles
from proda_core.sources.quality import Note, observation_notes, order_notes, usable_flags
from proda_core.vocabulary.vegetation import VEGETATION


def profiles_from(
    depths: Sequence[np.ndarray],
    carbons: Sequence[np.ndarray],
    *,
    lon: np.ndarray,
    lat: np.ndarray,
    profile_id: np.ndarray,
    column_bottom: float,
    vegetation: np.ndarray | None = None,
    tops: Sequence[np.ndarray] | None = None,
    bottoms: Sequence[np.ndarray] | None = None,
) -> tuple[Profiles, list[Note]]:
    """Profiles of sites 0, 1, ... and the quality notes on them.

    depths, carbons : one array (observation) per site, [m] and [gC m-3]
    lon, lat, profile_id, vegetation : (site); vegetation codes of the vocabulary, -1 unknown
    column_bottom : deepest the model reaches [m]
    tops, bottoms : bounds of the horizons, one array (observation) per site [m], where the source has them
    """
    order = [np.argsort(depth, kind="stable") for depth in depths]
    depth = _joined([d[o] for d, o in zip(depths, order)])
    carbon = _joined([c[o] for c, o in zip(carbons, order)])
    ds = xr.Dataset(
        {
            "lon": ("profile", np.asarray(lon, float)),
            "lat": ("profile", np.asarray(lat, float)),
            "profile_id": ("profile", np.asarray(profile_id, np.int64)),
            "place": ("profile", places(lon, lat)),
            "row_size": ("profile", np.array([len(d) for d in depths], np.int64)),
            "depth": ("observation", depth),
            "carbon": ("observation", carbon),
            "usable": ("observation", usable_flags(depth, carbon, column_bottom)),
        },
        coords={"profile": np.arange(len(depths))},
    )
    if tops is not None and bottoms is not None:
        for name, parts in (("top", tops), ("bottom", bottoms)):
            ds[name] = ("observation", _joined([part[o] for part, o in zip(parts, order)]))
    if vegetation is not None:
        ds["vegetation"] = ("profile", np.asarray(vegetation, np.int8), vegetation_attrs())
    profiles = Profiles(ds)
    notes = [
        note
        for site, given in enumerate(depths)
        for note in order_notes(site, int(profile_id[site]), np.asarray(given))
    ]
    return profiles, notes + observation_notes(profiles)


def places(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """A number per site (site) int: the same number where the coordinates are the same.

    >>> places(np.array([1.0, 2.0, 1.0]), np.array([5.0, 5.0, 5.0]))
    array([0, 1, 0])
    """
    pairs = np.column_stack([lon, lat])
    _, first, inverse = np.unique(pairs, axis=0, return_index=True, return_inverse=True)
    rank = np.argsort(np.argsort(first))
    return rank[inverse.reshape(-1)]


def vegetation_attrs() -> dict:
    """CF attributes of a vegetation variable."""
    return {
        "flag_values": list(range(len(VEGETATION))),
        "flag_meanings": " ".join(name.replace(" ", "_") for name in VEGETATION),
    }


def _joined(parts: list[np.ndarray]) -> np.ndarray:
    return np.concatenate([np.zeros(0), *parts]).astype(float)
