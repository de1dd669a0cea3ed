"""The adjoint gradient against differences of the solver itself, and against torch's own check.

The judged quantity J is a weighted sum of soil carbon at three random depths of each column.
Difference quotients are of fourth order, taken with two step lengths, of which the best counts: no
single step suits parameters that act as q10 does and as beta to the power of centimetres does.
They carry about eleven digits of J, so that a gradient of less than 1e-5 of J per parameter is judged
on the scale of that. E-folding depths below a millimetre are left out (one draw in a thousand): all
but the first layer then decompose at the least rate a double can invert, and J passes 1e20 gC m-3. So
are, in the scheme `authors`, columns whose carbon that scheme makes negative or more than 1e6 gC m-3.
"""

from __future__ import annotations

import numpy as np
import pytest
import torch

from proda_core.soil_model.gradient import soc_layer
from proda_core.soil_model.observation import interpolation_weights
from proda_core.soil_model.settings import ModelSettings
from proda_core.soil_model.steady_state import prepare, soc, soc_gradient
from proda_core.vocabulary.parameters import INDEX, NAMES, PRIORS
from proda_core.vocabulary.soil_layers import GRIDS
from tests.oracle.random_columns import random_forcing, random_parameters

SITES, REPEATS = 400, 25
STEPS = (3e-3, 1e-4)
TOLERANCE = 1e-6
CHOICES = [{}, {"water": "potential"}, {"bedrock": "authors"}]
every_grid = pytest.mark.parametrize("grid", list(GRIDS))
every_choice = pytest.mark.parametrize(
    "choice", CHOICES, ids=lambda c: " ".join(map(str, c.values())) or "default"
)


class Judged:
    """Columns, parameters and weights, and J of them."""

    def __init__(self, grid: str, choice: dict, repeat: int, n: int = SITES) -> None:
        self.settings = ModelSettings(grid=grid, **choice)
        self.forcing = random_forcing(n, 3, grid)
        self.columns = prepare(self.forcing, self.settings)
        self.parameters = random_parameters(n, 100 + repeat)
        self.index = np.arange(n)
        rng = np.random.default_rng(repeat)
        at = interpolation_weights(rng.uniform(0, 1.5, 3 * n), self.settings.layers).reshape(n, 3, -1)
        self.parameters[:, INDEX["efolding"]] = np.maximum(self.parameters[:, INDEX["efolding"]], 1e-3)
        self.weights = np.einsum("no,nol->nl", rng.uniform(0.1, 1.0, (n, 3)), at)

    @property
    def physical(self) -> np.ndarray:
        carbon = soc(self.columns, self.parameters, self.index)
        good = (carbon >= 0).all(axis=1) & (carbon <= 1e6).all(axis=1)
        return good if self.settings.bedrock == "authors" else np.full(len(good), True)

    def value(self, parameters: np.ndarray) -> np.ndarray:
        return (self.weights * soc(self.columns, parameters, self.index)).sum(axis=1)

    def gradient(self) -> np.ndarray:
        return soc_gradient(self.columns, self.parameters, self.index, self.weights)

    def width(self, name: str) -> np.ndarray:
        """Scale on which a parameter is varied: itself, or what beta lacks to 1."""
        value = self.parameters[:, INDEX[name]]
        return 1.0 - value if name == "beta" else value

    def difference(self, name: str, step: np.ndarray) -> np.ndarray:
        """Fourth-order central difference quotient."""

        def at(steps: int) -> np.ndarray:
            moved = self.parameters.copy()
            moved[:, INDEX[name]] += steps * step
            return self.value(moved)

        return (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * step)

    def bend(self, name: str) -> np.ndarray:
        """Relative distance of a water parameter to the nearest kink of the water scalar."""
        ds, value = self.forcing.ds, self.parameters[:, INDEX[name], None, None]
        if name == "w_scaling" and self.settings.water == "scalar":
            kink = 1.0 / ds["water_scalar"].to_numpy()
        elif name == "maxpsi" and self.settings.water == "potential":
            psi = np.maximum(ds["soil_water_potential"].to_numpy(), self.settings.minpsi)
            # saturation at maxpsi = psi; the floor where ln(minpsi / psi) = 0.05 ln(minpsi / maxpsi)
            floor = self.settings.minpsi * (psi / self.settings.minpsi) ** 20
            kink = np.stack([psi, floor], axis=-1)
            value = value[..., None]
        else:
            return np.full(len(ds["site"]), np.inf)
        return np.abs(kink / value - 1.0).reshape(len(kink), -1).min(axis=1)


def error(judged: Judged, name: str, gradient: np.ndarray) -> np.ndarray:
    """Smallest error over the step lengths, relative to the gradient; kinks are stepped around.

    Of the draws that are judged: physical ones, with a step that meets no kink.
    """
    slope, width, j = gradient[:, INDEX[name]], judged.width(name), judged.value(judged.parameters)
    scale = np.maximum(np.abs(slope), 1e-5 * np.abs(j) / width)
    best = np.full(len(j), np.inf)
    for step in STEPS:
        clear = judged.bend(name) > 2.5 * step
        off = np.abs(judged.difference(name, step * width) - slope)
        off = np.divide(off, scale, out=np.zeros_like(off), where=scale > 0)
        best = np.where(clear, np.minimum(best, off), best)
    return best[np.isfinite(best) & judged.physical]


@every_choice
@every_grid
def test_gradient_is_that_of_central_differences_to_1e_6(grid, choice):
    for repeat in range(REPEATS if not choice else 3):
        judged = Judged(grid, choice, repeat)
        gradient = judged.gradient()
        for name in NAMES:
            errors = error(judged, name, gradient)
            assert len(errors) >= (0.5 if "bedrock" in choice else 0.9) * SITES, name
            assert errors.max() <= TOLERANCE, (name, repeat)


@every_grid
@pytest.mark.parametrize("advection", [3e-4, -2e-3])
def test_gradient_with_advection_is_that_of_central_differences_to_1e_6(grid, advection):
    """But for diffus: carbon carried against deep layers that hardly decompose leaves it no digits."""
    judged = Judged(grid, {"advection": advection}, repeat=1)
    gradient = judged.gradient()
    for name in NAMES:
        worst = error(judged, name, gradient)
        assert np.quantile(worst, 0.98 if name == "diffus" else 1.0) <= TOLERANCE, name


@every_grid
def test_coarse_woody_debris_turnover_has_no_effect_on_soil_carbon(grid):
    assert not Judged(grid, {}, repeat=0).gradient()[:, INDEX["taucwd"]].any()


@every_choice
@every_grid
def test_torch_gradcheck_passes(grid, choice):
    """In the unit cube, away from its edges, soil carbon in kgC m-3."""
    columns = prepare(random_forcing(4, 8, grid), ModelSettings(grid=grid, **choice))
    prior = PRIORS["proda"]
    lower, width = torch.tensor(prior.lower), torch.tensor(prior.upper - prior.lower)
    rest = torch.full((4, 1), -0.002, dtype=torch.float64)

    def model(unit: torch.Tensor) -> torch.Tensor:
        parameters = torch.cat([lower + unit * width, rest], dim=1)
        return soc_layer(columns, parameters, np.arange(4)) / 1e3

    unit = 0.2 + 0.6 * torch.rand(4, 21, dtype=torch.float64, generator=torch.Generator().manual_seed(4))
    assert torch.autograd.gradcheck(model, (unit.requires_grad_(),), eps=1e-6, atol=1e-4, rtol=1e-4)
