"""Claims on the page Model: what it shows is what the soil model says, at once, and never a traceback."""

from __future__ import annotations

import re
import time

import numpy as np
import panel as pn
import panel_material_ui as pmui
import param
import pytest
from bokeh.models import ColumnDataSource, Span

from dashboard.jobs.services import Services
from dashboard.pages.model import flux_figure, matrix_figures
from dashboard.pages.model.page import ModelPage
from dashboard.pages.model.site_model import DEFAULT, SiteModel
from dashboard.plots import pools, residence_times
from dashboard.state import link
from dashboard.state.parameter_choices import IN_GROUP, SCALES, STEPS, ParameterChoices
from dashboard.state.session_state import SessionState
from dashboard.ui.help import Help
from proda_core.records.checks import InputError
from proda_core.records.study import Study
from proda_core.soil_model.steady_state import simulate
from proda_core.vocabulary.parameters import DEFAULTS, INDEX, PRIORS
from proda_core.vocabulary.pools import POOLS, SOIL_POOLS

SITE = 9
FAST = 0.1  # s that a move may take on the server


@pytest.fixture(scope="module")
def hand(study: Study) -> SiteModel:
    """The model of one site."""
    return SiteModel(study, SITE)


@pytest.fixture
def session() -> SessionState:
    """A session that looks at the site."""
    found = SessionState(data="example", site=SITE, selected=(SITE,))
    found.param.page.check_on_set = False
    found.page = "model"
    return found


@pytest.fixture
def page(services: Services, session: SessionState) -> ModelPage:
    """The page at the site."""
    return ModelPage(services, session, Help())


def _source(page: ModelPage, name: str) -> ColumnDataSource:
    panes = page.view.select(pn.pane.Bokeh)
    found = (source for pane in panes for source in pane.object.select({"name": name}))
    return next(source for source in found if isinstance(source, ColumnDataSource))


def _slider(page: ModelPage, name: str) -> pmui.IntSlider:
    return next(s for s in page.view.select(pmui.IntSlider) if s.label.startswith(f"{name} ="))


def _let_go(slider: pmui.IntSlider, position: int) -> None:
    slider.value = position
    with param.edit_constant(slider):
        slider.value_throttled = position


def _said(page: ModelPage) -> str:
    alerts = [alert.object for alert in page.view.select(pmui.Alert) if alert.visible]
    return re.sub(r"\\(.)", r"\1", " ".join(alerts))


def _press(page: ModelPage, label: str) -> None:
    next(b for b in page.view.select(pmui.Button) if b.label == label).clicks += 1


def test_the_default_setting_is_the_default_run(hand: SiteModel, study: Study) -> None:
    """Expected: simulate(None), CLM5's default run, of the same site."""
    run = simulate(None, study.forcing.select([SITE]))["carbon"].isel(site=0)
    np.testing.assert_allclose(hand.pools(DEFAULT), run.values, rtol=1e-12)
    wanted = run.sel(pool=list(SOIL_POOLS)).sum("pool").values
    np.testing.assert_allclose(pools.soil_carbon(hand.default), wanted, rtol=1e-12)


