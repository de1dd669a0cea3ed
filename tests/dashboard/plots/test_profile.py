"""Claims on the figure of a profile."""

from __future__ import annotations

import numpy as np

from dashboard.plots import profile
from proda_core.records.study import Study


def test_a_profile_is_drawn_in_kilograms_against_depth(study: Study) -> None:
    site = int(study.assimilable()[0])
    depth, carbon, _ = study.profiles.observations(site)
    columns = profile.observed_columns(study, site)
    np.testing.assert_allclose(columns["carbon"], carbon / 1000)
    np.testing.assert_allclose(columns["depth"], depth)
    plot = profile.profile_figure(profile.ProfileSources(), "t", posterior=True)
    assert plot.xaxis.axis_label == "soil organic carbon (kgC m⁻³)"
    assert plot.yaxis.axis_label == "depth (m)"
    assert plot.y_range.start > plot.y_range.end  # downward


def test_an_observation_that_is_left_out_is_hollow_and_says_why(study: Study) -> None:
    unusable = study.profiles.site_of_observation[study.profiles.ds["usable"].values != 0]
    columns = profile.observed_columns(study, int(unusable[0]))
    hollow = columns["alpha"] == 0
    assert hollow.any()
    assert all(note != "usable" for note in np.array(columns["note"])[hollow])


def test_a_profile_without_a_site_is_empty() -> None:
    assert profile.observed_columns()["depth"] == []
    assert len(profile.band_columns()["low"]) == 0


def test_an_impossible_value_of_the_model_does_not_squeeze_the_observations() -> None:
    end, _ = profile.axis_limits({"depth": [0.1], "carbon": [10.0]}, {"depth": [0.1], "carbon": [1e6]})
    assert end < 50
