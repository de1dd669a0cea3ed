"""Convergence diagnostics of a posterior as one strip of HTML, each rated in words too."""

from __future__ import annotations

import numpy as np
import xarray as xr

from dashboard.plots.labels import GRAMS_PER_KILOGRAM
from proda_core.assimilation.schedules import from_json
from proda_core.figures.theme import number
from proda_core.records.posterior import VERDICT_FLAGS

GELMAN_RUBIN_LIMIT = 1.1  # A. Gelman et al., Bayesian Data Analysis
RHAT_LIMIT, ESS_LIMIT = 1.01, 400.0  # Vehtari et al. 2021


def diagnostics_strip(summary: xr.Dataset | None, *, verdict: bool = True) -> str:
    """Return acceptance, Gelman-Rubin, R-hat, effective sample size, E and RMSE of one posterior.

    verdict : whether to add if the site may train a network
    """
    if summary is None:
        return "<p class='quiet'>No posterior yet.</p>"
    least_ess = float(min(summary["ess_bulk"].min(), summary["ess_tail"].min()))
    efficiency, rhat = float(summary["efficiency"]), _worst(summary, "rhat")
    parts = [
        _number("acceptance", *_acceptance(summary)),
        _number("Gelman–Rubin, worst", *_gelman_rubin(_worst(summary, "gelman_rubin"))),
        _number("R-hat, worst", number(rhat, 4), rhat < RHAT_LIMIT),
        _number("ESS, least", number(least_ess), least_ess >= ESS_LIMIT),
        _number("E", number(efficiency), efficiency >= 0),
        _number("RMSE kgC m⁻³", number(float(summary["rmse"]) / GRAMS_PER_KILOGRAM), None),
    ]
    numbers = f"<div class='numbers'>{''.join(parts)}</div>"
    return f"{numbers}{_verdict(int(summary['verdict'])) if verdict else ''}"


def _acceptance(summary: xr.Dataset) -> tuple[str, bool | None]:
    """Return the range over the chains, and whether it is inside the window of the schedule in use."""
    low, high = float(summary["acceptance"].min()), float(summary["acceptance"].max())
    schedule = summary.attrs.get("schedule")
    window = from_json(schedule).acceptance_window if schedule else None
    return f"{low:.0%} – {high:.0%}", None if window is None else window[0] <= low and high <= window[1]


def _worst(summary: xr.Dataset, name: str) -> float:
    values = summary[name].values
    return float(np.nanmax(values)) if np.isfinite(values).any() else float("nan")


def _gelman_rubin(worst: float) -> tuple[str, bool | None]:
    """Return the diagnostic and its rating; a single chain has neither."""
    return ("one chain", None) if np.isnan(worst) else (number(worst), worst < GELMAN_RUBIN_LIMIT)


def _number(label: str, value: str, good: bool | None) -> str:
    mark = "" if good is None else " <i class='good'>✓</i>" if good else " <i class='poor'>!</i>"
    rating = "" if good is None else " (good)" if good else " (poor)"
    return f"<span title='{label}{rating}'><b>{value}{mark}</b>{label}</span>"


def _verdict(flag: int) -> str:
    if flag == 0:
        return "<p class='quiet'>Used for training a network.</p>"
    reason = VERDICT_FLAGS.get(flag, "unknown reason").replace("_", " ")
    return f"<p class='poor'>Not used for training a network: {reason}.</p>"
