"""History files as other groups have them; the right values are those of the inputs' own README."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from proda_core.records.checks import InputError
from proda_core.sources.cesm import read_history
from proda_core.sources.cesm_forcing import from_history

NAMES = ("TSOI", "W_SCALAR", "SOILPSI", "O_SCALAR", "FPI_vr", "NPP")
NAMES += ("ALTMAX", "ALTMAX_LASTYEAR", "nbedrock", "CELLSAND")


def forcing(path: Path, lon: float = 10.0, lat: float = 50.0, grid: str = "clm5_20"):
    fields = read_history(path, NAMES)
    return from_history(fields, sites=np.array([0]), lon=np.array([lon]), lat=np.array([lat]), grid=grid)


@pytest.mark.parametrize(
    "name",
    "nc_base nc_time_start nc_time_mid nc_time_end nc_bnds_noattr nc_npp_kg nc_npp_yr nc_tsoi_c nc_alt_cm"
    " nc_packed nc_lndgrid nc_curvi nc_latitude nc_point nc_months_since nc_360 nc_cdf5".split(),
)
def test_history_files_of_any_form_give_the_same_forcing(strangers_data: Path, name: str) -> None:
    """Expected: January 273.35 K, April 279.68 K, 697.25 gC m-2 yr-1."""
    found, notes = forcing(strangers_data / f"{name}.nc")
    base, _ = forcing(strangers_data / "nc_base.nc")
    surface = found.ds["soil_temperature"].values[0, 0]
    tolerance = 0.02 if name == "nc_packed" else 0.006
    np.testing.assert_allclose(surface[[0, 3]], [273.35, 279.68], atol=tolerance)
    assert float(found.annual_input[0]) == pytest.approx(697.25, abs=0.3)
    assert not notes and bool(found.complete.all())
    np.testing.assert_allclose(found.ds["altmax"], base.ds["altmax"], rtol=1e-6)


@pytest.mark.parametrize(
    ("name", "match"),
    [
        ("nc_levels_23SL", "expected the layers of clm5_20"),
        ("nc_levels_clm45", "expected (the layers|20 layers) of clm5_20"),
        ("nc_11months", "expected all 12 months"),
        ("nc_one", "expected all 12 months"),
        ("nc_cut", "truncated|shorter"),
    ],
)
def test_history_files_that_do_not_fit_are_refused(strangers_data: Path, name: str, match: str) -> None:
    with pytest.raises(InputError, match=match):
        forcing(strangers_data / f"{name}.nc")


def test_layers_of_clm45_are_right_for_their_own_grid(strangers_data: Path) -> None:
    found, _ = forcing(strangers_data / "nc_levels_clm45.nc", grid="clm45_10")
    assert found.grid.size == 10 and bool(found.complete.all())


@pytest.mark.parametrize("name", ["nc_base", "nc_point", "nc_lndgrid", "nc_curvi"])
def test_a_site_outside_the_grid_is_not_given_another_places_climate(strangers_data: Path, name: str) -> None:
    with pytest.raises(InputError, match="within 100 km of a cell"):
        forcing(strangers_data / f"{name}.nc", lon=-76.5, lat=42.45)
