from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from proda_core.records.checks import InputError
from proda_core.sources import mod17
from proda_core.sources.spherical_grid import regular
from tests.unit.sources.formats import write_tiff

GRID = regular(0.5, (-80, 41.5, -79.5, 42))


def test_stored_numbers_are_ten_thousandths_of_a_kilogram_and_65535_is_a_gap(tmp_path: Path) -> None:
    """Expected: 6000 x 0.0001 kgC m-2 yr-1 = 600 gC m-2 yr-1 on three quarters of the cell."""
    values = np.full((60, 60), 6000, "uint16")
    values[:30, :30] = 65535
    write_tiff(tmp_path / mod17.FILE, values, step=1 / 120, nodata=None)
    found = mod17.load(tmp_path, grid=GRID)
    assert found["npp"].values.tolist() == [[pytest.approx(600)]]
    assert found["npp"].attrs["units"] == "gC m-2 yr-1"
    assert found["valid_fraction"].item() == pytest.approx(0.75, rel=1e-2)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=mod17.FILE):
        mod17.load(tmp_path)
