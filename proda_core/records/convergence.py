"""Limits below which chains count as converged, and the verdict that follows from them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import xarray as xr

KEPT, NOT_CONVERGED = 0, 3  # verdicts of a posterior that fits its profile
TRAIN_ON = ("schedule", "converged", "fitted")


@dataclass(frozen=True)
class Limits:
    """Limits that every parameter of a site must meet; 0 for no limit."""

    gelman_rubin: float = 0.0
    rhat: float = 0.0
    ess: float = 0.0

    def __bool__(self) -> bool:
        return bool(self.gelman_rubin or self.rhat or self.ess)

    def __str__(self) -> str:
        parts = [f"Gelman-Rubin < {self.gelman_rubin:g}"] if self.gelman_rubin else []
        parts += [f"R-hat < {self.rhat:g}"] if self.rhat else []
        parts += [f"effective sample size >= {self.ess:g}"] if self.ess else []
        return ", ".join(parts) or "no limit"

    def met(self, found: Mapping[str, Any]) -> np.ndarray:
        """Return whether diagnostics (..., parameter) meet all limits, shape (...).

        A single chain has no Gelman-Rubin statistic: its R-hat, which compares its halves, is judged by
        that limit. A statistic that is not known does not meet its limit.
        """
        met = np.ones(np.shape(found["rhat"])[:-1], dtype=bool)
        rhat = np.asarray(found["rhat"], dtype=float)
        if self.gelman_rubin:
            between = np.asarray(found["gelman_rubin"], dtype=float)
            met &= (np.where(np.isnan(between), rhat, between) < self.gelman_rubin).all(axis=-1)
        if self.rhat:
            met &= (rhat < self.rhat).all(axis=-1)
        if self.ess:
            least = np.minimum(np.asarray(found["ess_bulk"]), np.asarray(found["ess_tail"]))
            met &= (least >= self.ess).all(axis=-1)
        return met


#: Limits of the preset schedules. chapter: the limit below which the published code cleans its training
#: set [PRODA]; quick: the customary one of A. Gelman et al., Bayesian Data Analysis, as its chains are for
#: exploration; modern: Vehtari et al. 2021.
LIMITS = MappingProxyType(
    {
        "quick": Limits(gelman_rubin=1.1),
        "chapter": Limits(gelman_rubin=1.05),
        "annealed": Limits(gelman_rubin=1.05),
        "modern": Limits(rhat=1.01, ess=400.0),
    }
)


def limits_of(attrs: Mapping[str, Any]) -> Limits:
    """Return the limits of the schedule that a posterior was made with, from its attributes.

    Schedules from before there was a limit of Gelman-Rubin get those of the preset of their name.
    """
    try:
        schedule = json.loads(attrs.get("schedule", "null"))
    except (TypeError, ValueError):
        return Limits()
    return limits_of_schedule(schedule) if isinstance(schedule, Mapping) else Limits()


def limits_of_schedule(fields: Mapping[str, Any]) -> Limits:
    """Return the limits among the fields of a schedule, as :func:`limits_of` does."""
    stored = {key: float(fields.get(f"{key}_limit") or 0.0) for key in ("gelman_rubin", "rhat", "ess")}
    if "gelman_rubin_limit" not in fields and not any(stored.values()):
        return LIMITS.get(str(fields.get("name")), Limits())
    return Limits(**stored)


def judged(ds: xr.Dataset) -> np.ndarray:
    """Return verdicts (...) with "kept" and "not_converged" as the limits of the schedule have them.

    Posteriors from before their schedule had a limit hold "kept" everywhere. Only the verdicts and
    diagnostics of ``ds`` (..., parameter) are read.
    """
    verdict, limits = ds["verdict"].values, limits_of(ds.attrs)
    needed = [name for name, limit in _NEEDED.items() if limit(limits)]
    if not needed or any(name not in ds for name in needed):
        return verdict
    met = limits.met({name: ds[name].transpose(..., "parameter").values for name in needed})
    fits = (verdict == KEPT) | (verdict == NOT_CONVERGED)
    return np.where(fits, np.where(met, KEPT, NOT_CONVERGED), verdict).astype(verdict.dtype)


_NEEDED = {
    "gelman_rubin": lambda limits: limits.gelman_rubin,
    "rhat": bool,
    "ess_bulk": lambda limits: limits.ess,
    "ess_tail": lambda limits: limits.ess,
}


def trains(verdict: np.ndarray, attrs: Mapping[str, Any], train_on: str = "schedule") -> np.ndarray:
    """Return which verdicts (site,) allow training a network.

    train_on : converged: only "kept"; fitted: "not_converged" too; schedule: converged where chains are
        extended until they meet limits of R-hat or effective sample size, else fitted
    """
    if train_on == "schedule":
        limits = limits_of(attrs)
        train_on = "fitted" if limits and not (limits.rhat or limits.ess) else "converged"
    verdict = np.asarray(verdict)
    return (verdict == KEPT) | ((verdict == NOT_CONVERGED) & (train_on == "fitted"))
