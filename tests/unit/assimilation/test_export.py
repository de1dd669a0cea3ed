"""What is exported opens elsewhere, with units and provenance, and holds the same numbers."""

from __future__ import annotations

import arviz
import numpy as np
import pandas as pd
import pytest
import xarray as xr

from proda_core.assimilation import assimilate
from proda_core.assimilation.export import export
from proda_core.records.checks import InputError
from proda_core.records.posterior import Posterior

ORIGIN = {"history": "2025-01-01 proda export", "source": "a test"}


@pytest.fixture(scope="module")
def posterior(study) -> Posterior:
    from proda_core.assimilation.schedules import SCHEDULES

    brief = SCHEDULES["quick"].with_(test_iterations=400, formal_iterations=600)
    return assimilate(study.profiles.select(study.assimilable()[:3]), study.forcing, brief, seed=1)


def test_netcdf_opens_in_xarray(posterior, tmp_path) -> None:
    (path,) = export(posterior, tmp_path / "p.nc", "netcdf", ORIGIN)
    with xr.open_dataset(path) as ds:
        np.testing.assert_array_equal(ds["mean"], posterior.ds["mean"])
        assert ds["rmse"].attrs["units"] == "gC m-3" and ds.attrs["source"] == "a test"


def test_inference_data_opens_in_arviz(posterior, tmp_path) -> None:
    (path,) = export(posterior, tmp_path / "p.nc", "arviz", ORIGIN)
    data = arviz.from_netcdf(str(path))
    group = data.posterior
    assert group["q10"].dims == ("chain", "draw", "site") and group["taucwd"].attrs["units"] == "yr"
    assert group.attrs["history"] == ORIGIN["history"] and "schedule" in group.attrs
    expected = posterior.ds["draws"].sel(parameter="beta").transpose("chain", "draw", "site")
    np.testing.assert_array_equal(group["beta"], expected)
    assert "rhat" not in group and len(arviz.summary(group, var_names=["q10"])) == 3


def test_tables_open_in_pandas(posterior, tmp_path) -> None:
    parameters, sites = export(posterior, tmp_path / "p.csv", "csv", ORIGIN)
    table = pd.read_csv(parameters, comment="#").set_index(["site", "parameter"])
    site = posterior.sites[1]
    assert table.loc[(site, "tau4s3"), "unit"] == "yr"
    expected = float(posterior.ds["mean"].sel(site=site, parameter="tau4s3"))
    assert table.loc[(site, "tau4s3"), "mean"] == pytest.approx(expected, rel=1e-12)
    by_site = pd.read_csv(sites, comment="#")
    words = {"kept", "negative_efficiency", "acceptance_out_of_range", "not_converged"}
    assert set(by_site["verdict"]) <= words
    assert (
        parameters.read_text().startswith("# ")
        and "# history: 2025-01-01 proda export" in parameters.read_text()
    )


def test_a_wrong_format_or_ending_is_named(posterior, tmp_path) -> None:
    with pytest.raises(InputError, match="export format: expected one of netcdf, arviz, csv"):
        export(posterior, tmp_path / "p.nc", "matlab")
    with pytest.raises(InputError, match="expected a name ending in .csv for csv"):
        export(posterior, tmp_path / "p.nc", "csv")
