"""The network itself: embeddings, hidden layers, and outputs inside the unit cube.

All randomness comes from a generator that is an argument, never from torch's global one: two
trainings in one process are independent, and the same seed gives the same numbers.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from proda_core.network.settings import NetworkSettings

MARGIN = 1e-3  # outputs stay this far inside the unit cube: zero bounds of the prior are open
_ACTIVATIONS = {"relu": nn.ReLU, "silu": nn.SiLU}


class Dropout(nn.Module):
    """Dropout that draws from its own generator."""

    def __init__(self, share: float, generator: torch.Generator) -> None:
        super().__init__()
        self.share = share
        self.generator = generator

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Zero a share of x and scale up the rest; x itself when not training."""
        if not self.training or self.share == 0:
            return x
        keep = torch.rand(x.shape, generator=self.generator) >= self.share
        return x * keep / (1 - self.share)


class ParameterNetwork(nn.Module):
    """Numbers (site, width) and embedding rows (site, category) -> unit cube (site, parameter)."""

    def __init__(
        self,
        width: int,
        categories: tuple[int, ...],
        outputs: int,
        settings: NetworkSettings,
        generator: torch.Generator,
    ) -> None:
        super().__init__()
        self.embeddings = nn.ModuleList(_embedding(rows) for rows in categories)
        sizes = (width + sum(embedding_width(rows) for rows in categories), *settings.hidden)
        layers: list[nn.Module] = []
        for inward, outward in zip(sizes[:-1], sizes[1:], strict=True):
            layers += [_linear(inward, outward), _ACTIVATIONS[settings.activation]()]
            layers.append(Dropout(settings.dropout, generator))
        self.hidden = nn.Sequential(*layers)
        self.last = _linear(sizes[-1], outputs)
        _initialise(self, generator)

    def start_from(self, mean: np.ndarray) -> None:
        """Set the bias of the outputs so that an untrained network predicts about ``mean`` (parameter,)."""
        inside = (np.clip(mean, 2 * MARGIN, 1 - 2 * MARGIN) - MARGIN) / (1 - 2 * MARGIN)
        with torch.no_grad():
            self.last.bias.copy_(torch.from_numpy(np.log(inside) - np.log(1 - inside)))

    def forward(self, numbers: torch.Tensor, rows: torch.Tensor) -> torch.Tensor:
        """Return parameters in the unit cube, at least :data:`MARGIN` away from its faces."""
        embedded = [embedding(rows[:, i]) for i, embedding in enumerate(self.embeddings)]
        hidden = self.hidden(torch.cat([numbers, *embedded], dim=1))
        return MARGIN + (1 - 2 * MARGIN) * torch.sigmoid(self.last(hidden))


def _linear(inward: int, outward: int) -> nn.Linear:
    """Return a layer without initial values; torch's global generator is not advanced.

    Not by ``skip_init``, which loads torch's compiler to learn the shape: seconds.
    """
    with torch.random.fork_rng(devices=[]):
        return nn.Linear(inward, outward)


def _embedding(rows: int) -> nn.Embedding:
    """Return an embedding without initial values."""
    return nn.Embedding.from_pretrained(torch.empty(rows, embedding_width(rows)), freeze=False)


def embedding_width(rows: int) -> int:
    """Return the numbers per category: half of its rows, at most 8.

    >>> [embedding_width(rows) for rows in (1, 3, 50)]
    [1, 2, 8]
    """
    return min(8, (rows + 1) // 2)


def _initialise(module: nn.Module, generator: torch.Generator) -> None:
    """Initialise layers by Kaiming, embeddings small, the last layer near the middle of the prior."""
    with torch.no_grad():
        for part in module.modules():
            if isinstance(part, nn.Linear):
                nn.init.kaiming_uniform_(part.weight, nonlinearity="relu", generator=generator)
                nn.init.zeros_(part.bias)
            elif isinstance(part, nn.Embedding):
                nn.init.normal_(part.weight, std=0.1, generator=generator)
        module.last.weight.mul_(0.1)
