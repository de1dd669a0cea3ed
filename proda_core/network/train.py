"""Train a network on posteriors: covariates -> posterior, at the training sites.

Early stopping uses the validation sites; the test sites of the split are not used.
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
from proda_core.network.targets import PRIOR_PRECISION, Targets, prior_of, targets, trainable, unconverged
from proda_core.network.trained import TrainedNetwork
from proda_core.records.checks import InputError
from proda_core.records.covariates import Covariates
from proda_core.records.posterior import Posterior
from proda_core.records.progress import Progress


@dataclass(frozen=True, eq=False)
class PosteriorTask:
    """Training task with the posteriors of sites as targets.

    numbers (site, width), rows (site, category) : encoded covariates
    centre (site, parameter), weight (site, parameter, parameter) : see ``targets.py``
    """

    numbers: torch.Tensor
    rows: torch.Tensor
    centre: torch.Tensor
    weight: torch.Tensor
    kind: str

    def __len__(self) -> int:
        return len(self.numbers)

    def loss(self, module: ParameterNetwork, chosen: torch.Tensor) -> torch.Tensor:
        """Return the mean over sites and parameters of (f - c)' W (f - c), in prior variances."""
        away = module(self.numbers[chosen], self.rows[chosen]) - self.centre[chosen]
        squared = torch.einsum("sp,spq,sq->s", away, self.weight[chosen], away).mean()
        squared = squared / (PRIOR_PRECISION * away.shape[1])
        if self.kind == "joint":
            return squared * (away / self.centre[chosen].clamp(min=1e-3)).abs().mean()
        return squared


def train(
    covariates: Covariates,
    posterior: Posterior,
    split: xr.Dataset,
    settings: str | NetworkSettings = "modern",
    *,
    seed: int,
    on_epoch: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> TrainedNetwork:
    """Train a network with these settings; the same seed gives the same network, bitwise.

    posterior : its sites train as ``settings.train_on`` says; how many are left out, and why, and how many
        of those used have not converged, is in ``counts``
    split : ``split(profile)`` from :func:`proda_core.network.split.split`
    on_epoch : called after each epoch; ``detail`` holds epoch, train, validation, learning_rate
    """
    settings = preset(settings)
    used, counts = _sites(posterior, split, settings.train_on)
    encoder = encoding.fit(covariates.select(used["train"]), settings, covariates)
    tasks = [
        _task(encoder, covariates, targets(posterior, sites, settings), settings) for sites in used.values()
    ]
    prior = prior_of(posterior)
    generator = torch.Generator().manual_seed(seed)
    module = ParameterNetwork(encoder.width, encoder.categories, len(prior.names), settings, generator)
    module.start_from(prior.mean_of_unit)
    with deterministic():
        history = fit(module, *tasks, settings, generator, on_epoch, should_stop)
    return TrainedNetwork(settings, encoder, prior, module.state_dict(), seed, history, counts)


def _sites(posterior: Posterior, split: xr.Dataset, train_on: str) -> tuple[dict[str, np.ndarray], dict]:
    """Return sites that train and validate, and the counts of used and left out."""
    used, counts = {}, {}
    for part in ("train", "validation"):
        used[part], left_out = trainable(posterior, sites_in(split, part), train_on)
        counts[part] = {"used": len(used[part]), "left_out": left_out}
        counts[part]["not_converged"] = unconverged(posterior, used[part])
        if len(used[part]) == 0:
            raise InputError(
                f"network: expected at least one {part} site with a kept posterior, found none ({left_out})"
            )
    return used, counts


def _task(
    encoder: encoding.Encoder, covariates: Covariates, part: Targets, settings: NetworkSettings
) -> PosteriorTask:
    numbers, rows = encoder.encode(covariates.select(part.sites))
    arrays = (numbers, rows, part.centre.astype(np.float32), part.weight.astype(np.float32))
    return PosteriorTask(*(torch.from_numpy(np.ascontiguousarray(a)) for a in arrays), settings.loss)
