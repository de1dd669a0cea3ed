"""Claims about the maps of others that stand beside a study."""

from __future__ import annotations

import shutil
from dataclasses import replace

import numpy as np
import pytest

from proda_core.comparison.published import TOTALS
from proda_core.report.references import references
from proda_core.sources import example


@pytest.fixture
def real_study():
    """The example under another flag: what matters here is that it is not called synthetic."""
    return replace(example.load(), name="mine", synthetic=False)


def test_real_maps_never_stand_beside_made_up_sites(tmp_path):
    assert references(example.load(), tmp_path) == {}


def test_without_files_there_are_no_references(real_study, tmp_path):
    told = []
    assert references(real_study, tmp_path, on_problem=told.append) == {} and told == []


def test_a_file_that_can_not_be_read_is_told_and_left_out(real_study, tmp_path, monkeypatch):
    monkeypatch.setattr("proda_core.sources.catalogue.missing_files", lambda entry, data_dir: ())
    told = []
    assert references(real_study, tmp_path, on_problem=told.append) == {}
    assert len(told) == 4 and "left out, because it can not be read" in told[0]


def test_a_map_on_half_degree_cells_holds_the_carbon_of_its_source(real_study, real_data, tmp_path):
    """Expected: the totals over the conterminous United States kept in comparison/published.py."""
    shutil.copytree(real_data / "sanderman2017", tmp_path / "raw" / "sanderman2017")
    found = references(real_study, tmp_path)["sanderman2017"]
    published = TOTALS[TOTALS["product"] == "Sanderman 2017"].set_index("interval")["total"]
    totals = found.totals()
    assert float(totals.sel(interval="0-30")) == pytest.approx(published["0-30"], rel=0.02)
    assert float(totals.sel(interval="0-200")) == pytest.approx(published["0-200"], rel=0.02)
    assert np.allclose(np.diff(found.ds["lon"]), 0.5)
    again = references(real_study, tmp_path)["sanderman2017"]  # from derived/, as it was kept
    assert again.ds.equals(found.ds)
