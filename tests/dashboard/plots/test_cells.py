"""Claims on cells of maps: neighbours share their edges."""

from __future__ import annotations

import numpy as np

from dashboard.plots.cells import cell_columns
from proda_core.records.study import Study


def test_cells_meet_without_gap(study: Study) -> None:
    cells = study.cells_forcing.ds
    columns = cell_columns(np.arange(cells.sizes["site"]), cells["lon"].values, cells["lat"].values)
    widths = columns["right"] - columns["left"]
    np.testing.assert_allclose(widths, np.median(widths), rtol=1e-4)
    lefts = np.unique(np.round(columns["left"], -1))
    np.testing.assert_allclose(np.diff(lefts), np.median(widths), rtol=1e-3)
