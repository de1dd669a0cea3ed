"""Claims on the model of one site and its figures: they are what the soil model of the library computes."""

from __future__ import annotations

import numpy as np
import pytest
from bokeh.models import ColumnDataSource, Span

from dashboard.pages.model import flux_figure, matrix_figures, pool_figures, response_figure
from dashboard.pages.model.site_model import DEFAULT_INPUTS, SiteModel
from dashboard.state.parameter_choices import SCALES, STEPS, ParameterChoices
from proda_core.records.checks import InputError
from proda_core.records.study import Study
from proda_core.soil_model.steady_state import simulate
from proda_core.vocabulary.parameters import DEFAULTS, INDEX, PRIORS
from proda_core.vocabulary.pools import POOLS, SOIL_POOLS

SITE = 9


@pytest.fixture(scope="module")
def model(study: Study) -> SiteModel:
    """The model of one site."""
    return SiteModel(study, SITE)


def test_the_default_setting_is_the_default_run(model: SiteModel, study: Study) -> None:
    """Expected: simulate(None), CLM5's default run, of the same site."""
    run = simulate(None, study.forcing.select([SITE]))["carbon"].isel(site=0)
    np.testing.assert_allclose(model.steady_state(DEFAULT_INPUTS), run.values, rtol=1e-12)
    wanted = run.sel(pool=list(SOIL_POOLS)).sum("pool").values
    np.testing.assert_allclose(pool_figures.soil_carbon(model.default_pools), wanted, rtol=1e-12)


@pytest.mark.parametrize("name", SCALES)
def test_a_slider_spans_prior_and_default_and_every_position_has_a_steady_state(
    model: SiteModel, name: str
) -> None:
    scale, (low, high) = SCALES[name], PRIORS["proda"].bounds[name]
    assert scale.high >= high and scale.low <= max(low, high / 50)
    assert 0 <= scale.share(float(DEFAULTS[INDEX[name]])) <= 1
    choices = ParameterChoices()
    for position in (0, 1, STEPS // 2, STEPS):
        choices.set_value(name, scale.value(position))
        inputs = model.inputs(choices.values, choices.texture, 0.0, 1.0, 1.0)
        assert np.isfinite(model.steady_state(inputs)).all()


def test_the_matrices_solve_to_the_profile(model: SiteModel) -> None:
    """Expected: (A xi K - V) X = -B u, all of it per year, with X the compiled steady state."""
    found = model.matrices(DEFAULT_INPUTS)
    given = -(found.system @ model.default_pools.ravel()).reshape(len(POOLS), -1)
    per_area = (given * model.grid.thickness).sum(axis=1)
    np.testing.assert_allclose(per_area[:4], model.litter_input(DEFAULT_INPUTS), rtol=1e-6)
    np.testing.assert_allclose(per_area[4:], 0.0, atol=1e-6 * per_area.sum())
    assert found.transfer.shape == (7, 7) and found.rates.shape == (7, model.grid.size)


def test_what_comes_in_goes_out_in_the_sankey_diagram(model: SiteModel) -> None:
    """Expected: at steady state a pool gains what it loses, and the air gets what plants give."""
    diagnosed = model.diagnostics(DEFAULT_INPUTS)
    transfers, decomposition = (
        model.transfer_fluxes(DEFAULT_INPUTS, diagnosed),
        diagnosed["decomposition"].values,
    )
    into, out = flux_figure.pool_fluxes(model.litter_input(DEFAULT_INPUTS), transfers, decomposition)
    for pool, total in zip(POOLS, decomposition):
        gained = sum(value for _, receiver, value in into if receiver == pool)
        assert gained == pytest.approx(total, rel=1e-6)
    air = sum(value for _, receiver, value in out if receiver == flux_figure.AIR)
    assert air == pytest.approx(model.litter_input(DEFAULT_INPUTS).sum(), rel=1e-6)
    ribbons, nodes = flux_figure.sankey_columns(into, out)
    assert len(ribbons["xs"]) == len(into) + len(out)
    assert {"litter input", "other pools", "CO₂", *POOLS} == set(nodes["name"])
    assert np.isfinite(np.concatenate(ribbons["ys"])).all()


def test_the_response_goes_from_today_to_the_new_steady_state(model: SiteModel) -> None:
    """Expected: without change nothing moves; after a doubling of input the stock doubles in the end."""
    still = model.response(model.inputs(DEFAULT_INPUTS.values, True, 0.0, 1.0, 1.0), 20)
    columns = response_figure.response_columns(still)
    assert abs(columns["total"]).max() < 0.02 * float(still["stock"].isel(time=0).sum())
    more = model.response(model.inputs(DEFAULT_INPUTS.values, True, 0.0, 1.0, 2.0), 20)
    before = float(more["stock"].isel(time=0).sum())
    assert response_figure.equilibrium_change(more) == pytest.approx(before, rel=1e-6)
    assert 0 < response_figure.response_columns(more)["total"][-1] < before
    assert "kgC m⁻²" in response_figure.response_title(more)


def test_figures_name_units_and_colours_are_logarithmic(model: SiteModel) -> None:
    empty = (
        ColumnDataSource(part)
        for part in (matrix_figures.transfer_columns(), matrix_figures.system_columns())
    )
    plots = [
        matrix_figures.transfer_figure(next(empty)),
        matrix_figures.system_figure(next(empty), model.grid),
    ]
    plots.append(matrix_figures.rates_figure(ColumnDataSource(matrix_figures.rate_columns()), model.grid))
    plots.append(matrix_figures.mixing_figure(ColumnDataSource(matrix_figures.mixing_columns()), model.grid))
    assert all("yr⁻¹" in plot.title.text for plot in plots[1:])
    assert all(type(plot.right[0].color_mapper).__name__ == "LogColorMapper" for plot in plots)
    response = response_figure.response_figure(
        ColumnDataSource(response_figure.response_columns()), Span(dimension="width")
    )
    assert response.yaxis[0].axis_label == "change of the stock (kgC m⁻²)"


def test_a_site_with_gaps_in_its_forcing_is_a_sentence(study: Study) -> None:
    forcing = study.forcing.ds.copy(deep=True)
    forcing["soil_temperature"][SITE, 0, 0] = np.nan
    broken = type("Broken", (), {"forcing": type(study.forcing)(forcing)})
    with pytest.raises(InputError, match=f"Site {SITE}: expected complete forcing"):
        SiteModel(broken, SITE)
