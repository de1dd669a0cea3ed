"""CLM5's own parameter file: the values of the default run, in the names and units of PRODA.

NetCDF, e.g. clm5_params.c190829.nc. Diffusivities are in m2 s-1 there; tau_cwd is a time in years
although its attribute says 1/year; transfer fractions follow from respired fractions.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from proda_core.records.checks import expect
from proda_core.sources.netcdf_files import opened
from proda_core.vocabulary.constants import DAYS_PER_YEAR
from proda_core.vocabulary.parameters import INDEX, UNITS

FILE = "clm5_params.c190829.nc"
SECONDS_PER_YEAR = DAYS_PER_YEAR * 86400.0
# Shares of what leaves the slow pool that go to fast and passive soil carbon, of the carbon that
# is not respired: 0.42 / 0.45 and 0.03 / 0.45 [CTSM, SoilBiogeochemDecompCascadeBGCMod].
SLOW_TO_FAST, SLOW_TO_PASSIVE = 0.42 / 0.45, 0.03 / 0.45
# parameter: name in the file, factor to our unit
_PLAIN = {
    "diffus": ("som_diffus", SECONDS_PER_YEAR),
    "cryo": ("cryoturb_diffusion_k", SECONDS_PER_YEAR),
    "q10": ("q10_hr", 1.0),
    "efolding": ("decomp_depth_efolding", 1.0),
    "taucwd": ("tau_cwd", 1.0),
    "taul1": ("tau_l1", 1.0),
    "taul2": ("tau_l2_l3", 1.0),
    "tau4s1": ("tau_s1", 1.0),
    "tau4s2": ("tau_s2", 1.0),
    "tau4s3": ("tau_s3", 1.0),
    "fcwdl2": ("cwd_fcel", 1.0),
    "maxpsi": ("maxpsi_hr", 1.0),
}
# parameter: respired fraction in the file, share of the rest
_TRANSFERS = {
    "fl1s1": ("rf_l1s1_bgc", 1.0),
    "fl2s1": ("rf_l2s1_bgc", 1.0),
    "fl3s2": ("rf_l3s2_bgc", 1.0),
    "fs2s1": ("rf_s2s1_bgc", SLOW_TO_FAST),
    "fs2s3": ("rf_s2s3_bgc", SLOW_TO_PASSIVE),
    "fs3s1": ("rf_s3s1_bgc", 1.0),
}
OTHERS = ("froz_q10", "minpsi_hr")


def read(path: Path | str) -> pd.DataFrame:
    """Values of the file with columns value, unit, variable (its name there), index: our names.

    Parameters absent from the file are absent from the table: fs1s2 and fs1s3 follow from texture in CLM5,
    w_scaling and beta are PRODA's.
    """
    path = Path(path)
    ds = _open(path / FILE if path.is_dir() else path)
    rows = {name: (_value(ds, v, path) * factor, v) for name, (v, factor) in _PLAIN.items()}
    rows |= {name: ((1 - _value(ds, v, path)) * share, v) for name, (v, share) in _TRANSFERS.items()}
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["value", "variable"])
    table.insert(1, "unit", [UNITS[name] for name in table.index])
    return table.loc[sorted(table.index, key=INDEX.get)].rename_axis("parameter")


def read_settings(path: Path | str) -> dict[str, float]:
    """Constants beside the parameters: froz_q10 [1], minpsi_hr [MPa]."""
    path = Path(path)
    ds = _open(path / FILE if path.is_dir() else path)
    return {name: _value(ds, name, path) for name in OTHERS}


def _open(path: Path) -> xr.Dataset:
    with opened(path, "CLM5's parameter file", decode_times=False) as ds:
        return ds[[n for n in ds.variables if n in _WANTED]].load()


def _value(ds: xr.Dataset, name: str, path: Path) -> float:
    expect(name in ds.variables, f"{path}: expected variable '{name}', found none of that name")
    values = np.asarray(ds[name].values, dtype=float).ravel()
    expect(values.size > 0 and bool(np.isfinite(values[0])), f"{path}: {name}: expected a number, found none")
    return float(values[0])


_WANTED = {v for v, _ in (*_PLAIN.values(), *_TRANSFERS.values())} | set(OTHERS)
