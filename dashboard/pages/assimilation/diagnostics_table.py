"""The numbers by which chains are judged, as one strip of HTML, each told good or poor in words too."""

from __future__ import annotations

import numpy as np
import xarray as xr

from dashboard.plots.chain_traces import ACCEPTANCE_WINDOW
from dashboard.plots.labels import number
from proda_core.records.posterior import VERDICT_FLAGS

GELMAN_RUBIN_LIMIT = 1.1  # A. Gelman et al., Bayesian Data Analysis
RHAT_LIMIT, ESS_LIMIT = 1.01, 400.0  # Vehtari et al. 2021


def diagnostics_strip(one: xr.Dataset | None, *, verdict: bool = True) -> str:
    """Acceptance, Gelman-Rubin, R-hat, effective sample size, E and RMSE of one posterior.

    verdict : whether to say if a site may train a network
    """
    if one is None:
        return "<p class='quiet'>No posterior yet.</p>"
    low, high = float(one["acceptance"].min()), float(one["acceptance"].max())
    inside = ACCEPTANCE_WINDOW[0] <= low and high <= ACCEPTANCE_WINDOW[1]
    worst_gr, worst_rhat = (_worst(one, name) for name in ("gelman_rubin", "rhat"))
    least = float(min(one["ess_bulk"].min(), one["ess_tail"].min()))
    efficiency = float(one["efficiency"])
    parts = [
        _number("acceptance", f"{low:.0%} – {high:.0%}", inside),
        _number("Gelman–Rubin, worst", *_between(worst_gr)),
        _number("R-hat, worst", number(worst_rhat, 4), worst_rhat < RHAT_LIMIT),
        _number("ESS, least", number(least), least >= ESS_LIMIT),
        _number("E", number(efficiency), efficiency >= 0),
        _number("RMSE kgC m⁻³", number(float(one["rmse"]) / 1000), None),
    ]
    return f"<div class='numbers'>{''.join(parts)}</div>{_verdict(int(one['verdict'])) if verdict else ''}"


def _worst(one: xr.Dataset, name: str) -> float:
    values = one[name].values
    return float(np.nanmax(values)) if np.isfinite(values).any() else float("nan")


def _between(worst: float) -> tuple[str, bool | None]:
    """A single chain has no Gelman-Rubin, which is nothing against it."""
    return ("one chain", None) if np.isnan(worst) else (number(worst), worst < GELMAN_RUBIN_LIMIT)


def _number(what: str, value: str, good: bool | None) -> str:
    mark = "" if good is None else " <i class='good'>✓</i>" if good else " <i class='poor'>!</i>"
    words = "" if good is None else " (good)" if good else " (poor)"
    return f"<span title='{what}{words}'><b>{value}{mark}</b>{what}</span>"


def _verdict(flag: int) -> str:
    if flag == 0:
        return "<p class='quiet'>Kept for training a network.</p>"
    reason = VERDICT_FLAGS.get(flag, "unknown reason").replace("_", " ")
    return f"<p class='poor'>Not used for training a network: {reason}.</p>"
