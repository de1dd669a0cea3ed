"""Claims on a changed profile: what can be changed, what is assimilated, and that none of it is stored."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from bokeh.core.property.vectorization import Expr
from bokeh.models import ColumnDataSource, PointDrawTool, Range1d

from dashboard.jobs.job import State
from dashboard.jobs.services import Services
from dashboard.jobs.tasks.what_if import CHANGED, MEASURED, NOTE
from dashboard.pages.assimilation import what_if_figures
from dashboard.pages.assimilation.what_if_job import WhatIfJob, WhatIfRequest
from dashboard.plots.profile import band_columns
from dashboard.state.profile_changes import ProfileChanges
from dashboard.state.session_state import SessionState
from proda_core.assimilation import assimilate
from proda_core.assimilation.schedules import SCHEDULES, Schedule
from proda_core.records.study import Study
from tests.dashboard.drivers import wait_until
from tests.dashboard.drivers.assimilation import WhatIfDriver

SHORT = SCHEDULES["quick"].with_(test_iterations=300, formal_iterations=600, max_reruns=0)
AS_MEASURED = ProfileChanges(np.array([0.1, 0.5, 1.0]), np.array([30.0, 9.0, 4.0]))
LABELS = what_if_figures.MEASURED_LABEL, what_if_figures.CHANGED_LABEL
NOTHING_CHANGED = ""


def test_points_can_be_dragged_sideways_only_and_say_what_was_changed() -> None:
    points = ColumnDataSource(what_if_figures.point_columns(AS_MEASURED.with_weight(0, 0).with_carbon(1, 20)))
    assert all(type(values) is list for values in points.data.values())  # arrays could not be edited
    assert points.data["colour"] == [what_if_figures.CHANGED] * 2 + [what_if_figures.OBSERVED]
    assert points.data["alpha"] == [0.0, 0.9, 0.9]
    bands = {label: ColumnDataSource(band_columns()) for label in LABELS}
    plot = what_if_figures.changed_profile_figure(points, bands, Range1d(0, 1), Range1d(1, 0))
    (tool,) = plot.select(PointDrawTool)
    (handles,) = tool.renderers
    assert not tool.add and plot.toolbar.active_multi is tool
    assert handles.glyph.x == "carbon" and isinstance(handles.glyph.y, Expr)  # no column to move
    labels = [item.label["value"] for item in plot.legend[0].items]
    assert labels[:2] == ["posterior, measured", "posterior, changed by you"]


@pytest.mark.parametrize("operator", ["linear", "horizon"])
def test_an_unchanged_profile_gives_the_measured_posterior_and_a_changed_one_says_so(
    services: Services, study: Study, data_directory: Path, operator: str
) -> None:
    """The same seed, the same chains: to the bit. The reference is the assimilation of the site alone."""
    site = int(study.assimilable()[3])
    depth, carbon = study.profiles.usable_observations(site)
    schedule = SHORT.with_(operator=operator)
    request = WhatIfRequest("example", site, schedule, "proda", 5)
    job = WhatIfJob(services.workers, request, np.stack([depth, carbon, np.ones(len(depth))])).start()
    wait_until(lambda: job.state.ended)
    assert (job.state, job.error) == (State.DONE, "")
    found = job.posteriors
    alone = assimilate(study.profiles.select([site]), study.forcing.select([site]), schedule, seed=5)
    for posterior in found.values():
        np.testing.assert_array_equal(posterior["mean"].values, alone.ds["mean"].values)
    assert found[CHANGED].attrs["note"] == NOTE and "note" not in found[MEASURED].attrs
    more = np.stack([depth, 3 * carbon, np.ones(len(depth))])
    job = WhatIfJob(services.workers, request, more, found[MEASURED]).start()
    wait_until(lambda: job.state.ended)
    assert float(job.posteriors[CHANGED]["carbon_mean"].sum()) > float(found[MEASURED]["carbon_mean"].sum())
    assert job.posteriors[MEASURED] is found[MEASURED]
    assert services.registry.get(job.id) is None and not (data_directory / "runs").exists()


@pytest.fixture
def sites(study: Study) -> tuple[int, ...]:
    """Two sites."""
    return tuple(map(int, study.assimilable()[:2]))


def _choices() -> tuple[Schedule, str, int]:
    return SHORT, "proda", 1


@pytest.fixture
def card(services: Services, sites: tuple[int, ...]) -> WhatIfDriver:
    """The card of two sites, expanded; the second is chosen."""
    services.study_loader.load("example").wait(120.0)
    study = services.studies.study("example")
    found = WhatIfDriver(services, SessionState(data="example"), _choices, study, sites[::-1])
    assert found.widget("Site to change").value == sites[1]
    return found


def test_nothing_is_built_until_it_is_asked_for(services: Services, sites: tuple[int, ...]) -> None:
    services.study_loader.load("example").wait(120.0)
    study = services.studies.study("example")
    card = WhatIfDriver(services, SessionState(data="example"), _choices, study, sites, expand=False)
    assert not card.plots and card.has(f"Change the profile of site {sites[0]}")


def test_a_dragged_point_is_assimilated_and_drawn_beside_the_measured_profile(card: WhatIfDriver) -> None:
    assert card.badge == NOTHING_CHANGED and "as measured" in card.title
    columns = {name: list(values) for name, values in card.points.items()}
    columns["carbon"][1] *= 3
    card.edit_points(columns)
    card.wait_for_posteriors()
    assert card.badge.startswith("Changed by you: 1 of")
    assert "changed by you" in card.title and "synthetic" in card.title
    for label in LABELS:
        assert len(card.band(label)) == 20
        assert len(card.intervals(label)) == 21
    assert card.field("Carbon", 1).value == f"{columns['carbon'][1]:.4g}"
    card.click("Reset to measured")
    assert card.badge == NOTHING_CHANGED and not len(card.band(what_if_figures.CHANGED_LABEL))


def test_a_point_taken_away_is_left_out_and_stays_in_the_list(card: WhatIfDriver) -> None:
    count = len(card.points["carbon"])
    card.edit_points({name: values[:1] + values[2:] for name, values in card.points.items()})
    assert card.points["weight"] == [1.0, 0.0, *[1.0] * (count - 2)]
    assert len(card.points["carbon"]) == count
    card.wait_for_posteriors()


def test_changes_are_in_the_link_and_restored_from_it(
    card: WhatIfDriver, services: Services, sites: tuple[int, ...]
) -> None:
    card.type("Carbon", 1, "33")
    assert card.session.profile == f"site:{sites[1]},1:33*1"
    session = SessionState(data="example", profile=card.session.profile)
    study = services.studies.study("example")
    other = WhatIfDriver(services, session, _choices, study, sites)
    assert other.points["carbon"] == card.points["carbon"] and other.badge != NOTHING_CHANGED
    other.wait_for_posteriors()
    other.set("Site to change", sites[0])
    assert session.profile == "" and other.badge == NOTHING_CHANGED
    card.click("Reset to measured")
    assert card.session.profile == ""


def test_bad_typing_is_a_sentence_and_changes_nothing(card: WhatIfDriver) -> None:
    card.type("Weight", 0, "plenty")
    assert any("expected a number 0 or more" in notice for notice in card.notices)
    assert card.badge == NOTHING_CHANGED and "Running" not in card.words
    for row in range(1, len(card.points["carbon"])):
        card.type("Weight", row, "0")
    assert any("expected at least 2 observations" in notice for notice in card.notices)
    assert not len(card.band(what_if_figures.CHANGED_LABEL))
