"""Claims on the tables of a site."""

from __future__ import annotations

from dashboard.pages.sites import site_tables
from proda_core.records.study import Study


def test_covariates_name_value_unit_and_place_among_all(study: Study) -> None:
    site = int(study.sites[0])
    html = site_tables.covariates_table(study.covariates, site)
    assert html.count("<tr>") == len(study.covariates.names) + 1
    assert "°C" in html and "kg m⁻³" in html
    assert "higher than" in html and "shared by" in html


def test_words_from_the_data_cannot_become_markup(study: Study) -> None:
    notes = study.quality.iloc[:1].assign(found="<script>alert(1)</script>", site=0)
    assert "<script>" not in site_tables.quality_table(notes, 0)


def test_a_site_without_notes_says_so(study: Study) -> None:
    assert "Nothing was set aside" in site_tables.quality_table(study.quality.iloc[:0], 5)
