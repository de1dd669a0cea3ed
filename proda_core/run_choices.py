"""The choices of a run: resolved from arguments, written to its settings, read back to resume it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from proda_core.assimilation.batch_schedules import batch_schedule_of
from proda_core.assimilation.sampler_needs import RANDOM_WALK
from proda_core.assimilation.schedules import Schedule, from_json, prior_of, schedule_of
from proda_core.method_options import MethodChoices, field_names
from proda_core.network.settings import NetworkSettings, preset
from proda_core.records.checks import InputError, one_of, seed_of
from proda_core.records.forcing import Forcing
from proda_core.run_study import model_of_run
from proda_core.runs import SETTINGS, SITES_AT_MOST, Run
from proda_core.soil_model.settings import ModelSettings
from proda_core.soil_model.water_form import settings_of_prior
from proda_core.stages import STAGES
from proda_core.vocabulary.parameters import PRIORS

BATCH_SITES: tuple[str, ...] = ("training", "all")


@dataclass(frozen=True)
class Choices:
    """The arguments of ``journey.run`` that determine its result, besides the study.

    schedule, batch_schedule : of a site, and of all sites together
    sites_at_most : 0 for all sites
    end_to_end : None leaves the stage out
    model : settings of the soil model, the same in every stage
    batch_sites : "training" sites, or "all", which lets batch assimilation see the held-out sites
    npp : name and SHA-256 of the file of net primary production that replaces the carbon input; or None
    """

    schedule: Schedule
    batch_schedule: Schedule
    seed: int
    prior: str
    split_by: str
    network: NetworkSettings
    sites_at_most: int
    end_to_end: NetworkSettings | None
    model: ModelSettings
    batch_sites: str = "training"
    npp: Mapping[str, str] | None = None

    @classmethod
    def from_arguments(
        cls,
        *,
        schedule: str | Schedule,
        batch_schedule: Schedule | None,
        network: str | NetworkSettings,
        end_to_end: str | NetworkSettings | None,
        sites_at_most: int | None,
        prior: str | None,
        train_on: str | None = None,
        method: MethodChoices,
        forcing: Forcing,
        earlier: Run | None,
        **others: Any,
    ) -> Choices:
        """Resolve presets and defaults.

        earlier : the run that is resumed; one of a release without settings of the soil model keeps those
            that release computed with

        Raises InputError where a preset is unknown or choices exclude each other.
        """
        prior = one_of(prior or prior_of(schedule), PRIORS, "prior")
        keeps = earlier is not None and "model" not in earlier.settings["choices"] and not method.model
        found = cls(
            schedule=schedule_of(schedule).with_(**method.schedule),
            batch_schedule=_batch_schedule(schedule, batch_schedule, method.schedule),
            prior=prior,
            network=_network(network, train_on),
            end_to_end=None if end_to_end is None else preset(end_to_end),
            sites_at_most=_sites_at_most(schedule, sites_at_most),
            model=model_of_run(earlier, forcing)
            if keeps
            else settings_of_prior(forcing, PRIORS[prior], **method.model),
            **others,
        )
        one_of(found.batch_sites, BATCH_SITES, "batch_sites")
        seed_of(found.seed)
        return found

    def to_dict(self) -> dict[str, Any]:
        """Plain values for ``settings.json``."""
        return {
            "schedule": self.schedule.name,
            "seed": self.seed,
            "prior": self.prior,
            "split_by": self.split_by,
            "network": self.network.to_dict(),
            "sites_at_most": self.sites_at_most,
            "end_to_end": self.end_to_end and self.end_to_end.to_dict(),
            "model": asdict(self.model),
            "batch_sites": self.batch_sites,
            "npp": self.npp and dict(self.npp),
        }

    def details(self) -> dict[str, Any]:
        """Every field of the schedules behind the schedule's name, as plain values."""
        return {"site_level": asdict(self.schedule), "batch": asdict(self.batch_schedule)}

    def stages(self) -> list[str]:
        """Names of the stages to compute; an optional one only if the choice of its name is not None."""
        return [name for name, stage in STAGES.items() if not stage.optional or getattr(self, name)]


def before_these_choices(earlier: Run, forcing: Forcing) -> dict[str, Any]:
    """Return the values of later choices with which releases without them computed a run."""
    return {"model": asdict(model_of_run(earlier, forcing)), "batch_sites": "training", "npp": None}


def stored_choices(run: Run) -> dict[str, Any]:
    """Arguments with which ``journey.run`` resumes ``run``, all but its study and directory.

    Raises InputError where its settings hold values of another kind.
    """
    try:
        return _stored_choices(run)
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        where = run.directory / SETTINGS
        raise InputError(f"{where}: expected the choices of a run, found others ({error})") from error


def _stored_choices(run: Run) -> dict[str, Any]:
    choices = {name: value for name, value in run.settings["choices"].items() if name != "study"}
    for name in ("network", "end_to_end"):
        if choices.get(name):
            choices[name] = NetworkSettings.from_dict(choices[name])
    details = run.settings.get("details") or {}
    for name, part in (("schedule", "site_level"), ("batch_schedule", "batch")):
        if part in details:
            choices[name] = from_json(json.dumps(details[part]))
    model = {name: value for name, value in choices.pop("model", {}).items() if name in field_names()}
    return choices | model


def _network(network: str | NetworkSettings, train_on: str | None) -> NetworkSettings:
    """Settings of the network, with the sites it trains on where they are chosen."""
    return preset(network) if train_on is None else preset(network).changed(train_on=train_on)


def _sites_at_most(schedule: str | Schedule, chosen: int | None) -> int:
    return SITES_AT_MOST.get(schedule_of(schedule).name, 0) if chosen is None else chosen


def _batch_schedule(
    schedule: str | Schedule, batch_schedule: Schedule | None, chosen: Mapping[str, Any]
) -> Schedule:
    """The batch schedule with the choices for sites; without the sampler, and lengths of another meaning.

    An iteration of sampler hmc is a leapfrog step at a site and a trajectory in a batch.
    """
    batch = batch_schedule or batch_schedule_of(schedule)
    of_sites = chosen.get("sampler", schedule_of(schedule).sampler)
    is_other = of_sites != batch.sampler or batch.sampler == "hmc"
    left_out = {"sampler", *(RANDOM_WALK if is_other else ())}
    return batch.with_(**{name: value for name, value in chosen.items() if name not in left_out})
