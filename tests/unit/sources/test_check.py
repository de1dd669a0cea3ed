"""What ``proda data check`` says of any data set: counts, ranges, extent, where it comes from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from proda_core.records.checks import InputError
from proda_core.records.products import Product
from proda_core.sources import readers
from proda_core.sources.check import COLUMNS, summarise
from tests.unit.records.samples import every_record, study
from tests.unit.records.test_products import gridded
from tests.unit.sources.wosis_files import write_2019


def test_a_study_is_counted_in_all_its_parts() -> None:
    found = summarise(study())
    assert (
        found.facts["profiles"] == "4"
        and found.facts["synthetic"] == "yes"
        and found.facts["grid cells"] == "5"
    )
    parts = {"profiles", "forcing", "covariates", "cells_forcing", "cells_covariates"}
    assert set(found.ranges["part"]) == parts and tuple(found.ranges.columns) == COLUMNS


def test_ranges_count_what_is_missing() -> None:
    ds = gridded()
    ds["stock"][0, 0, 0] = np.nan
    row = summarise(Product(ds)).ranges.set_index("variable").loc["stock"]
    assert (
        row[["count", "missing", "least", "largest"]].tolist() == [12, 1, 2.0, 12.0]
        and row["unit"] == "kgC m-2"
    )


def test_the_extent_and_the_carbon_of_a_product_are_told() -> None:
    facts = summarise(Product(gridded())).facts
    assert facts["carbon"] == "0-30 cm 10.5, 0-100 cm 21.0 PgC" and facts["synthetic"] == "yes"
    assert facts["extent"] == "longitude -80.25 to -79.25, latitude 41.25 to 41.75"


def test_a_product_with_less_carbon_to_greater_depth_is_suspicious() -> None:
    ds = xr.concat([gridded(), gridded().isel(interval=[1])], dim="interval", data_vars="minimal")
    ds = ds.assign_coords(interval=["0-30", "0-100", "0-200"])
    ds["stock"][2] = 0.1
    assert "less carbon to a greater depth" in summarise(Product(ds)).warnings[0]


@pytest.mark.parametrize("record", every_record()[:3], ids=lambda r: type(r).__name__)
def test_every_part_has_a_summary_that_prints(record) -> None:
    text = summarise(record).text()
    assert "count" in text and len(text.splitlines()) > 4


def test_something_else_is_refused() -> None:
    with pytest.raises(InputError, match="expected a record or a Dataset, found int"):
        summarise(3)


def test_readers_open_data_sets_by_name(tmp_path: Path) -> None:
    text = readers.check("wosis_2019", write_2019(tmp_path)).text()
    assert "profiles" in text and "WoSIS snapshot 2019" in text
    with pytest.raises(InputError, match="data set: expected one of proda_published"):
        readers.read("wosis", tmp_path)


def test_real_data_sets_are_described(real_data: Path) -> None:
    """Expected: the carbon of the conterminous US and CLM5's defaults in the text."""
    assert "131." in readers.check("sanderman2017", real_data / "sanderman2017").facts["carbon"]
    assert readers.check("clm5", real_data / "clm5").facts["q10"] == "1.5 1"
    fields = readers.check("cesm2_spinup", real_data / "cesm2_spinup")
    assert isinstance(fields.ranges, pd.DataFrame) and {"NPP", "TOTSOMC"} <= set(fields.ranges["variable"])


def test_every_reader_has_a_known_kind() -> None:
    assert {reader.kind for reader in readers.READERS.values()} <= set(readers.KINDS)
