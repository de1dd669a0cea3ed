from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from proda_core.records import store
from proda_core.records.checks import InputError
from proda_core.records.products import Product

ATTRS = {"source": "synthetic", "version": "1", "licence": "MIT", "url": "none", "synthetic": 1}


def gridded(**changes) -> xr.Dataset:
    """Six cells of 1e12 m2: 1, 2 ... kgC m-2 to 30 cm, twice that to 1 m, half of each cell valid."""
    stock = np.arange(1.0, 7.0).reshape(2, 3)
    places = ("interval", "lat", "lon")
    ds = xr.Dataset(
        {
            "stock": (places, np.stack([stock, 2 * stock])),
            "valid_fraction": (places, np.full((2, 2, 3), 0.5)),
            "land_fraction": (("lat", "lon"), np.full((2, 3), 0.75)),
            "cell_area": (("lat", "lon"), np.full((2, 3), 1e12)),
        },
        coords={"interval": ["0-30", "0-100"], "lat": [41.75, 41.25], "lon": [-80.25, -79.75, -79.25]},
        attrs=ATTRS,
    )
    return ds.assign(changes)


def test_totals_are_stock_times_area_times_share() -> None:
    """Expected: sum of 1..6 kg m-2 x 1e12 m2 x share = 21 x share PgC."""
    product = Product(gridded())
    assert product.totals().values.tolist() == [10.5, 21.0]
    assert product.totals("land").values.tolist() == [15.75, 31.5]


def test_a_gap_holds_no_carbon() -> None:
    ds = gridded()
    ds["stock"][:, 0, 0] = np.nan
    assert Product(ds).totals().values.tolist() == [10.0, 20.0]


def test_points_take_the_cell_that_holds_them_and_nothing_outside() -> None:
    found = Product(gridded()).on_cells([-79.6, -80.4, -70.0], [41.3, 41.9, 41.3], [7, 8, 9])
    assert found.ds["stock"].sel(interval="0-30").values.tolist()[:2] == [5.0, 1.0]
    outside = found.ds.isel(cell=2)
    assert outside["stock"].isnull().all() and (outside["valid_fraction"] == 0).all()
    assert found.ds["cell"].values.tolist() == [7, 8, 9] and not found.gridded


@pytest.mark.parametrize("suffix", [".nc", ".zarr"])
def test_a_product_comes_back_from_a_file_as_it_was(tmp_path: Path, suffix: str) -> None:
    product = Product(gridded())
    again = store.load(store.save(product, tmp_path / f"product{suffix}"))
    assert isinstance(again, Product) and again.synthetic
    xr.testing.assert_equal(again.ds, product.ds)
    assert {name: again.ds.attrs[name] for name in ATTRS} == ATTRS


@pytest.mark.parametrize("name", list(ATTRS))
def test_a_product_without_provenance_is_refused(name: str) -> None:
    ds = gridded()
    del ds.attrs[name]
    with pytest.raises(InputError, match=f"expected an attribute '{name}'"):
        Product(ds)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"interval": ["0-30", "0-50"]}, "interval: expected one of"),
        ({"interval": ["0-30", "0-30"]}, "every interval once"),
        ({"cell_area": (("lat", "lon"), np.full((2, 3), -1.0))}, "cell_area: expected at least 0"),
        ({"land_fraction": (("lat", "lon"), np.full((2, 3), 1.5))}, "land_fraction: expected 0 to 1"),
    ],
)
def test_values_that_cannot_be_are_refused(changes: dict, words: str) -> None:
    with pytest.raises(InputError, match=words):
        Product(gridded(**changes))


def test_stock_in_other_units_is_refused() -> None:
    ds = gridded()
    ds["stock"].attrs["units"] = "t ha-1"
    with pytest.raises(InputError, match="expected unit 'kgC m-2', found 't ha-1'"):
        Product(ds)
