"""Which parameters the profiles of a run identify: the width of their posteriors beside that of the prior."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from proda_core.records.convergence import judged, trains

if TYPE_CHECKING:
    from proda_core.runs import Run

UNIDENTIFIED = 0.9  # posterior over prior standard deviation, above which a map shows the prior
SENTENCE = (
    "The profiles hold almost no information on a parameter whose posterior keeps more than"
    f" {100 * UNIDENTIFIED:.0f} % of the prior's spread: its map shows the prior and trade-offs with other"
    " parameters."
)


def spread_ratios(run: Run) -> pd.Series:
    """Posterior over prior standard deviation by parameter, the median over sites that train.

    Only this variable and the diagnostics are read. Empty where the run has no posteriors, or stored none
    of these ratios.
    """
    if "posterior" not in run.finished:
        return pd.Series(dtype=float)
    with run.open("posterior") as ds:
        if "sd_ratio" not in ds:
            return pd.Series(dtype=float)
        kept = trains(judged(ds), ds.attrs)
        ratio = ds["sd_ratio"].transpose("site", "parameter").isel(site=kept).load()
    names = [str(name) for name in ratio["parameter"].values]
    return pd.DataFrame(ratio.values, columns=names).median()


def is_identified(ratio: float) -> bool:
    """Whether a ratio of spreads is at most the limit; an unknown one counts as identified.

    >>> is_identified(0.5), is_identified(0.95), is_identified(float("nan"))
    (True, False, True)
    """
    return not ratio > UNIDENTIFIED


def spread_text(ratio: float) -> str:
    """Write a ratio as it is printed on a parameter map, "" where it is not known.

    >>> spread_text(0.934), spread_text(0.3)
    ('posterior/prior spread 0.93: not identified', 'posterior/prior spread 0.30')
    """
    if ratio != ratio:
        return ""
    return f"posterior/prior spread {ratio:.2f}" + ("" if is_identified(ratio) else ": not identified")
