"""What the search for the modes of a batch found, as a table and in words."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

_NEGLIGIBLE = 0.01  # share of the posterior that a mode is not spoken of as an alternative below


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


def mode_sentence(summary: xr.Dataset) -> str:
    """Return how many modes were found and what that means for the batch; empty where no search was made."""
    table = mode_table(summary)
    if table is None:
        return ""
    starts, best = int(table["starts"].sum()), int(table["starts"][0])
    if len(table) == 1:
        return f"One mode: all {starts} starts of the search ended in it."
    second = table.iloc[1]
    found = (
        f"{len(table)} modes: {best} of {starts} starts ended in the best one, ahead of the second by "
        f"{-second['log_evidence_difference']:,.1f} nats of evidence (E {table['efficiency'][0]:.2f} and "
        f"{second['efficiency']:.2f})."
    )
    if second["probability"] < _NEGLIGIBLE:
        return f"{found} A chain that ends in another mode than the best does not sample this posterior."
    return f"{found} More than one set of parameters explains all profiles about equally well."
