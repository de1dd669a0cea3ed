"""The specification of an assimilation: all choices, none of the data."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from types import MappingProxyType

import xarray as xr

from proda_core.assimilation.schedules import Schedule, schedule_of
from proda_core.records.checks import expect, one_of
from proda_core.records.forcing import Forcing
from proda_core.records.profiles import Profiles
from proda_core.soil_model.columns import default_water
from proda_core.soil_model.settings import ModelSettings
from proda_core.vocabulary.parameters import PRIORS, Prior


@dataclass(frozen=True, eq=False)
class AssimilationSpec:
    """Schedule, prior, settings of the soil model, and seed: all that a worker needs besides data."""

    schedule: Schedule
    prior: Prior
    settings: ModelSettings
    seed: int

    def __getstate__(self) -> dict:
        """Return the state with the prior by its content: its read-only view of bounds does not pickle."""
        prior = (self.prior.name, self.prior.source, dict(self.prior.bounds))
        return {"schedule": self.schedule, "prior": prior, "settings": self.settings, "seed": self.seed}

    def __setstate__(self, state: dict) -> None:
        name, source, bounds = state.pop("prior")
        for key, value in state.items():
            object.__setattr__(self, key, value)
        object.__setattr__(self, "prior", Prior(name, source, MappingProxyType(bounds)))

    def to_dict(self) -> dict:
        """Return the choices as plain values for JSON."""
        return {
            "schedule": self._schedule_in_use(),
            "prior": {"name": self.prior.name, "bounds": {k: list(v) for k, v in self.prior.bounds.items()}},
            "settings": asdict(self.settings),
            "seed": self.seed,
        }

    def _schedule_in_use(self) -> dict:
        """Return the schedule without unused fields, so that work from before they existed resumes."""
        choices = asdict(self.schedule)
        if self.schedule.errors != "lognormal_estimated":
            choices = {name: v for name, v in choices.items() if not name.startswith("error_")}
        return choices


def spec_of(
    forcing: Forcing, schedule: str | Schedule, prior: str | Prior, settings: ModelSettings | None, seed: int
) -> AssimilationSpec:
    """Return the checked choices of a run; the soil model's settings follow from the forcing if not given."""
    if isinstance(prior, str):
        prior = PRIORS[one_of(prior, PRIORS, "prior")]
    settings = settings or ModelSettings(grid=forcing.grid.name, water=default_water(forcing))
    expect(
        not settings.texture,
        "texture: expected False in an assimilation, which samples fs1s2 and fs1s3, found True",
    )
    expect(seed >= 0, f"seed: expected a number from 0 on, found {seed}")
    return AssimilationSpec(schedule_of(schedule), prior, settings, int(seed))


def with_spec_attributes(ds: xr.Dataset, spec: AssimilationSpec) -> xr.Dataset:
    """Return the result with the choices it was made with as attributes."""
    return ds.assign_attrs(
        schedule=spec.schedule.to_json(),
        prior=spec.prior.name,
        seed=spec.seed,
        grid=spec.settings.grid,
        bedrock=spec.settings.bedrock,
        water=spec.settings.water,
    )


def fingerprint(profiles: Profiles, forcing: Forcing, spec: AssimilationSpec) -> str:
    """Return the SHA-256 of the choices and of every number the result depends on."""
    digest = hashlib.sha256(json.dumps(spec.to_dict(), sort_keys=True).encode())
    for record in (profiles, forcing):
        for name in sorted(map(str, record.ds.variables)):
            values = record.ds[name].values
            if values.dtype.kind in "fiub":
                digest.update(f"{name} {values.dtype} {values.shape}".encode())
                digest.update(values.tobytes())
    return digest.hexdigest()
