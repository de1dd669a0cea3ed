"""Train the network through the soil model, directly on observed carbon (the idea of BINN).

No site is assimilated. The steady state is computed with the network's parameters, its carbon is
interpolated to the observed depths, and the gradient follows from the model's adjoint. Predictions
are those of a process model: carbon is never predicted from covariates directly.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
import xarray as xr

from proda_core.network import encoding
from proda_core.network.fitting import deterministic, fit
from proda_core.network.model import ParameterNetwork
from proda_core.network.settings import NetworkSettings, preset
from proda_core.network.split import sites_in
from proda_core.network.trained import TrainedNetwork
from proda_core.records.covariates import Covariates
from proda_core.records.forcing import Forcing
from proda_core.records.prior_attributes import named_prior
from proda_core.records.profiles import Profiles
from proda_core.records.progress import Progress
from proda_core.soil_model.columns import Columns
from proda_core.soil_model.gradient import soc_layer
from proda_core.soil_model.observation import GRAMS_PER_KILOGRAM, interpolation_weights
from proda_core.soil_model.settings import ModelSettings
from proda_core.soil_model.steady_state import prepare
from proda_core.soil_model.water_form import expect_water, settings_of_prior
from proda_core.vocabulary.parameters import DEFAULTS, Prior
from proda_core.vocabulary.probit_normal import SD_OF_UNIFORM


@dataclass(frozen=True)
class ObservationLoss:
    """Loss of modelled carbon m against observed o, both in kgC m-3: a relative and an absolute part.

    H(ln(m + floor) - ln(o + floor)) + absolute (H_scale(m - o) / (20 scale)), H Huber's function:
    the logarithm alone would fit deep layers only and leave the stock far too low, the absolute
    difference alone would fit the surface only; Huber's function limits the effect of outliers.

    floor : kgC m-3, keeps the loss finite below bedrock, where modelled carbon is 0
    scale : kgC m-3, from where an absolute difference counts in proportion instead of squared
    absolute : weight of the absolute part
    prior_pull : weight of the distance from the prior's mean, in prior variances, so that parameters that
        carbon does not constrain stay near it
    """

    floor: float = 0.1
    scale: float = 40.0
    absolute: float = 10.0
    prior_pull: float = 1e-3

    def __call__(
        self, modelled: torch.Tensor, observed: torch.Tensor, unit: torch.Tensor, prior: Prior | None = None
    ) -> torch.Tensor:
        """Return the mean loss of observations (n,) plus the penalty of parameters (site, parameter).

        prior : of the parameters, uniform by default
        """
        huber = torch.nn.functional.huber_loss
        relative = huber(torch.log(modelled + self.floor), torch.log(observed + self.floor))
        absolute = huber(modelled, observed, delta=self.scale) / (20.0 * self.scale)
        away = unit - 0.5 if prior is None or prior.is_uniform else _relative_to(prior, unit)
        return relative + self.absolute * absolute + self.prior_pull * 12.0 * (away**2).mean()


def _relative_to(prior: Prior, unit: torch.Tensor) -> torch.Tensor:
    """Return the distance from the prior's mean, in units in which its width is that of a uniform one."""
    mean, width = torch.from_numpy(prior.mean_of_unit), torch.from_numpy(prior.sd_of_unit / SD_OF_UNIFORM)
    return (unit - mean.to(unit.dtype)) / width.to(unit.dtype)


