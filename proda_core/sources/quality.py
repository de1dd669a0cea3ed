"""Quality control of profiles: which observations are usable, which profiles are excluded, and why.

Nothing is dropped or clipped: an excluded observation stays in the record with a flag, and every flag is
a row of a table. The same rules apply to every data set.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np
import pandas as pd

from proda_core.records.bedrock import with_bedrock_flags
from proda_core.records.forcing import Forcing
from proda_core.records.profiles import BELOW_BEDROCK, MIN_OBSERVATIONS, Profiles
from proda_core.records.study import QUALITY_COLUMNS

# gC m-3. Plant matter without any pores holds 1.5e6 g m-3 x 0.5 gC g-1 = 7.5e5; a soil, even
# peat, has at least a third of its volume in pores. Real organic horizons stay below 2.5e5.
MAX_CARBON = 5e5

LEFT_OUT, SET_ASIDE, KEPT = "observation left out", "profile set aside", "kept, flagged"
USABLE, IMPOSSIBLE, CARBON_NOT_POSITIVE, DEPTH_NOT_POSITIVE, BELOW_COLUMN, MISSING = range(6)
_BY_DEPTH = (DEPTH_NOT_POSITIVE, BELOW_COLUMN, BELOW_BEDROCK)  # noted by their depth, others by their carbon
_REASONS = {
    IMPOSSIBLE: f"carbon impossible: above {MAX_CARBON:,.0f} gC m-3, more than soil can hold",
    CARBON_NOT_POSITIVE: "carbon not positive: a relative error needs a value above zero",
    DEPTH_NOT_POSITIVE: "depth not positive: a layer with thickness has its middle below 0 m",
    BELOW_COLUMN: "below the soil column of the model",
    MISSING: "carbon missing",
    BELOW_BEDROCK: "below the bedrock of the model's column, where it holds no carbon",
}


@dataclass(frozen=True)
class Note:
    """One row of the table: site or cell, reason, value found, consequence.

    ``site`` or ``cell`` is -1 where the note concerns the other; ``observation`` is the position
    within the profile, -1 for all of it.
    """

    site: int
    reason: str
    found: str
    consequence: str = KEPT
    profile_id: int = -1
    observation: int = -1
    depth: float = np.nan
    cell: int = -1


def table(notes: Sequence[Note]) -> pd.DataFrame:
    """The notes as a table, sites in order, notes on grid cells last."""
    columns = [*QUALITY_COLUMNS, "cell"]
    frame = pd.DataFrame([asdict(note) for note in notes], columns=columns)
    order = np.lexsort((frame["observation"], frame["cell"], frame["site"], frame["site"] < 0))
    return frame.iloc[order].reset_index(drop=True)


def identified(notes: Sequence[Note], profiles: Profiles) -> list[Note]:
    """The notes on sites, each with the profile's number at its source."""
    ids = dict(zip(profiles.sites.tolist(), profiles.ds["profile_id"].values.tolist(), strict=True))
    return [replace(note, profile_id=ids.get(note.site, note.profile_id)) for note in notes]


def usable_flags(depth: np.ndarray, carbon: np.ndarray, column_bottom: float) -> np.ndarray:
    """Flag of every observation (observation,): 0 usable, others the first reason that holds.

    depth (observation) [m], carbon (observation) [gC m-3], column_bottom [m].

    >>> usable_flags(np.array([0.1, 0.0, 12.3]), np.array([9e5, 2e4, 2e4]), 8.6)
    array([1, 3, 4], dtype=int8)
    """
    conditions = [
        np.isnan(carbon),
        ~(depth > 0),
        depth > column_bottom,
        carbon <= 0,
        carbon > MAX_CARBON,
    ]
    flags = [MISSING, DEPTH_NOT_POSITIVE, BELOW_COLUMN, CARBON_NOT_POSITIVE, IMPOSSIBLE]
    return np.select(conditions, flags, USABLE).astype(np.int8)


def observation_notes(profiles: Profiles, flags: Sequence[int] = tuple(_REASONS)) -> list[Note]:
    """A note for every observation that is left out, or for those with one of these flags."""
    ds = profiles.ds
    depth, carbon, usable = (ds[name].values for name in ("depth", "carbon", "usable"))
    first = np.cumsum(ds["row_size"].values) - ds["row_size"].values
    owner = np.repeat(np.arange(len(profiles)), ds["row_size"].values)
    return [
        Note(
            site=int(profiles.sites[owner[i]]),
            profile_id=int(ds["profile_id"].values[owner[i]]),
            observation=int(i - first[owner[i]]),
            depth=float(depth[i]),
            found=_found(int(usable[i]), depth[i], carbon[i]),
            reason=_REASONS[int(usable[i])],
            consequence=LEFT_OUT,
        )
        for i in np.flatnonzero(np.isin(usable, flags))
    ]


def _found(flag: int, depth: float, carbon: float) -> str:
    return f"{depth:g} m" if flag in _BY_DEPTH else f"{carbon:,.0f} gC m-3"


def order_notes(site: int, profile_id: int, depth: np.ndarray) -> list[Note]:
    """Notes on a profile whose depths (observation) [m], as given, are unsorted or repeated."""
    notes = []
    if (np.diff(depth) < 0).any():
        listed = ", ".join(f"{d:g}" for d in depth)
        notes.append(Note(site, "depths out of order: sorted here", f"{listed} m", profile_id=profile_id))
    values, counts = np.unique(depth, return_counts=True)
    if (counts > 1).any():
        found = ", ".join(f"{d:g} m {n} times" for d, n in zip(values, counts) if n > 1)
        notes.append(Note(site, "depth given more than once: all kept", found, profile_id=profile_id))
    return notes


def checked_against_forcing(profiles: Profiles, forcing: Forcing) -> tuple[Profiles, list[Note]]:
    """Return the profiles with observations below bedrock flagged, and notes on what the forcing rules out.

    The notes are on these observations, and on profiles that cannot be assimilated.
    """
    profiles = with_bedrock_flags(profiles, forcing)
    return profiles, observation_notes(profiles, [BELOW_BEDROCK]) + _profile_notes(profiles, forcing)


def _profile_notes(profiles: Profiles, forcing: Forcing) -> list[Note]:
    """A note for every profile that cannot be assimilated, and for every reason it has."""
    count, complete = profiles.usable_count(), forcing.complete.values
    fed, size = forcing.annual_input.values, profiles.ds["row_size"].values
    notes = []
    for i, site in enumerate(profiles.sites):
        missing = () if complete[i] else forcing.missing(site)
        for reason, found in _reasons(count[i], size[i], missing, fed[i]):
            identity = int(profiles.ds["profile_id"].values[i])
            notes.append(Note(int(site), reason, found, SET_ASIDE, profile_id=identity))
    return notes


def _reasons(count: int, size: int, missing: tuple[str, ...], annual_input: float) -> list[tuple[str, str]]:
    reasons = []
    if size == 0:
        reasons.append(("no observation", "0 observations"))
    elif count < MIN_OBSERVATIONS:
        reasons.append((f"fewer than {MIN_OBSERVATIONS} usable observations", f"{count} of {size} usable"))
    if missing:
        reasons.append(("forcing incomplete", f"missing values of {', '.join(missing)}"))
    if annual_input <= 0:
        reasons.append(("no carbon input", "0 gC m-2 yr-1"))
    return reasons
