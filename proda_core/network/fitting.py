"""The training loop, independent of the training target."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

import numpy as np
import pandas as pd
import torch
from torch.optim.lr_scheduler import ReduceLROnPlateau

from proda_core.network.model import ParameterNetwork
from proda_core.network.settings import NetworkSettings
from proda_core.records.checks import InputError
from proda_core.records.progress import Cancelled, Progress


class Task(Protocol):
    """Interface of a training task: sites and the loss of a network at them."""

    def __len__(self) -> int:
        """Return the number of sites."""

    def loss(self, module: ParameterNetwork, chosen: torch.Tensor) -> torch.Tensor:
        """Return the mean loss over the chosen sites (positions), differentiable."""


def fit(
    module: ParameterNetwork,
    training: Task,
    validation: Task,
    settings: NetworkSettings,
    generator: torch.Generator,
    on_epoch: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> pd.DataFrame:
    """Train ``module`` in place up to its best epoch on ``validation``; return one row per epoch."""
    optimiser = _optimiser(module, settings)
    slower = ReduceLROnPlateau(optimiser, factor=0.5, patience=settings.patience // 3)
    best, best_epoch, best_weights, rows = np.inf, 0, {}, []
    for epoch in range(1, settings.max_epochs + 1):
        if should_stop is not None and should_stop():
            raise Cancelled(f"training stopped at epoch {epoch}")
        rate = optimiser.param_groups[0]["lr"]
        trained = _one_epoch(module, training, settings, optimiser, generator)
        found = evaluate(module, validation)
        rows.append({"epoch": epoch, "train": trained, "validation": found, "learning_rate": rate})
        if found < best:
            best, best_epoch = found, epoch
            best_weights = {name: value.clone() for name, value in module.state_dict().items()}
        if settings.schedule == "plateau":
            slower.step(found)
        if on_epoch is not None:
            on_epoch(Progress(epoch, settings.max_epochs, f"epoch {epoch}", rows[-1]))
        if not best_weights or epoch - best_epoch >= settings.patience:
            break
    if not best_weights:
        raise InputError(f"network: expected a finite validation loss, found {found} after one epoch")
    module.load_state_dict(best_weights)
    return pd.DataFrame(rows)


def batch_size(settings: NetworkSettings, sites: int) -> int:
    """Return the sites of a training step, so many that an epoch has at most ``max_batches`` steps.

    >>> batch_size(NetworkSettings("large", batch_size=32), 26_000)
    260
    """
    return max(settings.batch_size, -(-sites // settings.max_batches) if settings.max_batches else 1)


def evaluate(module: ParameterNetwork, task: Task) -> float:
    """Return the loss over all sites of a task, without dropout."""
    module.eval()
    with torch.no_grad():
        return float(task.loss(module, torch.arange(len(task))))


def _one_epoch(
    module: ParameterNetwork,
    task: Task,
    settings: NetworkSettings,
    optimiser: torch.optim.Optimizer,
    generator: torch.Generator,
) -> float:
    module.train()
    total, size = 0.0, batch_size(settings, len(task))
    for chosen in torch.randperm(len(task), generator=generator).split(size):
        optimiser.zero_grad(set_to_none=True)
        loss = task.loss(module, chosen)
        loss.backward()
        if settings.largest_gradient > 0:
            torch.nn.utils.clip_grad_norm_(module.parameters(), settings.largest_gradient)
        optimiser.step()
        total += float(loss.detach()) * len(chosen)
    return total / len(task)


def _optimiser(module: ParameterNetwork, settings: NetworkSettings) -> torch.optim.Optimizer:
    kind = {"adamw": torch.optim.AdamW, "adadelta": torch.optim.Adadelta}[settings.optimiser]
    return kind(module.parameters(), lr=settings.learning_rate, weight_decay=settings.weight_decay)


@contextmanager
def deterministic() -> Iterator[None]:
    """Use deterministic algorithms on one thread within the block.

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
