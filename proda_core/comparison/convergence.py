"""What share of the sites of a run converged, and whether the chains of its batch agree, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr

from proda_core.assimilation.convergence import modes
from proda_core.comparison.batch_modes import mode_phrase
from proda_core.records.checks import InputError
from proda_core.records.convergence import limits_of

if TYPE_CHECKING:
    from proda_core.runs import Run

DISAGREE = "chains disagree"
BATCH_DISAGREES = f"batch ({DISAGREE})"  # note of figures that show the batch product
BATCH = "batch"
_DIAGNOSTICS = ("gelman_rubin", "rhat", "ess_bulk", "ess_tail")


def converged(ds: xr.Dataset) -> np.ndarray | None:
    """Return which assimilated sites of a posterior (site,) meet the limits of its schedule, one by one.

    None where the schedule has no limits, or the diagnostics are not stored.
    """
    limits = limits_of(ds.attrs)
    if not limits or any(name not in ds for name in _DIAGNOSTICS):
        return None
    found = {name: ds[name].transpose("site", "parameter").values for name in _DIAGNOSTICS}
    assimilated = np.isfinite(found["rhat"]).any(axis=-1)
    return limits.met(found)[assimilated]


def sites_sentence(ds: xr.Dataset) -> str:
    """Write how many of the assimilated sites of a posterior converged, and by which limits."""
    met = converged(ds)
    if met is None:
        return "convergence of the sites not judged: their schedule has no limit"
    share = f" ({met.mean():.0%})".replace("%", " %") if met.size else ""
    return f"{met.sum():,} of {met.size:,} sites converged{share}; limit: {limits_of(ds.attrs)}"


def batch_sentence(ds: xr.Dataset) -> str:
    """Write whether the chains of a batch have converged; where not, R-hat, modes and costs of its chains."""
    met, found = converged(ds), ds.isel(site=0)
    rhat = f"R-hat {_rhat(float(found['rhat'].max()))}" if "rhat" in found else "R-hat not known"
    if met is None:
        parts = ["convergence not judged", rhat]
    else:
        parts = ["converged", rhat] if met.all() else ["not converged", rhat, *_modes(found)]
    return f"batch: {', '.join(filter(None, [*parts, mode_phrase(found)]))}"


def batch_disagrees(ds: xr.Dataset) -> bool:
    """Whether the chains of a batch do not meet the limits of its schedule."""
    met = converged(ds)
    return met is not None and not met.all()


def batch_note(run: Run, *frames: pd.DataFrame) -> str:
    """Return the note of figures of these frames: that the chains of the batch disagree, else "".

    frames : tables that name their products in a column; figures without the batch get no note
    """
    shown = any((frame == BATCH).any(axis=None) for frame in frames)
    return BATCH_DISAGREES if shown and run_disagrees(run) else ""


def run_disagrees(run: Run) -> bool:
    """Whether the chains of the batch of a run do not meet the limits of its schedule.

    False where there is no batch, or none that can be read.
    """
    if BATCH not in run.finished:
        return False
    try:
        with run.open(BATCH) as ds:
            return batch_disagrees(ds)
    except (OSError, ValueError, KeyError):
        return False


def run_sentence(run: Run) -> str:
    """Write what share of the sites of a run converged, and whether its batch did.

    Raises InputError where the run has neither.
    """
    writers = {"posterior": sites_sentence, BATCH: batch_sentence}
    parts = []
    for stage, write in writers.items():
        if stage in run.finished:
            with run.open(stage) as ds:
                parts.append(write(ds))
    if not parts:
        raise InputError(f"run {run.id}: expected posteriors of its sites or of its batch, found none")
    return "; ".join(parts)


def _modes(found: xr.Dataset) -> list[str]:
    """Write how many modes the chains are in, and the cost of each chain where it is stored."""
    parts = []
    if "draws" in found and found.sizes["chain"] > 1:
        number = modes(found["draws"].transpose("chain", "draw", "parameter").values)
        count = int(number.max()) + 1
        parts.append(f"{found.sizes['chain']} chains in {count} mode{'s' * (count > 1)}")
    if "cost" in found:
        parts.append("J " + " / ".join(f"{value:,.6g}" for value in found["cost"].values))
    return parts


def _rhat(value: float) -> str:
    """Return R-hat as text, exact enough to be compared with a limit."""
    return f"{value:.3f}" if value < 1.1 else f"{value:.3g}"
