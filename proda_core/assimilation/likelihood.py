"""Fields of a schedule that belong to its likelihood, not to its sampler."""

from __future__ import annotations

from proda_core.assimilation.schedules import Schedule

_FIELDS = (
    *("sigma_fraction", "weights", "end_weight", "errors", "operator"),
    *("error_scale", "error_scale_weight", "error_correlation"),
)


def likelihood_of(schedule: Schedule) -> dict[str, object]:
    """Return the fields that the cost of given parameters depends on, by name.

    >>> from proda_core.assimilation.schedules import SCHEDULES
    >>> likelihood_of(SCHEDULES["modern"])["errors"]
    'lognormal_estimated'
    """
    return {name: getattr(schedule, name) for name in _FIELDS}
