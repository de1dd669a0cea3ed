"""How many of the assimilated profiles of a run may train a network, beside the published share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from proda_core.comparison.published import CHAPTER_TEXT, PROFILES, PROFILES_KEPT
from proda_core.comparison.run_tables import with_units
from proda_core.records.checks import InputError, expect
from proda_core.records.convergence import judged, trains

if TYPE_CHECKING:
    from proda_core.runs import Run


def profiles_kept(run: Run) -> pd.DataFrame:
    """Two rows, this run and the published study: ``kept`` of ``assimilated`` profiles, ``share``, source.

    Kept is a profile that may train under the default of the schedule. Only verdicts and diagnostics are
    read. Raises InputError where the run has no posteriors, or only those of a sample of sites (showcase).
    """
    sample = "showcase" in run.settings or "posterior" not in run.finished
    expect(not sample, f"run {run.id}: expected the posteriors of all its sites, found none or a sample")
    with run.open("posterior") as ds:
        verdict = judged(ds)
        kept = trains(verdict, ds.attrs)
    rows = [
        ("this run", int(kept.sum()), len(verdict), f"run {run.id}"),
        ("published", PROFILES_KEPT, PROFILES, CHAPTER_TEXT),
    ]
    frame = pd.DataFrame(rows, columns=["kind", "kept", "assimilated", "source"])
    frame.insert(3, "share", frame["kept"] / frame["assimilated"])
    return with_units(frame, share="1")


def sentence(run: Run) -> str:
    """Write the share of profiles kept beside the published one; "" where it is not known of the run."""
    try:
        ours, theirs = profiles_kept(run).to_dict("records")
    except (InputError, OSError, KeyError):
        return ""
    texts = [f"{row['kept']:,} of {row['assimilated']:,} ({row['share']:.1%})" for row in (ours, theirs)]
    return f"{texts[0]}; published: {texts[1]}, of other profiles".replace("%", " %")
