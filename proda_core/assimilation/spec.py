"""The specification of an assimilation: all choices, none of the data."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import asdict, dataclass
from types import MappingProxyType

import xarray as xr

from proda_core.assimilation.schedules import Schedule, prior_of, schedule_of
from proda_core.records.checks import expect
from proda_core.records.forcing import Forcing
from proda_core.records.prior_attributes import named_prior, prior_attributes
from proda_core.records.profiles import Profiles
from proda_core.soil_model.settings import ModelSettings
from proda_core.soil_model.water_form import expect_water, settings_of_prior
from proda_core.vocabulary.parameters import Prior


@dataclass(frozen=True, eq=False)
class AssimilationSpec:
    """Schedule, prior, settings of the soil model, and seed: all that a worker needs besides data."""

    schedule: Schedule
    prior: Prior
    settings: ModelSettings
    seed: int

    def __getstate__(self) -> dict:
        """Return the state with the prior by its content: its read-only view of bounds does not pickle."""
        prior = (self.prior.name, self.prior.source, dict(self.prior.bounds), dict(self.prior.scores))
        return {"schedule": self.schedule, "prior": prior, "settings": self.settings, "seed": self.seed}

    def __setstate__(self, state: dict) -> None:
        name, source, bounds, scores = state.pop("prior")
        for key, value in state.items():
            object.__setattr__(self, key, value)
        prior = Prior(name, source, MappingProxyType(bounds), MappingProxyType(scores))
        object.__setattr__(self, "prior", prior)

    def to_dict(self) -> dict:
        """Return the choices as plain values for JSON."""
        return {
            "schedule": self._schedule_in_use(),
            "prior": self._prior_in_use(),
            "settings": asdict(self.settings),
            "seed": self.seed,
        }

    def _prior_in_use(self) -> dict:
        """Return the prior, without scores where it is uniform, so that earlier work resumes."""
        prior = {"name": self.prior.name, "bounds": {k: list(v) for k, v in self.prior.bounds.items()}}
        if not self.prior.is_uniform:
            prior["scores"] = {k: list(v) for k, v in self.prior.scores.items()}
        return prior

    def _schedule_in_use(self) -> dict:
        """Return the schedule without unused fields, so that work from before they existed resumes."""
        choices = asdict(self.schedule)
        del choices["gelman_rubin_limit"]  # judges finished chains, and is judged again when they are read
        if self.schedule.errors != "lognormal_estimated":
            choices = {name: v for name, v in choices.items() if not name.startswith("error_")}
        if self.schedule.mode_starts == 0:
            del choices["mode_starts"]
        return choices


def spec_of(
    forcing: Forcing,
    schedule: str | Schedule,
    prior: str | Prior | None,
    settings: ModelSettings | None,
    seed: int,
) -> AssimilationSpec:
    """Return the checked choices of a run; those of the soil model follow from prior and forcing.

    prior : by default the schedule's own
    """
    schedule = schedule_of(schedule)
    prior = named_prior(prior_of(schedule) if prior is None else prior)
    settings = settings or settings_of_prior(forcing, prior)
    expect_water(settings, prior, forcing)
    expect(
        not settings.texture,
        "texture: expected False in an assimilation, which samples fs1s2 and fs1s3, found True",
    )
    expect(seed >= 0, f"seed: expected a number from 0 on, found {seed}")
    _expect_prior(prior, schedule)
    return AssimilationSpec(schedule, prior, settings, int(seed))


def _expect_prior(prior: Prior, schedule: Schedule) -> None:
    """Refuse scores that are no distribution, and an informed prior of chains that walk in the box."""
    for name, (location, scale) in prior.scores.items():
        expect(
            name in prior.bounds and math.isfinite(location) and 0 < scale < math.inf,
            f"prior {prior.name}: expected a location and a scale above 0 of a sampled parameter, "
            f"found {location:g} and {scale:g} of {name}",
        )
    expect(
        prior.is_uniform or schedule.space == "probit",
        f"schedule {schedule.name}: space: expected probit with prior {prior.name}, which is not uniform, "
        f"found {schedule.space}",
    )


def with_spec_attributes(ds: xr.Dataset, spec: AssimilationSpec) -> xr.Dataset:
    """Return the result with the choices it was made with as attributes."""
    return ds.assign_attrs(
        schedule=spec.schedule.to_json(),
        **prior_attributes(spec.prior),
        seed=spec.seed,
        grid=spec.settings.grid,
        bedrock=spec.settings.bedrock,
        water=spec.settings.water,
        advection=spec.settings.advection,
        minpsi=spec.settings.minpsi,
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
