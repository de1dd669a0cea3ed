"""A tiny directory in the layout of the published study's ENSEMBLE/INPUT_DATA."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import xarray as xr
from scipy.io import savemat

from proda_core.sources.proda_published import ELIGIBLE
from proda_core.sources.proda_published_tables import CELL_COLUMNS, LAYER_COLUMNS, SITE_COLUMNS
from proda_core.vocabulary.covariates import BY_NAME
from tests.unit.sources.formats import write_spinup

# profile_id, country, lon, lat: three in the conterminous US, one in Alaska's place, one abroad
PROFILES = (
    (501, 156, -76.4, 42.4), (502, 156, -76.4, 42.4), (503, 156, -75.2, 43.1), (504, 156, -150.0, 64.0),
    (505, 38, -76.0, 45.0),
)  # fmt: skip
# profile_id, upper, lower and node in cm, carbon in gC m-3
LAYERS = (
    (501, 0, 20, 10, 25000.0), (501, 20, 60, 40, 9000.0), (501, 60, 100, 80, np.nan),
    (502, 0, 30, 15, 18000.0), (502, 30, 70, 50, 0.0), (502, np.nan, np.nan, np.nan, 4000.0),
    (503, 40, 80, 60, 7000.0), (503, 0, 40, 20, 21000.0), (504, 0, 20, 10, 5.0), (505, 0, 20, 10, 6.0),
)  # fmt: skip
CELLS = ((-76.25, 42.25), (-75.25, 43.25), (-150.25, 64.25), (-60.25, 42.25))


def write(directory: Path) -> Path:
    """Every file :func:`proda_published.load` reads."""
    place, spinup = directory / "wosis_2019_snap_shot", directory / "cesm2_simu" / "spinup_ss"
    place.mkdir(parents=True)
    _netcdf(place / "soc_profile_wosis_2019_snapshot_hugelius_mishra.nc", "soc_profile_info", _profiles())
    _netcdf(
        place / "soc_data_integrate_wosis_2019_snapshot_hugelius_mishra.nc", "data_soc_integrate", _layers()
    )
    lon_lat = np.array([row[2:] for row in PROFILES])
    sites = _surroundings(SITE_COLUMNS, lon_lat)
    sites[:, SITE_COLUMNS.index("ProfileID")] = [row[0] for row in PROFILES]
    savemat(place / "wosis_2019_snapshot_hugelius_mishra_env_info.mat", {"EnvInfo": sites})
    savemat(
        place / "world_grid_envinfo_present.mat", {"EnvInfo": _surroundings(CELL_COLUMNS, np.array(CELLS))}
    )
    savemat(place / ELIGIBLE, {"eligible_loc_0": np.array([[1.0], [3.0], [4.0]])})
    for name, value in (
        ("TSOI", 283.0),
        ("W_SCALAR", 0.6),
        ("O_SCALAR", 1.0),
        ("FPI_vr", 0.8),
        ("CELLSAND", 55.0),
    ):
        write_spinup(spinup, name, value, 20)
    for name, value in (("ALTMAX", 42.0), ("ALTMAX_LASTYEAR", 42.0), ("nbedrock", 16.0)):
        write_spinup(spinup, name, value)
    for stream in ("CWD", "LITR1", "LITR2", "LITR3"):
        write_spinup(spinup, f"{stream}_INPUT_ACC_VECTOR", 1.0, 20)
    return directory


def _profiles() -> np.ndarray:
    return np.array([[i, c, c, lon, lat, 3, 1990] for i, c, lon, lat in PROFILES], float)


def _layers() -> np.ndarray:
    table = np.full((len(LAYERS), len(LAYER_COLUMNS)), np.nan)
    for row, (profile, upper, lower, node, carbon) in zip(table, LAYERS, strict=True):
        row[[0, 2, 3, 4, 6]] = profile, upper, lower, node, carbon
    return table


def _netcdf(path: Path, name: str, table: np.ndarray) -> None:
    """As MATLAB writes it: seen from Python the columns are the first axis."""
    xr.Dataset({name: (("column", "row"), table.T)}).to_netcdf(path, engine="netcdf4")


def _surroundings(columns: tuple[str, ...], lon_lat: np.ndarray) -> np.ndarray:
    """A plausible number for every covariate, NaN in columns that are none."""
    table = np.full((len(lon_lat), len(columns)), np.nan)
    for j, name in enumerate(columns):
        if name in BY_NAME:
            covariate = BY_NAME[name]
            middle = (
                next(iter(covariate.legend))
                if covariate.categorical
                else (covariate.low + covariate.high) / 2
            )
            table[:, j] = np.floor(middle)
    table[:, columns.index("Lon")], table[:, columns.index("Lat")] = lon_lat.T
    return table