@dataclass(frozen=True, eq=False)
class ObservationTask:
    """Sites with their observations.

    numbers (site, width), rows (site, category) : encoded covariates
    weights (observation, layer) : linear interpolation to the observed depth
    observed (observation,) : kgC m-3, the observations of a site one after the other
    first (site + 1,) : position of the first observation of each site
    """

    numbers: torch.Tensor
    rows: torch.Tensor
    columns: Columns
    weights: torch.Tensor
    observed: torch.Tensor
    first: np.ndarray
    prior: Prior
    measure: ObservationLoss

    def __len__(self) -> int:
        return len(self.numbers)

    def loss(self, module: ParameterNetwork, chosen: torch.Tensor) -> torch.Tensor:
        """Return the mean loss over the observations of the chosen sites."""
        unit = module(self.numbers[chosen], self.rows[chosen])
        sites = chosen.numpy()
        counts = self.first[sites + 1] - self.first[sites]
        offset = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        observation = torch.from_numpy(np.repeat(self.first[sites], counts) + offset)
        of_site = torch.from_numpy(np.repeat(np.arange(len(sites)), counts))
        carbon = soc_layer(self.columns, complete(unit.double(), self.prior), sites)
        modelled = (self.weights[observation] * carbon[of_site]).sum(dim=1) / GRAMS_PER_KILOGRAM
        return self.measure(modelled, self.observed[observation], unit, self.prior)


def complete(unit: torch.Tensor, prior: Prior) -> torch.Tensor:
    """Return all parameters (site, parameter), physical units, from a prior's unit cube; differentiable."""
    lower, width = torch.from_numpy(prior.lower), torch.from_numpy(prior.upper - prior.lower)
    table = torch.from_numpy(np.tile(DEFAULTS, (len(unit), 1)))
    return table.index_copy(1, torch.from_numpy(prior.index), lower + width * unit)


def train_end_to_end(
    profiles: Profiles,
    forcing: Forcing,
    covariates: Covariates,
    split: xr.Dataset,
    settings: str | NetworkSettings = "end_to_end",
    *,
    seed: int,
    prior: str | Prior = "proda",
    model: ModelSettings | None = None,
    start: TrainedNetwork | None = None,
    measure: ObservationLoss | None = None,
    on_epoch: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> TrainedNetwork:
    """Train a network on the carbon observed at the training sites; the same seed gives the same network.

    model : settings of the soil model; by default those that fit the prior and the forcing
    start : continue from this network (its settings' layers, encoding and prior)
    measure : what is minimised; an :class:`ObservationLoss`
    """
    settings, measure = preset(settings), measure or ObservationLoss()
    box = named_prior(prior) if start is None else start.prior
    model = model or settings_of_prior(forcing, box)
    expect_water(model, box, forcing)
    sites = {part: sites_in(split, part) for part in ("train", "validation")}
    generator = torch.Generator().manual_seed(seed)
    if start is None:
        encoder = encoding.fit(covariates.select(sites["train"]), settings, covariates)
        module = ParameterNetwork(encoder.width, encoder.categories, len(box.names), settings, generator)
        module.start_from(box.mean_of_unit)
    else:
        settings = settings.like(start.settings)
        encoder, module = start.encoder, start.module(generator)
    inputs = profiles, forcing, covariates
    tasks = [_task(*inputs, part, encoder, box, measure, model) for part in sites.values()]
    with deterministic():
        history = fit(module, *tasks, settings, generator, on_epoch, should_stop)
    counts = {part: {"used": len(chosen), "left_out": {}} for part, chosen in sites.items()}
    return TrainedNetwork(settings, encoder, box, module.state_dict(), seed, history, counts)


def _task(
    profiles: Profiles,
    forcing: Forcing,
    covariates: Covariates,
    sites: np.ndarray,
    encoder: encoding.Encoder,
    prior: Prior,
    measure: ObservationLoss,
    model: ModelSettings,
) -> ObservationTask:
    profiles, columns = profiles.select(sites), prepare(forcing.select(sites), model)
    usable = profiles.ds["usable"].values == 0
    weights = interpolation_weights(profiles.ds["depth"].values[usable], columns.grid)
    carbon = profiles.ds["carbon"].values[usable] / GRAMS_PER_KILOGRAM
    first = np.concatenate([[0], np.cumsum(profiles.usable_count())])
    numbers, rows = map(torch.from_numpy, encoder.encode(covariates.select(sites)))
    observed = torch.from_numpy(carbon)
    return ObservationTask(numbers, rows, columns, torch.from_numpy(weights), observed, first, prior, measure)