@pytest.mark.parametrize("name", SCALES)
def test_a_slider_spans_prior_and_default_and_every_position_has_a_steady_state(
    hand: SiteModel, name: str
) -> None:
    scale, (low, high) = SCALES[name], PRIORS["proda"].bounds[name]
    assert scale.high >= high and scale.low <= max(low, high / 50)
    assert 0 <= scale.share(float(DEFAULTS[INDEX[name]])) <= 1
    choices = ParameterChoices()
    for position in (0, 1, STEPS // 2, STEPS):
        choices.put(name, scale.value(position))
        setting = hand.setting(choices.values, choices.texture, 0.0, 1.0, 1.0)
        assert np.isfinite(hand.pools(setting)).all()


def test_every_sampled_parameter_stands_in_one_group() -> None:
    shown = [name for names in IN_GROUP.values() for name in names]
    assert sorted(shown) == sorted(PRIORS["proda"].names) and len(shown) == 21


def test_the_matrices_solve_to_the_profile(hand: SiteModel) -> None:
    """Expected: (A xi K - V) X = -B u, all of it per year, with X the compiled steady state."""
    found = hand.matrices(DEFAULT)
    given = -(found.system @ hand.default.ravel()).reshape(len(POOLS), -1)
    per_area = (given * hand.grid.thickness).sum(axis=1)
    np.testing.assert_allclose(per_area[:4], hand.litter(DEFAULT), rtol=1e-6)
    np.testing.assert_allclose(per_area[4:], 0.0, atol=1e-6 * per_area.sum())
    assert found.transfer.shape == (7, 7) and found.rates.shape == (7, hand.grid.size)


def test_what_comes_in_goes_out_in_the_sankey_diagram(hand: SiteModel) -> None:
    """Expected: at steady state a pool gains what it loses, and the air gets what plants give."""
    diagnosed = hand.diagnosed(DEFAULT)
    gains, lost = hand.gains(DEFAULT, diagnosed), diagnosed["decomposition"].values
    into, out = flux_figure.flows(hand.litter(DEFAULT), gains, lost)
    for pool, total in zip(POOLS, lost):
        gained = sum(value for _, receiver, value in into if receiver == pool)
        assert gained == pytest.approx(total, rel=1e-6)
    air = sum(value for _, receiver, value in out if receiver == flux_figure.AIR)
    assert air == pytest.approx(hand.litter(DEFAULT).sum(), rel=1e-6)
    ribbons, nodes = flux_figure.sankey_columns(into, out)
    assert len(ribbons["xs"]) == len(into) + len(out)
    assert {"litter input", "other pools", "CO₂", *POOLS} == set(nodes["name"])
    assert np.isfinite(np.concatenate(ribbons["ys"])).all()


def test_the_response_goes_from_today_to_the_new_steady_state(hand: SiteModel) -> None:
    """Expected: without change nothing moves; after a doubling of input the stock doubles in the end."""
    still = hand.response(hand.setting(DEFAULT.values, True, 0.0, 1.0, 1.0), 20)
    columns = residence_times.response_columns(still)
    assert abs(columns["total"]).max() < 0.02 * float(still["stock"].isel(time=0).sum())
    more = hand.response(hand.setting(DEFAULT.values, True, 0.0, 1.0, 2.0), 20)
    before = float(more["stock"].isel(time=0).sum())
    assert residence_times.settled_change(more) == pytest.approx(before, rel=1e-6)
    assert 0 < residence_times.response_columns(more)["total"][-1] < before
    assert "kgC m⁻²" in residence_times.response_title(more)


def test_figures_name_units_and_colours_are_logarithmic(hand: SiteModel) -> None:
    empty = (
        ColumnDataSource(part)
        for part in (matrix_figures.transfer_columns(), matrix_figures.system_columns())
    )
    plots = [
        matrix_figures.transfer_figure(next(empty)),
        matrix_figures.system_figure(next(empty), hand.grid),
    ]
    plots.append(matrix_figures.rates_figure(ColumnDataSource(matrix_figures.rate_columns()), hand.grid))
    plots.append(matrix_figures.mixing_figure(ColumnDataSource(matrix_figures.mixing_columns()), hand.grid))
    assert all("yr⁻¹" in plot.title.text for plot in plots[1:])
    assert all(type(plot.right[0].color_mapper).__name__ == "LogColorMapper" for plot in plots)
    response = residence_times.response_figure(
        ColumnDataSource(residence_times.response_columns()), Span(dimension="width")
    )
    assert response.yaxis[0].axis_label == "change of the stock (kgC m⁻²)"


def test_a_site_with_gaps_in_its_forcing_is_a_sentence(study: Study) -> None:
    forcing = study.forcing.ds.copy(deep=True)
    forcing["soil_temperature"][SITE, 0, 0] = np.nan
    broken = type("Broken", (), {"forcing": type(study.forcing)(forcing)})
    with pytest.raises(InputError, match=f"Site {SITE}: expected complete forcing"):
        SiteModel(broken, SITE)


def test_a_move_is_answered_at_once(page: ModelPage) -> None:
    """Every slider once; Expected: the profile is another one, within 100 ms in the median."""
    taken = []
    for name in SCALES:
        line, slider = _source(page, "model-line"), _slider(page, name)
        before = line.data["carbon"]
        began = time.perf_counter()
        slider.value = STEPS // 2 if slider.value != STEPS // 2 else STEPS // 3
        taken.append(time.perf_counter() - began)
        assert not np.array_equal(line.data["carbon"], before) or name in ("taucwd", "cryo"), name
    assert np.median(taken) < FAST


def test_the_label_says_value_and_unit_and_reset_restores(page: ModelPage) -> None:
    slider, line = _slider(page, "tau4s3"), _source(page, "model-line")
    before, words = line.data["carbon"].copy(), slider.label
    assert words == "tau4s3 = 222 yr"
    slider.value = STEPS
    assert slider.label == "tau4s3 = 1,000 yr"
    assert line.data["carbon"].max() > before.max()
    _press(page, "CLM5 default")
    assert slider.label == words
    np.testing.assert_array_equal(line.data["carbon"], before)


def test_own_transfers_put_the_texture_off_and_the_switch_puts_it_on(page: ModelPage) -> None:
    switch = page.view.select(pmui.Switch)[0]
    assert switch.value and page.choices.texture
    _slider(page, "fs1s2").value = 20
    assert not switch.value and not page.choices.texture
    switch.value = True
    assert page.choices.texture


def test_warming_takes_carbon_away_and_the_response_follows(page: ModelPage) -> None:
    line = _source(page, "model-line")
    before = line.data["carbon"].sum()
    _slider(page, "warming").value = STEPS
    assert line.data["carbon"].sum() < before
    views = page.view.select(pmui.RadioButtonGroup)[0]
    views.value = "response"
    plot = next(p.object for p in page.view.select(pn.pane.Bokeh) if p.object.name == "response")
    assert "after 100 years" in plot.title.text and plot.title.text.startswith("−")
    views.value = "matrices"
    names = {p.object.name for p in page.view.select(pn.pane.Bokeh)}
    assert {"matrix-A", "matrix-K", "matrix-V", "matrix-system"} <= names
    _press(page, "Today's climate")
    assert line.data["carbon"].sum() == pytest.approx(before)


def test_without_a_posterior_its_button_is_off(page: ModelPage) -> None:
    buttons = {b.label: b.disabled for b in page.view.select(pmui.Button)}
    assert buttons["Posterior of this site"] and buttons["Batch of the run"]
    assert not buttons["CLM5 default"]


def test_without_a_posterior_the_legend_names_none(page: ModelPage) -> None:
    plot = page._profile._plot
    named = [item.label.value for item in plot.legend[0].items if item.visible]
    assert "observed" in named and not [name for name in named if name.startswith("posterior")]


def test_without_a_site_the_page_says_what_to_do(services: Services, session: SessionState) -> None:
    session.choose(())
    page = ModelPage(services, session, Help())
    words = " ".join(str(pane.object) for pane in page.view.select(pn.pane.Markdown))
    assert "No site chosen yet" in words
    _press(page, "Take the first site")
    assert session.site == int(services.studies.study("example").assimilable()[0])
    assert _source(page, "model-line").data["carbon"].size


def test_another_site_is_another_profile(page: ModelPage, session: SessionState) -> None:
    before = _source(page, "model-line").data["carbon"]
    session.choose((SITE + 1,))
    assert not np.array_equal(_source(page, "model-line").data["carbon"], before)
    assert _said(page) == ""


def test_where_the_sliders_rest_travels_in_the_link(
    services: Services, session: SessionState, page: ModelPage
) -> None:
    """Expected: a page opened with the link has the same sliders and the same profile."""
    assert session.setting == ""
    _slider(page, "q10").value = STEPS
    _slider(page, "fs1s2").value = 20
    _let_go(_slider(page, "warming"), STEPS)
    page.view.select(pmui.RadioButtonGroup)[0].value = "matrices"
    query = link.write(session)
    assert query["setting"].startswith("q10:3,") and query["setting"].endswith("warming:8,texture:off")
    choices, complaints = link.read(query)
    assert complaints == []
    other = ModelPage(services, SessionState(**choices), Help())
    assert _slider(other, "q10").label == "q10 = 3" and _slider(other, "warming").value == STEPS
    assert not other.view.select(pmui.Switch)[0].value
    assert {p.object.name for p in other.view.select(pn.pane.Bokeh)} >= {"matrix-A", "matrix-V"}
    before, after = (_source(each, "model-line").data["carbon"] for each in (page, other))
    np.testing.assert_array_equal(before, after)
    _press(page, "CLM5 default")
    _press(page, "Today's climate")
    assert session.setting == ""


def test_a_slider_let_go_where_it_was_before_a_reset_is_told_again(
    session: SessionState, page: ModelPage
) -> None:
    """A browser tells of a slider that is let go only where that is another place than the last one."""
    slider = _slider(page, "litter input, factor")
    _let_go(slider, STEPS)
    first = session.setting
    assert first.startswith("litter:")
    _press(page, "Today's climate")
    assert session.setting == "" and slider.value_throttled == slider.value != STEPS
    _let_go(slider, STEPS)
    assert session.setting == first


def test_a_visit_sent_to_a_setting_moves_the_sliders(session: SessionState, page: ModelPage) -> None:
    before = _source(page, "model-line").data["carbon"]
    session.param.update(setting="q10:2.5,litter:0.5", behind="response", years="300")
    assert _slider(page, "q10").label == "q10 = 2.5"
    assert not np.array_equal(_source(page, "model-line").data["carbon"], before)
    plot = next(p.object for p in page.view.select(pn.pane.Bokeh) if p.object.name == "response")
    assert "after 300 years" in plot.title.text


@pytest.mark.parametrize("name", SCALES)
def test_every_setting_of_a_slider_comes_back_from_its_text(name: str) -> None:
    for position in (0, 1, STEPS // 3, STEPS - 1, STEPS):
        choices, other = ParameterChoices(), ParameterChoices()
        choices.put(name, SCALES[name].value(position))
        other.follow(choices.written())
        assert (other.values, other.texture) == (choices.values, choices.texture)
        assert SCALES[name].position(other.value(name)) == position


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("q10", "expected pairs such as name:value"),
        ("q10:", "expected pairs"),
        ("q10:2,q10:2.5", "expected every name once"),
        ("q11:2", "expected names of parameters, warming, wetness, litter or texture; found 'q11'"),
        ("q10:two", "q10: expected a number; found 'two'"),
        ("q10:nan", "q10: expected 1.2 to 3; found nan"),
        ("q10:inf", "q10: expected 1.2 to 3; found inf"),
        ("q10:-1e308", "q10: expected 1.2 to 3"),
        ("warming:99", "warming: expected -2 to 8; found 99"),
        ("texture:on", "texture: expected off; found 'on'"),
        ("q10:" + "9" * 3000, "expected at most 2000 characters"),
    ],
)
def test_a_setting_that_cannot_be_is_told_and_not_obeyed(text: str, said: str) -> None:
    choices, complaints = link.read({"setting": text})
    assert choices == {}
    assert complaints[0].startswith("The link's setting cannot be read. ") and said in complaints[0]
