"""Train the network on what assimilation found: covariates -> posterior, at the training sites.

Early stopping watches the validation sites; the test sites of the split are never looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import pandas as pd
import torch
import xarray as xr
from torch.optim.lr_scheduler import ReduceLROnPlateau

from proda_core.network import encoding
from proda_core.network.model import ParameterNetwork
from proda_core.network.settings import NetworkSettings, preset
from proda_core.network.split import members
from proda_core.network.targets import Targets, prior_of, targets, trainable
from proda_core.network.trained import TrainedNetwork
from proda_core.records.checks import InputError
from proda_core.records.covariates import Covariates
from proda_core.records.posterior import Posterior
from proda_core.records.progress import Cancelled, Progress

Batch = tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]  # numbers, rows, centre, weight


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
    """The network of these settings, the same for the same seed, bitwise.

    posterior : its sites with verdict "kept" train; how many are left out, and why, is in ``counts``
    split : ``split(profile)`` from :func:`proda_core.network.split.split`
    on_epoch : called after each epoch; ``detail`` holds epoch, train, validation, learning_rate
    """
    settings = preset(settings)
    used, counts = _sites(posterior, split)
    parts = {name: targets(posterior, sites, settings) for name, sites in used.items()}
    encoder = encoding.fit(covariates.select(used["train"]), settings)
    batches = {name: _tensors(encoder, covariates, part) for name, part in parts.items()}
    prior = prior_of(posterior)
    generator = torch.Generator().manual_seed(seed)
    module = ParameterNetwork(encoder.width, encoder.categories, len(prior.names), settings, generator)
    with deterministic():
        history = fit(module, batches, settings, generator, on_epoch, should_stop)
    return TrainedNetwork(settings, encoder, prior, module.state_dict(), seed, history, counts)


def fit(
    module: ParameterNetwork,
    batches: dict[str, Batch],
    settings: NetworkSettings,
    generator: torch.Generator,
    on_epoch: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> pd.DataFrame:
    """Train ``module`` in place up to its best epoch on ``batches["validation"]``; returns the history."""
    optimiser = _optimiser(module, settings)
    slower = ReduceLROnPlateau(optimiser, factor=0.5, patience=settings.patience // 3)
    best, best_weights, rows = np.inf, {}, []
    for epoch in range(1, settings.max_epochs + 1):
        if should_stop is not None and should_stop():
            raise Cancelled(f"training stopped at epoch {epoch}")
        rate = optimiser.param_groups[0]["lr"]
        trained = _one_epoch(module, batches["train"], settings, optimiser, generator)
        validation = evaluate(module, batches["validation"], settings)
        rows.append({"epoch": epoch, "train": trained, "validation": validation, "learning_rate": rate})
        if validation < best:
            best, best_epoch = validation, epoch
            best_weights = {name: value.clone() for name, value in module.state_dict().items()}
        if settings.schedule == "plateau":
            slower.step(validation)
        if on_epoch is not None:
            on_epoch(Progress(epoch, settings.max_epochs, f"epoch {epoch}", rows[-1]))
        if not best_weights or epoch - best_epoch >= settings.patience:
            break
    if not best_weights:
        raise InputError(f"network: expected a finite validation loss, found {validation} after one epoch")
    module.load_state_dict(best_weights)
    return pd.DataFrame(rows)


def evaluate(module: ParameterNetwork, batch: Batch, settings: NetworkSettings) -> float:
    """Loss of a whole part of the data, without dropout."""
    module.eval()
    numbers, rows, centre, weight = batch
    with torch.no_grad():
        return float(loss(module(numbers, rows), centre, weight, settings))


def loss(
    found: torch.Tensor, centre: torch.Tensor, weight: torch.Tensor, settings: NetworkSettings
) -> torch.Tensor:
    """Mean over sites and parameters of (f - c)' W (f - c), in units of the prior's variance."""
    away = found - centre
    squared = torch.einsum("sp,spq,sq->s", away, weight, away).mean() / (12.0 * found.shape[1])
    if settings.loss == "joint":
        relative = (away / centre.clamp(min=1e-3)).abs().mean()
        return squared * relative
    return squared


def _one_epoch(
    module: ParameterNetwork,
    batch: Batch,
    settings: NetworkSettings,
    optimiser: torch.optim.Optimizer,
    generator: torch.Generator,
) -> float:
    module.train()
    total, size = 0.0, len(batch[0])
    for chosen in torch.randperm(size, generator=generator).split(settings.batch_size):
        numbers, rows, centre, weight = (tensor[chosen] for tensor in batch)
        optimiser.zero_grad(set_to_none=True)
        value = loss(module(numbers, rows), centre, weight, settings)
        value.backward()
        optimiser.step()
        total += float(value.detach()) * len(chosen)
    return total / size


def _optimiser(module: ParameterNetwork, settings: NetworkSettings) -> torch.optim.Optimizer:
    kind = {"adamw": torch.optim.AdamW, "adadelta": torch.optim.Adadelta}[settings.optimiser]
    return kind(module.parameters(), lr=settings.learning_rate, weight_decay=settings.weight_decay)


def _sites(posterior: Posterior, split: xr.Dataset) -> tuple[dict[str, np.ndarray], dict]:
    """Sites that train and validate, and the counts of used and left out."""
    used, counts = {}, {}
    for part in ("train", "validation"):
        used[part], left_out = trainable(posterior, members(split, part))
        counts[part] = {"used": len(used[part]), "left_out": left_out}
        if len(used[part]) == 0:
            raise InputError(
                f"network: expected at least one {part} site with a kept posterior, found none ({left_out})"
            )
    return used, counts


def _tensors(encoder: encoding.Encoder, covariates: Covariates, part: Targets) -> Batch:
    numbers, rows = encoder.encode(covariates.select(part.sites))
    return (
        torch.from_numpy(numbers),
        torch.from_numpy(rows),
        torch.from_numpy(part.centre.astype(np.float32)),
        torch.from_numpy(np.ascontiguousarray(part.weight, dtype=np.float32)),
    )


@contextmanager
def deterministic() -> Iterator[None]:
    """For the length of the block: algorithms that repeat themselves, on one thread.

    A sum over two threads is rounded in another order than over four, so that a seed would mean
    other numbers on another machine; and networks of this size are slower on two threads than one.
    """
    before, threads = torch.are_deterministic_algorithms_enabled(), torch.get_num_threads()
    torch.use_deterministic_algorithms(True)
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.use_deterministic_algorithms(before)
        torch.set_num_threads(threads)
