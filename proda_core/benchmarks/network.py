"""Cost of training: one network to its early stop, and one epoch through the soil model."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import torch
import xarray as xr

from proda_core.benchmarks.columns import random_forcing
from proda_core.benchmarks.steps import OnProgress, Steps
from proda_core.network.end_to_end import train_end_to_end
from proda_core.network.settings import PRESETS
from proda_core.network.train import train
from proda_core.records.covariates import Covariates
from proda_core.records.posterior import Posterior
from proda_core.records.profiles import Profiles
from proda_core.soil_model.gradient import soc_layer
from proda_core.soil_model.steady_state import prepare
from proda_core.vocabulary.parameters import PRIORS

_NUMBERS, _CATEGORIES, _CODES = 54, 6, 12  # 60 covariates, as many of them codes as in the chapter
_DEPTHS = np.array([0.05, 0.15, 0.35, 0.7, 1.2, 1.8])  # m, a median profile
_TRAIN_TARGET, _EPOCH_TARGET = 90.0, 3.0  # s


def measure(quick: bool = False, on_progress: OnProgress | None = None) -> list[dict]:
    """Return rows of name, value, unit and target, of random sites."""
    sites, profiles, dense = (2_000, 2_500, 20) if quick else (20_000, 25_000, 100)
    step = Steps(3, on_progress)
    step("to the early stop")
    seconds, epochs = _to_early_stop(sites)
    step("an end-to-end epoch")
    epoch = _epoch_end_to_end(profiles)
    step("gradients")
    structured, plain = _gradient_of_profiles(dense)
    return [
        _row(f"one network to its early stop, {sites} sites", seconds, "s", None if quick else _TRAIN_TARGET),
        _row("epochs of that", epochs, "epochs", None),
        _row(
            f"end-to-end epoch, {profiles} profiles, 20 layers", epoch, "s", None if quick else _EPOCH_TARGET
        ),
        _row("gradient of one profile, structured adjoint", structured * 1e6, "us", None),
        _row("gradient of one profile, plain torch dense solve", plain * 1e6, "us", None),
        _row("dense per structured, same profiles", plain / structured, "ratio", None),
    ]


def random_covariates(sites: int, seed: int) -> Covariates:
    """Random covariates: correlated numbers with gaps, and codes."""
    rng = np.random.default_rng(seed)
    numbers = rng.normal(size=(sites, 8)) @ rng.normal(size=(8, _NUMBERS)) + rng.normal(
        size=(sites, _NUMBERS)
    )
    numbers[rng.random(numbers.shape) < 0.01] = np.nan
    ds = xr.Dataset(coords={"site": np.arange(sites)})
    for j in range(_NUMBERS):
        ds[f"number{j}"] = ("site", numbers[:, j], {"units": "1"})
    legend = {"flag_values": list(range(_CODES)), "flag_meanings": " ".join(f"c{i}" for i in range(_CODES))}
    for j in range(_CATEGORIES):
        ds[f"code{j}"] = ("site", rng.integers(0, _CODES, sites), legend)
    return Covariates(ds)


def random_posterior(covariates: Covariates, seed: int) -> Posterior:
    """Random posteriors that depend on the covariates, with noise."""
    prior, rng, sites = PRIORS["proda"], np.random.default_rng(seed), len(covariates)
    numbers = np.nan_to_num(covariates.to_frame().to_numpy(float)[:, :_NUMBERS])
    score = numbers @ rng.normal(size=(_NUMBERS, 21)) / 15 + rng.normal(0, 0.7, (sites, 21))
    width = prior.upper - prior.lower
    spread = rng.uniform(0.1, 0.28, (sites, 21)) * width
    per_parameter = ("site", "parameter")
    return Posterior(
        xr.Dataset(
            {
                "mean": (per_parameter, prior.to_physical(1 / (1 + np.exp(-score)))),
                "sd": (per_parameter, spread),
                "covariance": ((*per_parameter, "parameter_2"), np.eye(21) * spread[:, None, :] ** 2),
                "verdict": ("site", np.zeros(sites, dtype=int)),
            },
            coords={"site": np.arange(sites), "parameter": list(prior.names)},
            attrs={"prior": "proda"},
        )
    )


def _to_early_stop(sites: int) -> tuple[float, int]:
    covariates = random_covariates(sites, seed=1)
    posterior, parts = random_posterior(covariates, seed=2), _split(sites)
    began = time.perf_counter()
    network = train(covariates, posterior, parts, "modern", seed=3)
    return time.perf_counter() - began, len(network.history)


def _epoch_end_to_end(sites: int) -> float:
    inputs = _profiles(sites), random_forcing("clm5_20", sites, seed=4), random_covariates(sites, seed=5)
    settings = replace(PRESETS["end_to_end"], max_epochs=3)
    ends: list[float] = []
    train_end_to_end(
        *inputs, _split(sites), settings, seed=6, on_epoch=lambda _: ends.append(time.perf_counter())
    )
    return min(np.diff(ends))


def _gradient_of_profiles(sites: int) -> tuple[float, float]:
    """Seconds per profile for SOC and its gradient: the adjoint, and autograd through dense solves."""
    columns = prepare(random_forcing("clm5_20", sites, seed=7))
    prior = PRIORS["binn"]
    unit = np.random.default_rng(8).uniform(0.2, 0.8, (sites, len(prior.names)))
    parameters = torch.from_numpy(prior.full(prior.to_physical(unit))).requires_grad_()
    many = parameters.detach().repeat(50, 1).requires_grad_()
    index = np.tile(np.arange(sites), 50)
    soc_layer(columns, many, index).sum().backward()
    began = time.perf_counter()
    soc_layer(columns, many, index).sum().backward()
    structured = (time.perf_counter() - began) / len(index)
    return structured, _dense_seconds(sites)


def _dense_seconds(sites: int) -> float:
    """A batched dense solve of 140 pools and its gradient, which is what plain torch does per profile."""
    generator = torch.Generator().manual_seed(9)
    size = 140
    matrix = torch.rand((sites, size, size), generator=generator, dtype=torch.float64) / size
    matrix = (matrix - 2 * torch.eye(size, dtype=torch.float64)).requires_grad_()
    source = torch.ones((sites, size, 1), dtype=torch.float64)
    torch.linalg.solve(matrix, source).sum().backward()
    began = time.perf_counter()
    torch.linalg.solve(matrix, source).sum().backward()
    return (time.perf_counter() - began) / sites


def _profiles(sites: int) -> Profiles:
    rng, n = np.random.default_rng(10), len(_DEPTHS)
    depth = np.tile(_DEPTHS, sites)
    carbon = 40e3 * np.exp(-depth / 0.4) * rng.lognormal(0, 0.6, sites * n) + 500
    return Profiles(
        xr.Dataset(
            {
                "lon": ("profile", rng.uniform(-120, -70, sites)),
                "lat": ("profile", rng.uniform(28, 48, sites)),
                "profile_id": ("profile", np.arange(sites)),
                "place": ("profile", np.arange(sites)),
                "row_size": ("profile", np.full(sites, n)),
                "depth": ("observation", depth),
                "carbon": ("observation", carbon),
                "usable": ("observation", np.zeros(sites * n, dtype=np.int8)),
            },
            coords={"profile": np.arange(sites)},
        )
    )


def _split(sites: int) -> xr.Dataset:
    parts = np.where(np.arange(sites) % 10 == 0, "validation", "train")
    return xr.Dataset({"split": ("profile", parts)}, coords={"profile": np.arange(sites)})


def _row(name: str, value: float, unit: str, target: float | None) -> dict:
    return {"name": name, "value": float(value), "unit": unit, "target": target}
