"""A trained network: predicts parameters, and is saved as a folder of JSON and plain weights."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import torch
import xarray as xr

from proda_core.network.encoding import Encoder
from proda_core.network.model import ParameterNetwork
from proda_core.network.settings import NetworkSettings
from proda_core.records.checks import InputError, expect
from proda_core.records.covariates import Covariates
from proda_core.records.prior_attributes import prior_attributes, prior_from
from proda_core.vocabulary.parameters import UNITS, Prior

DESCRIPTION, WEIGHTS = "network.json", "weights.pt"


@dataclass(frozen=True, eq=False)
class TrainedNetwork:
    """Covariates -> parameters.

    settings, encoder, prior : choices of training, encoding of covariates, box of the parameters
    weights : tensors by name
    seed : of initial weights, batches and dropout
    history : one row per epoch: epoch, train, validation, learning_rate
    counts : sites used and left out, by part and reason
    """

    settings: NetworkSettings
    encoder: Encoder
    prior: Prior
    weights: dict[str, torch.Tensor]
    seed: int
    history: pd.DataFrame
    counts: dict = field(default_factory=dict)

    def unit(self, covariates: Covariates) -> np.ndarray:
        """Return parameters in the unit cube (site, parameter)."""
        return self.unit_of(*self.encoder.encode(covariates))

    def unit_of(self, numbers: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """Return parameters in the unit cube (site, parameter) of covariates that are encoded already."""
        with torch.no_grad():
            return self.module()(torch.from_numpy(numbers), torch.from_numpy(rows)).numpy().astype(float)

    def predict(self, covariates: Covariates) -> xr.Dataset:
        """Return parameters ``mean(site, parameter)`` in physical units, always inside the prior box.

        ``outside(site)`` counts the covariates beyond the range of the training sites.
        """
        unit = [UNITS[name] for name in self.prior.names]
        ds = xr.Dataset(
            {
                "mean": (("site", "parameter"), self.prior.to_physical(self.unit(covariates))),
                "outside": ("site", self.encoder.outside(covariates)),
            },
            coords={
                "site": covariates.sites,
                "parameter": list(self.prior.names),
                "parameter_unit": ("parameter", unit),
            },
            attrs={**prior_attributes(self.prior), "seed": self.seed, "network": self.settings.name},
        )
        ds["mean"].attrs["long_name"] = "predicted parameter"
        ds["outside"].attrs["long_name"] = "covariates outside what was trained on"
        return ds

    def module(self, generator: torch.Generator | None = None) -> ParameterNetwork:
        """Return a new torch module with these weights for prediction; ``generator`` is for more training."""
        module = ParameterNetwork(
            self.encoder.width,
            self.encoder.categories,
            len(self.prior.names),
            self.settings,
            generator or torch.Generator().manual_seed(self.seed),
        )
        module.load_state_dict(self.weights)
        return module.eval()

    def save(self, directory: Path) -> None:
        """Write ``network.json`` and ``weights.pt`` into ``directory``."""
        directory = Path(directory)
        directory.mkdir(parents=True, exist_ok=True)
        description = {
            "settings": self.settings.to_dict(),
            "encoder": asdict(self.encoder),
            **prior_attributes(self.prior),
            "seed": self.seed,
            "counts": self.counts,
            "history": self.history.to_dict(orient="list"),
        }
        (directory / DESCRIPTION).write_text(json.dumps(description, indent=1))
        torch.save(self.weights, directory / WEIGHTS)


def load_member(directory: Path) -> TrainedNetwork:
    """Load a network from a folder; weights are read as tensors only, no code is run."""
    directory = Path(directory)
    for name in (DESCRIPTION, WEIGHTS):
        expect((directory / name).is_file(), f"{directory}: expected a trained network, found no {name}")
    try:
        description = json.loads((directory / DESCRIPTION).read_text())
        encoder = {k: _tuples(v) for k, v in description["encoder"].items()}
        return TrainedNetwork(
            settings=NetworkSettings.from_dict(description["settings"]),
            encoder=Encoder(**encoder),
            prior=prior_from(description),
            weights=torch.load(directory / WEIGHTS, weights_only=True),
            seed=description["seed"],
            history=pd.DataFrame(description["history"]),
            counts=description["counts"],
        )
    except InputError:
        raise
    except Exception as error:  # torch, JSON and the records raise some ten kinds on damaged files
        raise InputError(f"{directory}: expected a trained network, found damaged files ({error})") from error


def _tuples(value: object) -> object:
    return tuple(_tuples(item) for item in value) if isinstance(value, list) else value
