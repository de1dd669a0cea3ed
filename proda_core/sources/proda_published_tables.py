"""Tables of the published study: profiles, their layers, and the covariates of sites and cells.

wosis_2019_snap_shot/soc_profile_*.nc      soc_profile_info    (profile, 7)
wosis_2019_snap_shot/soc_data_integrate_*.nc  data_soc_integrate  (layer, 9)
wosis_2019_snap_shot/*_env_info.mat        EnvInfo             (profile, 81), rows as the profiles
world_grid_envinfo_present.mat             EnvInfo             (half-degree cell, 77)
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from proda_core.records.checks import InputError, expect
from proda_core.sources.locate import locate
from proda_core.sources.matlab import read_matrix
from proda_core.sources.netcdf_files import opened
from proda_core.vocabulary.covariates import NAMES, SOIL_DEPTHS

PROFILE_COLUMNS = ("profile_id", "country_id", "country", "lon", "lat", "layers", "date")
LAYER_COLUMNS = (
    "profile_id",
    "date",
    "upper",  # cm
    "lower",  # cm
    "node",  # cm
    "orgc",  # g kg-1
    "carbon",  # gC m-3
    "bulk_density",
    "is_pedo",
)


def _deep(*names: str) -> tuple[str, ...]:
    return tuple(f"{name}_{depth}" for name in names for depth in SOIL_DEPTHS)


# Columns of EnvInfo in order, from the published code. Those that are no covariate are skipped.
CELL_COLUMNS = (
    "Lon", "Lat", "Date", "Rmean", "Rmax", "Rmin", "ESA_Land_Cover", "ET", "IGBP", "Climate", "Soil_Type",
    "NPPmean", "NPPmax", "NPPmin", "Veg_Cover", *(f"BIO{i}" for i in range(1, 20)), "Abs_Depth_to_Bedrock",
    *_deep("Bulk_Density", "CEC", "Clay_Content", "Coarse_Fragments_v"), "Depth_Bedrock_R", "Garde_Acid",
    "Occurrence_R_Horizon", *_deep("pH_Water", "Sand_Content", "Silt_Content", "SWC_v_Wilting_Point"),
    *_deep("Texture_USDA"), "USDA_Suborder", "WRB_Subgroup", "Drought", "Elevation", "Max_Depth",
    "Koppen_Climate_2018", "cesm2_npp", "cesm2_npp_std", "cesm2_gpp", "cesm2_gpp_std", "cesm2_vegc",
    "nbedrock",
)  # fmt: skip
SITE_COLUMNS = ("ProfileNum", "ProfileID", "LayerNum", *CELL_COLUMNS, "R_Squared")


def read_profiles(directory: Path | str) -> pd.DataFrame:
    """One row per profile of the whole world, PROFILE_COLUMNS."""
    path = locate(directory, "soc_profile_*.nc", what="published study")
    return _table(path, "soc_profile_info", PROFILE_COLUMNS)


def read_layers(directory: Path | str) -> pd.DataFrame:
    """One row per layer of the whole world, LAYER_COLUMNS."""
    path = locate(directory, "soc_data_integrate_*.nc", what="published study")
    return _table(path, "data_soc_integrate", LAYER_COLUMNS)


def read_site_covariates(directory: Path | str, profile_id: np.ndarray) -> np.ndarray:
    """The 60 covariates (profile, covariate) in the order of the vocabulary; rows as the profiles."""
    path = locate(directory, "*hugelius_mishra_env_info.mat", "*_env_info.mat", what="published study")
    table = _env_info(path, SITE_COLUMNS)
    expect(
        len(table) == len(profile_id),
        f"{path}: expected {len(profile_id)} rows, one per profile, found {len(table)}",
    )
    other = np.flatnonzero(table["ProfileID"].to_numpy() != profile_id)
    if len(other):
        i = int(other[0])
        found = f"{table['ProfileID'].iloc[i]:g}"
        raise InputError(
            f"{path}: row {i + 1}: expected profile {profile_id[i]:g} as in the profiles, found {found}"
        )
    return table[list(NAMES)].to_numpy()


def read_cell_covariates(directory: Path | str) -> np.ndarray:
    """The 60 covariates (cell, covariate) of the world's half-degree land cells."""
    path = locate(directory, "world_grid_envinfo_present.mat", what="published study")
    return _env_info(path, CELL_COLUMNS)[list(NAMES)].to_numpy()


def _env_info(path: Path, columns: tuple[str, ...]) -> pd.DataFrame:
    matrix = read_matrix(path, "EnvInfo")
    found = matrix.shape[1]
    expect(found == len(columns), f"{path}: EnvInfo: expected {len(columns)} columns, found {found}")
    return pd.DataFrame(matrix, columns=list(columns))


def _table(path: Path, name: str, columns: tuple[str, ...]) -> pd.DataFrame:
    """A variable whose one axis has the columns; MATLAB and R write the axes in either order."""
    with opened(path, decode_times=False) as ds:
        expect(name in ds, f"{path}: expected variable {name}, found {', '.join(map(str, ds.data_vars))}")
        values = ds[name].values.astype(float)
    right = values.ndim == 2 and len(columns) in values.shape
    expect(right, f"{path}: {name}: expected {len(columns)} columns, found shape {values.shape}")
    values = values if values.shape[1] == len(columns) else values.T
    return pd.DataFrame(np.where(np.abs(values) > 1e30, np.nan, values), columns=list(columns))
