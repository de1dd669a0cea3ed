"""The modes that a batch has, as a table and in words."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

NEGLIGIBLE = 0.01  # share of the posterior below which a mode is no alternative


def mode_table(summary: xr.Dataset) -> pd.DataFrame | None:
    """Return one row per mode, the most probable first; None where no search was made.

    summary : the batch's posterior, without the dimension site
    Columns: mode (1, 2, ...), starts, cost (J), log_evidence_difference [nats] to the first, probability,
    efficiency (E of its carbon over all observations together).
    """
    if "mode_starts" not in summary:
        return None
    evidence = summary["mode_log_evidence"].values
    return pd.DataFrame(
        {
            "mode": np.arange(1, len(evidence) + 1),
            "starts": summary["mode_starts"].values,
            "cost": summary["mode_cost"].values,
            "log_evidence_difference": evidence - evidence[0],
            "probability": summary["mode_probability"].values,
            "efficiency": summary["mode_efficiency"].values,
        }
    )


def mode_phrase(summary: xr.Dataset) -> str:
    """Return how many modes the search found and how far the best is ahead; empty where none was made."""
    table = mode_table(summary)
    if table is None:
        return ""
    starts, best = int(table["starts"].sum()), int(table["starts"][0])
    if len(table) == 1:
        return f"one mode, in which all {starts} starts of the search ended"
    second = table.iloc[1]
    found = (
        f"{len(table)} modes, {best} of {starts} starts in the best, ahead of the second by "
        f"{-second['log_evidence_difference']:,.1f} nats of evidence (E {table['efficiency'][0]:.2f} and "
        f"{second['efficiency']:.2f})"
    )
    alike = second["probability"] >= NEGLIGIBLE
    return f"{found}: two sets of parameters explain the profiles about equally well" if alike else found
