"""The steady state as a torch function: SOC of many columns, differentiable in the parameters."""

from __future__ import annotations

import numpy as np
import torch

from proda_core.records.checks import InputError
from proda_core.soil_model.columns import Columns
from proda_core.soil_model.steady_state import soc, soc_gradient


class _SteadyState(torch.autograd.Function):
    @staticmethod
    def forward(ctx, parameters: torch.Tensor, columns: Columns, index: np.ndarray) -> torch.Tensor:
        values = parameters.detach().cpu().numpy().astype(np.float64)
        ctx.task = (columns, values, index, parameters.dtype, parameters.device)
        return torch.from_numpy(soc(columns, values, index)).to(parameters)

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx, weights: torch.Tensor) -> tuple[torch.Tensor, None, None]:
        columns, values, index, dtype, device = ctx.task
        weights = weights.detach().cpu().numpy().astype(np.float64)
        slope = soc_gradient(columns, values, index, weights)
        return torch.from_numpy(slope).to(device=device, dtype=dtype), None, None


def soc_layer(columns: Columns, parameters: torch.Tensor, index: np.ndarray) -> torch.Tensor:
    """Return SOC at the nodes of many columns, shape (n, layer) [gC m-3], with gradients to the parameters.

    parameters : (n, parameter), physical units, the vocabulary's order; computed in double
        precision whatever their type
    index : (n,), which column each row belongs to
    The backward pass is the adjoint of :mod:`proda_core.soil_model.adjoint`: one transposed solve
    whatever the number of parameters.

    Raises InputError if the columns are texture-dependent (their transfers are no parameters).
    """
    if columns.settings.texture:
        raise InputError("soc_layer: expected columns with texture=False, found texture=True")
    return _SteadyState.apply(parameters, columns, np.asarray(index))
