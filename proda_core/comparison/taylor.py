"""A summary after Taylor (2001): spread, correlation and pattern error of each method in one point."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from proda_core.comparison.density import densities
from proda_core.comparison.run_tables import DENSITY, HELD_OUT, with_units

if TYPE_CHECKING:
    from proda_core.comparison.places import Places
    from proda_core.runs import Run


def taylor(run: Run, study: Places | None = None, *, part: str = HELD_OUT) -> pd.DataFrame:
    """One row per method: sd over that observed, correlation, centred RMS over the observed sd, bias, n.

    centred_rms^2 = 1 + sd_ratio^2 - 2 sd_ratio correlation: the diagram's triangle.
    """
    rows = []
    for method, pair in densities(run, part=part).groupby("method", sort=False):
        modelled, observed = pair["modelled"].to_numpy(), pair["observed"].to_numpy()
        rows.append({"method": method} | statistics(modelled, observed))
    return with_units(pd.DataFrame(rows), sd_ratio="1", correlation="1", centred_rms="1", bias=DENSITY)


def statistics(modelled: np.ndarray, observed: np.ndarray) -> dict[str, float]:
    """The numbers of one method.

    >>> statistics(np.array([2.0, 4.0, 6.0]), np.array([1.0, 2.0, 3.0]))["sd_ratio"]
    2.0
    """
    spread = observed.std()
    ratio = modelled.std() / spread if spread > 0 else np.nan
    varied = spread > 0 and modelled.std() > 0
    r = float(np.corrcoef(modelled, observed)[0, 1]) if varied else np.nan
    away = (modelled - modelled.mean()) - (observed - observed.mean())
    return {
        "sd_ratio": float(ratio),
        "correlation": r,
        "centred_rms": float(np.sqrt(np.mean(away**2)) / spread) if spread > 0 else np.nan,
        "bias": float(np.mean(modelled - observed)),
        "n": len(observed),
    }
