from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from proda_core.records.checks import InputError
from proda_core.sources import clm_parameters
from proda_core.vocabulary.parameters import DEFAULTS, INDEX

STORED = {
    "som_diffus": 3.1709792e-12, "cryoturb_diffusion_k": 1.5854896e-11, "q10_hr": 1.5, "froz_q10": 1.5,
    "decomp_depth_efolding": 10.0, "tau_cwd": 3.33333325, "tau_l1": 0.05405406, "tau_l2_l3": 0.20408162,
    "tau_s1": 0.1369863, "tau_s2": 5.0, "tau_s3": 222.222229, "rf_l1s1_bgc": 0.55, "rf_l2s1_bgc": 0.5,
    "rf_l3s2_bgc": 0.5, "rf_s2s1_bgc": 0.55, "rf_s2s3_bgc": 0.55, "rf_s3s1_bgc": 0.55, "cwd_fcel": 0.76,
    "minpsi_hr": -2.0, "maxpsi_hr": -0.002,
}  # fmt: skip


@pytest.fixture
def path(tmp_path: Path) -> Path:
    ds = xr.Dataset({name: ((), np.float64(value)) for name, value in STORED.items()})
    ds["froz_q10"] = ("allpfts", [1.5])
    ds["tau_cwd"].attrs["units"] = "1/year"
    path = tmp_path / clm_parameters.FILE
    ds.to_netcdf(path, engine="netcdf4", format="NETCDF3_64BIT")
    return path


def expect_defaults(table) -> None:
    assert len(table) == 18
    for name, value in table["value"].items():
        assert value == pytest.approx(DEFAULTS[INDEX[name]], rel=1e-3), name


def test_the_file_holds_the_defaults_of_the_vocabulary(path: Path) -> None:
    """Diffusivities per second, transfers as respired fractions, tau_cwd a time whatever its unit says."""
    expect_defaults(clm_parameters.read(path))
    assert clm_parameters.read(path.parent).equals(clm_parameters.read(path))
    assert clm_parameters.read_settings(path) == {"froz_q10": 1.5, "minpsi_hr": -2.0}


def test_the_real_file_holds_the_defaults_of_the_vocabulary(real_data: Path) -> None:
    expect_defaults(clm_parameters.read(real_data / "clm5"))


def test_a_missing_variable_is_named(path: Path) -> None:
    with xr.open_dataset(path) as ds:
        fewer = ds.drop_vars("q10_hr").load()
    fewer.to_netcdf(path, engine="netcdf4")
    with pytest.raises(InputError, match="expected variable 'q10_hr'"):
        clm_parameters.read(path)


@pytest.mark.parametrize("share", [0.3, 0.9, 0.99])
def test_a_truncated_file_is_named_and_its_zeros_are_not_believed(path: Path, share: float) -> None:
    """The NetCDF library reads a cut-off classic file as zeros."""
    whole = path.read_bytes()
    path.write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(InputError, match=r"shorter than its header says|unreadable or truncated"):
        clm_parameters.read(path)
