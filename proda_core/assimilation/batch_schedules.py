"""Schedules of a batch: the presets for sites with what one parameter set for all profiles needs."""

from __future__ import annotations

from types import MappingProxyType

from proda_core.assimilation.schedules import SCHEDULES, Schedule
from proda_core.records.checks import one_of

_TEMPERED = {"space": "probit", "first_step": 1.0, "target_acceptance": 0.234, "first_temperature": 1e3}
_LONG = {
    "test_iterations": 50_000,
    "formal_iterations": 200_000,
    "max_formal_iterations": 200_000,
    "stored_draws": 1_000,
}  # [ch37]
_SHORT = {
    "test_iterations": 16_000,
    "formal_iterations": 16_000,
    "max_formal_iterations": 16_000,
    "stored_draws": 200,
}
_BY_GRADIENT = {"mode_starts": 8, "test_iterations": 300, "formal_iterations": 600,
                "max_formal_iterations": 4_800, "keep_every": 1, "diagnosed_draws": 1_000,
                "stored_draws": 1_000, "target_acceptance": 0.8, "acceptance_window": (0.0, 1.0),
                "max_reruns": 0}  # fmt: skip


def _batch_form(schedule: Schedule) -> dict:
    """Return the fields in which the batch of a preset for sites differs from it, but for chains."""
    if schedule.sampler == "hmc":
        return _BY_GRADIENT
    return _TEMPERED | (_SHORT if schedule.name == "quick" else _LONG)


#: The same choices for one parameter set that all profiles share; [ch37]: 50,000 + 200,000 iterations
#: and 1,000 draws of one chain. Its posterior is at bounds of the prior and a thousand times narrower
#: than it: chains in the box that start at draws of the prior do not find it, so random walks use probit
#: space and a tempered start, and ``modern`` searches the modes first and follows the gradient.
BATCH_SCHEDULES = MappingProxyType(
    {
        name: site.with_(**_batch_form(site), chains=1 if name == "quick" else site.chains)
        for name, site in SCHEDULES.items()
    }
)


def batch_schedule_of(schedule: str | Schedule) -> Schedule:
    """Return the batch schedule of a name, or of a schedule as given.

    A preset for sites with other choices, such as ``SCHEDULES["chapter"].with_(chains=4)``, gets the
    space, the tempering and the lengths of the batch preset of that name where they are the site preset's
    own: without them the chains would not find the mode.

    >>> batch_schedule_of(SCHEDULES["chapter"].with_(chains=4)) == BATCH_SCHEDULES["chapter"].with_(chains=4)
    True

    Raises InputError for an unknown name.
    """
    if isinstance(schedule, str):
        return BATCH_SCHEDULES[one_of(schedule, BATCH_SCHEDULES, "batch schedule")]
    if schedule.name not in SCHEDULES:
        return schedule
    preset = SCHEDULES[schedule.name].with_(sampler=schedule.sampler, annealed=schedule.annealed)
    if any(getattr(schedule, f) != getattr(preset, f) for f in _TEMPERED):
        return schedule
    form = _batch_form(schedule)
    return schedule.with_(
        **{f: value for f, value in form.items() if getattr(schedule, f) == getattr(preset, f)}
    )
