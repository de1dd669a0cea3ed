"""Claims about the data behind figures 37.2 to 37.5, on a run whose numbers are known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from proda_core.comparison.density import densities, regression
from proda_core.comparison.deviation import own_quantiles, profile_deviation, scaled, whole_profiles
from proda_core.comparison.map_products import difference, map_products
from proda_core.comparison.totals import totals
from proda_core.comparison.vegetation import by_vegetation
from proda_core.records.checks import InputError
from tests.unit.comparison import made_run

REFERENCES = {"wise30sec-like": made_run.reference()}


def test_over_and_underestimates_are_scaled_each_by_their_own_quantile() -> None:
    # nine underestimates and one overestimate: the 95 % quantile of all ten would be negative (-0.35)
    deviation = pd.Series([*np.linspace(-9.0, -1.0, 9), 0.5])
    low, high = own_quantiles(deviation, pd.Series(["default"] * 10))
    assert low.unique() == pytest.approx([np.quantile(np.linspace(-9.0, -1.0, 9), 0.05)])
    assert high.unique() == pytest.approx([0.5])
    shares = scaled(deviation.to_numpy(), low.to_numpy(), high.to_numpy())
    assert shares[-1] == pytest.approx(1.0) and shares[0] == -1.0


def test_deviations_are_scaled_by_their_own_quantiles(run, study):
    frame = profile_deviation(run, study, "0-100").set_index(["method", "site"])
    # default: 2 - (10 + i) over the 12 even sites: all too little, from -8 to -30
    default = frame.loc["default"]
    assert default["deviation"].tolist() == [2.0 - (10 + i) for i in made_run.TESTED]
    low = np.quantile(default["deviation"], 0.05)
    assert default["low"].unique() == pytest.approx([low])
    assert default["scaled"].iloc[0] == pytest.approx(-8 / -low)
    assert default["scaled"].min() == -1.0
    # proda: 10 - (10 + i): exact at site 0
    assert frame.loc[("proda", 0), "scaled"] == 0.0
    assert frame.loc[("proda", 2), ["lon", "lat"]].tolist() == pytest.approx([-95.2, 44.202])


def test_figure_37_2_is_of_the_whole_profile(run, study):
    """Site i: density 5 + i + 20 (1 - depth) at 0.02, 0.25 and 0.9 m; the default is half of it plus 1."""
    frame = profile_deviation(run, study).set_index(["method", "site"])
    assert set(frame["interval"]) == {"profile"} and len(frame.loc["default"]) == len(made_run.TESTED)
    depth, site = np.array([0.0, 0.02, 0.25, 0.9]), 4
    density = 5.0 + site + 20 * (1 - depth)
    density[0] = density[1]  # above the first observation its density is assumed
    observed = np.trapezoid(density, depth)
    assert frame.loc[("default", site), "observed"] == pytest.approx(observed)
    expected = np.trapezoid(0.5 * density + 1, depth) - observed
    assert frame.loc[("default", site), "deviation"] == pytest.approx(expected)


def test_a_profile_that_a_method_lacks_has_no_deviation():
    table = pd.DataFrame({"site": [1, 1, 2], "depth": [0.1, 0.3, 0.0], "observed": 10.0})
    found = whole_profiles(table.assign(default=[1.0, np.nan, 1.0]))
    assert found["site"].tolist() == [1] and np.isnan(found["default"]).all()  # site 2: surface only


def test_an_unknown_interval_is_refused(run, study):
    with pytest.raises(InputError, match="interval: expected one of profile, 0-30"):
        profile_deviation(run, study, "0-50")


def test_the_regression_line_is_that_of_the_made_run(run):
    lines = regression(densities(run)).set_index("method")
    assert lines["slope"].to_dict() == pytest.approx(made_run.METHODS)
    assert lines["intercept"].tolist() == pytest.approx([1.0] * 3)
    assert lines["n"].tolist() == [36] * 3


def test_maps_hold_observations_references_and_products_in_this_order(run, study):
    frame = map_products(run, study, REFERENCES)
    assert list(dict.fromkeys(frame["product"])) == [
        "observed",
        "wise30sec-like",
        "default",
        "batch",
        "proda",
    ]
    assert set(frame.loc[frame["product"] == "observed", "kind"]) == {"observed"}
    cells = frame[(frame["product"] == "proda") & (frame["interval"] == "0-30")]
    assert cells["stock"].tolist() == pytest.approx([6.0] * 4)


def test_a_reference_is_found_by_place_not_by_number(run):
    frame = map_products(run, None, REFERENCES)
    here = frame[(frame["product"] == "wise30sec-like") & (frame["interval"] == "0-100")]
    assert here.set_index("place")["stock"].to_dict() == pytest.approx({0: 4.0, 1: 3.0, 2: 3.0, 3: 3.0})


def test_a_difference_is_one_minus_two(run):
    frame = difference(run, None, "proda", "batch", "0-100")
    assert frame["difference"].tolist() == pytest.approx([5.0] * 4)
    with pytest.raises(InputError, match="product: expected one of default, batch, proda; found 'soilgrids'"):
        difference(run, None, "proda", "soilgrids")
    with pytest.raises(InputError, match="expected two products, found proda twice"):
        difference(run, None, "proda", "proda")


def test_totals_are_stock_times_area_and_slices_of_references_are_differences(run):
    frame = totals(run, None, REFERENCES).set_index(["product", "interval"])["total"]
    assert frame["proda", "0-200"] == pytest.approx(12.0 * 4 * 2.2e9 / 1e12)
    # the reference: 3 kgC m-2 in four cells (and 1 more in one) to 1 m, 0.6 of it to 30 cm
    assert frame["wise30sec-like", "30-100"] == pytest.approx(3 * 0.4 * 4 * 2.2e9 / 1e12)


def test_published_totals_are_called_not_comparable_on_a_few_cells(run):
    frame = totals(run)
    published = frame[frame["kind"] == "published"]
    assert not published["comparable"].any() and frame.loc[frame["kind"] != "published", "comparable"].all()
    assert "can not be compared with synthetic data" in published["note"].iloc[0]  # the example is synthetic


@pytest.mark.parametrize(("name", "said"), [("teaching", "tuned"), ("northeast", "not the 7.9 million")])
def test_published_totals_are_never_comparable_with_synthetic_data(tmp_path, monkeypatch, name, said):
    run = made_run.write(tmp_path / "run")
    monkeypatch.setitem(run.settings["choices"], "study", name)
    frame = totals(run)
    assert said in frame.attrs["note"]
    monkeypatch.setattr("proda_core.comparison.totals.covers_conterminous_us", lambda carbon: True)
    whole = totals(run)
    published = whole.loc[whole["kind"] == "published"]
    assert published["comparable"].all() == (name == "northeast")
    assert (said in whole.attrs["note"]) == (name == "teaching")


def test_stocks_by_vegetation_are_means_over_the_same_sites(run, study):
    frame = by_vegetation(run, study, REFERENCES).set_index(["vegetation", "interval", "product"])
    grass = study.loc[study["vegetation"] == "grassland", "site"].to_numpy()
    row = frame.loc[("grassland", "0-100", "observed")]
    assert row["mean"] == pytest.approx((10.0 + grass).mean())
    assert row["high"] - row["mean"] == pytest.approx(0.5 * (10.0 + grass).std(ddof=1))
    assert frame.loc[("grassland", "0-100", "proda"), "mean"] == pytest.approx(10.0)
    # sites below 12 lie in the cell of 4 kgC m-2, the others in one of 3
    expected = np.where(grass < 12, 4.0, 3.0).mean()
    assert frame.loc[("grassland", "0-100", "wise30sec-like"), "mean"] == pytest.approx(expected)
    assert frame["n"].nunique() == 1 and set(frame["profiles"]) == {12}


def test_n_of_the_class_counts_profiles_that_do_not_carry_the_interval(tmp_path, study):
    run = made_run.write(tmp_path / "run")
    stocks = made_run.stocks()
    stocks[stocks["site"] >= 12].to_csv(run.path("stocks"), index=False)
    frame = by_vegetation(run, study)
    assert set(frame["n"]) == {6} and set(frame["profiles"]) == {12}


def test_tables_of_measured_stocks_say_what_share_is_extrapolated(tmp_path, study):
    run = made_run.write(tmp_path / "run")
    assert "extrapolated" not in totals(run, study).attrs["note"]  # a run of before does not know
    share = made_run.stocks()["interval"].map({"0-30": 0.0, "0-100": 0.05})
    made_run.stocks().assign(extrapolated=share).to_csv(run.path("stocks"), index=False)
    said = "is extrapolated: 0.0 % of 0–30 cm, 5.0 % of 0–100 cm."
    for frame in (by_vegetation(run, study), map_products(run, study)):
        assert frame.attrs["note"].endswith(said)
    assert "extrapolated" not in by_vegetation(run, study)["product"].tolist()
    assert profile_deviation(run, study, "0-100").attrs["note"].endswith("extrapolated: 5.0 % of 0–100 cm.")
