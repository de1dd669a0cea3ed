"""Claims on a profile in a visitor's hand: what can be changed, what answers, and that none of it is kept."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from bokeh.core.property.vectorization import Expr
from bokeh.models import ColumnDataSource, PointDrawTool, Range1d

from dashboard.jobs.job import State
from dashboard.jobs.services import Services
from dashboard.pages.assimilation import what_if_figures as draw
from dashboard.pages.assimilation.what_if_card import WhatIfCard
from dashboard.pages.assimilation.what_if_job import CHANGED, MEASURED, NOTE, WhatIfJob, WhatIfRequest
from dashboard.pages.assimilation.what_if_view import WhatIfView
from dashboard.plots.profile import band_columns
from dashboard.state import link, profile_changes
from dashboard.state.profile_changes import ProfileChanges
from dashboard.state.session_state import SessionState
from dashboard.ui.help import Help
from proda_core.assimilation import assimilate
from proda_core.assimilation.schedules import SCHEDULES
from proda_core.records.checks import InputError
from proda_core.records.study import Study

SHORT = SCHEDULES["quick"].with_(test_iterations=300, formal_iterations=600, max_reruns=0)
PATIENCE = 120.0  # s
AS_MEASURED = ProfileChanges(np.array([0.1, 0.5, 1.0]), np.array([30.0, 9.0, 4.0]))


def _wait(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.mark.parametrize(
    ("what", "text", "said"),
    [
        ("carbon", "much", "Carbon at 0.50 m: expected a number above 0; found 'much'"),
        ("carbon", "0", "Carbon at 0.50 m: expected a number above 0"),
        ("carbon", "-3", "Carbon at 0.50 m: expected a number above 0"),
        ("carbon", "1e9", "Carbon at 0.50 m: expected a number above 0; found '1e9'"),
        ("carbon", "99999", "Carbon at 0.50 m: expected 0.01 to 1,000 kgC m⁻³; found 99999"),
        ("carbon", "0.001", "Carbon at 0.50 m: expected 0.01 to 1,000"),
        ("carbon", "", "Carbon at 0.50 m: expected a number above 0"),
        ("weight", "-1", "Weight at 0.50 m: expected a number 0 or more; found '-1'"),
        ("weight", "101", "Weight at 0.50 m: expected at most 100; found 101"),
        ("weight", "nan", "Weight at 0.50 m: expected a number 0 or more"),
    ],
)
def test_what_an_observation_cannot_be_is_refused_with_its_depth(what: str, text: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        AS_MEASURED.typed(1, what, text)
    assert said in str(caught.value)


def test_a_change_is_known_and_taken_back() -> None:
    one = AS_MEASURED.typed(1, "carbon", "12").typed(2, "weight", "0")
    assert one.changed.tolist() == [False, True, True]
    assert one.in_words() == "2 of 3 observations, 1 left out"
    assert not one.reset().changed.any() and not AS_MEASURED.changed.any()


@pytest.mark.parametrize(("dragged", "kept"), [(-5.0, 0.01), (2e6, 1000.0), (float("nan"), 9.0)])
def test_a_point_dragged_off_stays_within_what_a_soil_can_hold(dragged: float, kept: float) -> None:
    assert AS_MEASURED.with_carbon(1, dragged).carbon.tolist() == [30.0, kept, 4.0]


@pytest.mark.parametrize("changes", [((1, "carbon", "12.5"),), ((0, "weight", ".00001"), (2, "carbon", "7"))])
def test_changes_come_back_from_a_link(changes: tuple) -> None:
    one = AS_MEASURED
    for change in changes:
        one = one.typed(*change)
    site, rows = profile_changes.read(profile_changes.write(9, one))
    again = profile_changes.restored(AS_MEASURED, rows)
    assert site == 9 and again.carbon.tolist() == one.carbon.tolist()
    assert again.weight.tolist() == one.weight.tolist()


@pytest.mark.parametrize(
    "text",
    [
        *("9", "1:2*1", "site:9,1:2", "site:9,1:*", "site:9,x:2*1", "site:-1,1:2*1"),
        *("site:9,1:1e9*1", "site:9,1:2*-1", "site:9,1:2*1,1:3*1", "site:9,1:nan*1", "," * 3000),
    ],
)
def test_a_link_with_changes_that_are_none_is_told(text: str) -> None:
    _, complaints = link.read({"profile": text})
    assert len(complaints) == 1 and "The link's profile cannot be read." in complaints[0]


def test_a_link_to_an_observation_that_is_not_there_is_refused() -> None:
    with pytest.raises(InputError, match="expected observations 0 to 2; found 3"):
        profile_changes.restored(AS_MEASURED, {3: ("5", "1")})


def test_two_observations_must_be_left() -> None:
    AS_MEASURED.with_weight(0, 0).expect_enough()
    with pytest.raises(InputError, match="expected at least 2 observations above 0; found 1"):
        AS_MEASURED.with_weight(0, 0).with_weight(1, 0).expect_enough()


def test_points_can_be_dragged_sideways_only_and_say_what_was_changed() -> None:
    points = ColumnDataSource(draw.point_columns(AS_MEASURED.with_weight(0, 0).with_carbon(1, 20)))
    assert all(type(values) is list for values in points.data.values())  # arrays could not be edited
    assert points.data["colour"] == [draw.CHANGED, draw.CHANGED, draw.OBSERVED]
    assert points.data["alpha"] == [0.0, 0.9, 0.9]
    bands = {w: ColumnDataSource(band_columns()) for w in (draw.MEASURED_WORDS, draw.CHANGED_WORDS)}
    plot = draw.changed_figure(points, bands, Range1d(0, 1), Range1d(1, 0))
    (tool,) = plot.select(PointDrawTool)
    (handles,) = tool.renderers
    assert not tool.add and plot.toolbar.active_multi is tool
    assert handles.glyph.x == "carbon" and isinstance(handles.glyph.y, Expr)  # no column to move
    labels = [item.label["value"] for item in plot.legend[0].items]
    assert labels[:2] == ["posterior, measured", "posterior, changed by you"]


def test_an_unchanged_profile_gives_the_measured_posterior_and_a_changed_one_says_so(
    services: Services, study: Study, data_directory: Path
) -> None:
    """The same seed, the same chains: to the bit. The reference is the assimilation of the site alone."""
    site = int(study.assimilable()[3])
    depth, carbon = study.profiles.usable_observations(site)
    asked = WhatIfRequest("example", site, SHORT, "proda", 5)
    job = WhatIfJob(services.workers, asked, np.stack([depth, carbon, np.ones(len(depth))])).start()
    _wait(lambda: job.state.ended)
    assert (job.state, job.error) == (State.DONE, "")
    found = job.posteriors
    alone = assimilate(study.profiles.select([site]), study.forcing.select([site]), SHORT, seed=5)
    for posterior in found.values():
        np.testing.assert_array_equal(posterior["mean"].values, alone.ds["mean"].values)
    assert found[CHANGED].attrs["note"] == NOTE and "note" not in found[MEASURED].attrs
    more = np.stack([depth, 3 * carbon, np.ones(len(depth))])
    job = WhatIfJob(services.workers, asked, more, found[MEASURED]).start()
    _wait(lambda: job.state.ended)
    assert float(job.posteriors[CHANGED]["carbon_mean"].sum()) > float(found[MEASURED]["carbon_mean"].sum())
    assert job.posteriors[MEASURED] is found[MEASURED]
    assert services.registry.get(job.id) is None and not (data_directory / "runs").exists()


@pytest.fixture
def view(services: Services, study: Study) -> WhatIfView:
    """The card of one site, unfolded."""
    services.study_loader.load("example").wait(PATIENCE)
    card = WhatIfCard(services, SessionState(data="example"), Help(), lambda: (SHORT, "proda", 1))
    sites = tuple(map(int, study.assimilable()[:2]))
    card.offer(services.studies.study("example"), sites, sites[1])
    assert card.inside is None
    card.expand()
    assert card.inside._site.value == sites[1]
    return card.inside


def _answer(view: WhatIfView) -> None:
    _wait(lambda: view._job.state.ended)
    view._tick()


def test_a_dragged_point_is_assimilated_and_shown_beside_the_measured_profile(view: WhatIfView) -> None:
    assert not view._badge.visible and "as measured" in view._plot.title.text
    columns = {name: list(values) for name, values in view._points.data.items()}
    columns["carbon"][1] *= 3
    view._points.data = columns
    _answer(view)
    assert view._badge.visible and view._badge.label.startswith("Changed by you: 1 of")
    assert "changed by you" in view._plot.title.text and "synthetic" in view._plot.title.text
    for words in (draw.MEASURED_WORDS, draw.CHANGED_WORDS):
        assert len(view._bands[words].data["carbon"]) == 20
        assert len(view._sources[words].data["parameter"]) == 21
    assert view._fields._fields[1]["carbon"].value == f"{columns['carbon'][1]:.4g}"
    view._reset.clicks += 1
    assert not view._badge.visible and not len(view._bands[draw.CHANGED_WORDS].data["carbon"])


def test_a_point_taken_away_is_left_out_and_stays_in_the_list(view: WhatIfView) -> None:
    count = len(view._changes)
    view._points.data = {name: values[:1] + values[2:] for name, values in view._points.data.items()}
    assert view._changes.weight.tolist() == [1.0, 0.0, *[1.0] * (count - 2)]
    assert len(view._points.data["carbon"]) == count
    _answer(view)


def test_changes_are_in_the_link_and_taken_up_from_it(
    view: WhatIfView, services: Services, study: Study
) -> None:
    view._fields._fields[1]["carbon"].value = "33"
    session = view._session
    assert session.profile == f"site:{view._site.value},1:33*1"
    sites = tuple(map(int, study.assimilable()[:2]))
    card = WhatIfCard(services, SessionState(data="example", profile=session.profile), Help(), view._choices)
    card.offer(services.studies.study("example"), sites, sites[0])
    other = card.inside
    assert other._changes.carbon.tolist() == view._changes.carbon.tolist() and other._badge.visible
    _answer(other)
    other._site.value = sites[0]
    assert other._session.profile == "" and not other._badge.visible
    view._reset.clicks += 1
    assert session.profile == ""


def test_bad_typing_is_a_sentence_and_changes_nothing(view: WhatIfView) -> None:
    view._fields._fields[0]["weight"].value = "plenty"
    assert "expected a number 0 or more" in view._notice.view.object and view._notice.view.visible
    assert not view._changes.changed.any() and view._job is None
    for pair in view._fields._fields[1:]:
        pair["weight"].value = "0"
    assert "expected at least 2 observations" in view._notice.view.object
    assert not len(view._bands[draw.CHANGED_WORDS].data["carbon"])
