"""Claims on the intervals beside the totals of figure 37.4."""

from __future__ import annotations

import holoviews as hv
import numpy as np
import pytest

from proda_core import figures
from proda_core.figures.total_carbon import NINETY


def test_intervals_are_centred_on_the_total_less_its_mean_error(frames) -> None:
    frame = frames["totals"]
    ours = (frame["kind"] == "this run") & (frame["product"] == "proda")
    frame = frame.assign(
        mean_error=np.where(ours, 0.01, np.nan), sd=np.where(ours, 0.004, np.nan),
        sd_independent=np.where(ours, 0.001, np.nan),
    )  # fmt: skip
    element = figures.totals(frame)
    total = frame.loc[ours & (frame["interval"] == "0-200"), "total"].item()
    lines = {mark.label: mark for mark in element if isinstance(mark, hv.Segments)}
    for label, sd in (
        ("90 %, errors correlated in space", 0.004),
        ("90 %, as if errors were independent", 0.001),
    ):
        (low,), (high,) = lines[label]["end"], lines[label]["end_end"]
        assert (low, high) == pytest.approx((total - 0.01 - NINETY * sd, total - 0.01 + NINETY * sd))


def test_without_held_out_stocks_there_are_no_intervals(frames) -> None:
    element = figures.totals(frames["totals"].assign(sd=np.nan, mean_error=np.nan, sd_independent=np.nan))
    assert not [mark for mark in element if isinstance(mark, hv.Segments)]
