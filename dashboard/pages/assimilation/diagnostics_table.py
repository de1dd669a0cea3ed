"""Convergence diagnostics of a posterior as one strip of HTML, each rated in words too."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import numpy as np
import xarray as xr

from dashboard.plots.labels import GRAMS_PER_KILOGRAM
from proda_core.assimilation.schedules import from_json
from proda_core.comparison.convergence import batch_disagrees, batch_sentence, converged
from proda_core.figures.theme import number
from proda_core.records.convergence import KEPT, NOT_CONVERGED, Limits, judged, limits_of, trains
from proda_core.records.posterior import BATCH_SITE, VERDICT_FLAGS

GELMAN_RUBIN_LIMIT = 1.1  # A. Gelman et al., Bayesian Data Analysis
RHAT_LIMIT, ESS_LIMIT = 1.01, 400.0  # Vehtari et al. 2021


def diagnostics_strip(summary: xr.Dataset | None, *, verdict: bool = True) -> str:
    """Return acceptance, Gelman-Rubin, R-hat, effective sample size, E and RMSE of one posterior.

    Gelman-Rubin is rated by the limit of the schedule in use. Chains that have not converged are named below.

    verdict : whether to add if the site may train a network; False for a posterior that sites share
    """
    if summary is None:
        return "<p class='quiet'>No posterior yet.</p>"
    least_ess = float(min(summary["ess_bulk"].min(), summary["ess_tail"].min()))
    efficiency, rhat = float(summary["efficiency"]), _worst(summary, "rhat")
    parts = [
        _number("acceptance", *_acceptance(summary)),
        _number(
            "Gelman–Rubin, worst", *_gelman_rubin(_worst(summary, "gelman_rubin"), limits_of(summary.attrs))
        ),
        _number("R-hat, worst", number(rhat, 4), rhat < RHAT_LIMIT),
        _number("ESS, least", number(least_ess), least_ess >= ESS_LIMIT),
        _number("E", number(efficiency), efficiency >= 0),
        _number("RMSE kgC m⁻³", number(float(summary["rmse"]) / GRAMS_PER_KILOGRAM), None),
    ]
    numbers = f"<div class='numbers'>{''.join(parts)}</div>"
    return f"{numbers}{_verdict(summary) if verdict else _shared_verdict(summary)}"


def outcome_sentence(posteriors: Mapping[int, xr.Dataset]) -> str:
    """Write what share of the finished sites (one Dataset each) converged, or whether the batch did."""
    if BATCH_SITE in posteriors:
        return batch_sentence(posteriors[BATCH_SITE])
    judged_sites = [met for met in map(converged, posteriors.values()) if met is not None]
    met = np.concatenate(judged_sites) if judged_sites else np.zeros(0, bool)
    limits = limits_of(next(iter(posteriors.values())).attrs) if met.size else ""
    return f"{met.sum():,} of {met.size:,} sites converged ({limits})" if met.size else ""


def _acceptance(summary: xr.Dataset) -> tuple[str, bool | None]:
    """Return the range over the chains, and whether it is inside the window of the schedule in use."""
    low, high = float(summary["acceptance"].min()), float(summary["acceptance"].max())
    schedule = summary.attrs.get("schedule")
    window = from_json(schedule).acceptance_window if schedule else None
    return f"{low:.0%} – {high:.0%}", None if window is None else window[0] <= low and high <= window[1]


def _worst(summary: xr.Dataset, name: str) -> float:
    values = summary[name].values
    return float(np.nanmax(values)) if np.isfinite(values).any() else float("nan")


def _gelman_rubin(worst: float, limits: Limits) -> tuple[str, bool | None]:
    """Return the diagnostic and its rating; a single chain has neither."""
    limit = limits.gelman_rubin or GELMAN_RUBIN_LIMIT
    return ("one chain", None) if np.isnan(worst) else (number(worst), worst < limit)


def _number(label: str, value: str, good: bool | None) -> str:
    mark = "" if good is None else " <i class='good'>✓</i>" if good else " <i class='poor'>!</i>"
    rating = "" if good is None else " (good)" if good else " (poor)"
    return f"<span title='{label}{rating}'><b>{value}{mark}</b>{label}</span>"


def _verdict(summary: xr.Dataset) -> str:
    flag, limits = int(judged(summary)), limits_of(summary.attrs)
    if flag == KEPT:
        return "<p class='quiet'>Used for training a network.</p>"
    if flag == NOT_CONVERGED and trains(np.array([flag]), summary.attrs).all():
        use = "Used for training a network unless it is trained on converged sites only."
        return f"<p class='poor'>Not converged (limit: {escape(str(limits))}). {use}</p>"
    reason = VERDICT_FLAGS.get(flag, "unknown reason").replace("_", " ")
    return f"<p class='poor'>Not used for training a network: {reason}.</p>"


def _shared_verdict(summary: xr.Dataset) -> str:
    """Return whether the chains of a posterior that sites share agree; "" where that is not judged."""
    one = summary if "site" in summary.dims else summary.expand_dims("site")
    if converged(one) is None:
        return ""
    kind = "poor" if batch_disagrees(one) else "quiet"
    sentence = batch_sentence(one).removeprefix("batch: ").capitalize()
    return f"<p class='{kind}'>{escape(sentence)}.</p>"
