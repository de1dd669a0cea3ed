"""Claims on maps against maps as numbers, on a run and references whose numbers are known."""

from __future__ import annotations

import numpy as np
import pytest

from proda_core.comparison.agreement import agreement, weighted_scores
from proda_core.records.checks import InputError
from tests.unit.comparison import made_run

REFERENCES = {"wise30sec-like": made_run.reference(), "soilgrids-like": made_run.reference(5.0)}


def table(run):
    return agreement(run, None, REFERENCES).set_index(["interval", "one", "two"])


def test_products_are_compared_with_every_reference_and_references_with_each_other(run) -> None:
    frame = table(run)
    # to 1 m the run has 10 kgC m-2 everywhere, the references 3 and 5, and 1 more in one of four cells
    row = frame.loc["0-100", "proda", "wise30sec-like"]
    assert row["bias"] == pytest.approx(10 - 3.25) and row["cells"] == 4
    assert row["rmse"] == pytest.approx(np.sqrt((3 * 7**2 + 6**2) / 4))
    assert row["area"] == pytest.approx(4 * 2.2e9 / 1e12)
    between = frame.loc["0-100", "wise30sec-like", "soilgrids-like"]
    assert between["kind"] == "between references" and between["bias"] == pytest.approx(-2.0)
    # both vary alike: covariance and variances are 3/16; 2 * 3/16 / (2 * 3/16 + 4)
    assert between["r"] == pytest.approx(1.0)
    assert between["concordance"] == pytest.approx((3 / 8) / (3 / 8 + 4))
    # the spread is not zero between the products of the run either
    assert frame.loc["0-100", "proda", "batch"]["bias"] == pytest.approx(5.0)
    assert np.isnan(frame.loc["0-100", "proda", "wise30sec-like"]["r"])  # a constant map correlates with none


def test_slices_of_references_are_those_of_their_stocks_from_the_surface(run) -> None:
    row = table(run).loc["30-100", "proda", "soilgrids-like"]
    assert row["mean_two"] == pytest.approx(0.4 * 5.0)


def test_only_cells_with_every_product_count_and_they_weigh_by_their_land() -> None:
    weight = np.array([3.0, 1.0])
    found = weighted_scores(np.array([1.0, 5.0]), np.array([1.0, 1.0]), weight)
    assert found["bias"] == pytest.approx(1.0) and found["rmse"] == pytest.approx(2.0)
    assert np.isnan(found["r"]) and found["concordance"] == 0.0


def test_a_cell_that_one_reference_lacks_is_left_out_for_all(run) -> None:
    product = made_run.reference()
    stock = product.ds["stock"].copy()
    stock[:, 0] = np.nan
    holed = {"wise30sec-like": type(product)(product.ds.assign(stock=stock))}
    frame = agreement(run, None, holed | {"soilgrids-like": made_run.reference(5.0)})
    assert set(frame["cells"]) == {3}


def test_without_a_reference_there_is_a_sentence(run) -> None:
    with pytest.raises(InputError, match="expected at least one reference map .* found none"):
        agreement(run)
