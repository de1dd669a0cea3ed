"""The request of an assimilation, as JSON for a worker process and for disk."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field

from dashboard.state.assimilation_choices import MOST_SITES
from dashboard.state.modes import ALL, CHOSEN, EACH
from proda_core.assimilation.schedules import Schedule, from_json


@dataclass(frozen=True)
class AssimilationRequest:
    """What an assimilation computes.

    mode : one of :data:`dashboard.state.modes.MODES`
    sites : the chosen sites: those that are assimilated, or where the result for all sites is shown
    model : chosen settings of the soil model by name; the others follow from prior and data set
    """

    mode: str
    data: str
    sites: tuple[int, ...]
    schedule: Schedule
    prior: str
    seed: int
    model: dict[str, object] = field(default_factory=dict, hash=False)

    @property
    def shared(self) -> bool:
        """Whether many sites share one parameter set (batch assimilation)."""
        return self.mode != EACH

    @property
    def shown(self) -> tuple[int, ...]:
        """The sites whose fit is shown."""
        return self.sites[:MOST_SITES]

    @property
    def shared_by(self) -> str:
        """The sites that share the parameter set, in words; empty where each site has its own."""
        return {ALL: "All sites", CHOSEN: _counted(self.sites)}.get(self.mode, "")

    @property
    def title(self) -> str:
        """The title of the job."""
        if self.mode == ALL:
            return "Batch assimilation of all sites"
        return f"{'Batch assimilation' if self.shared else 'Assimilation'} of {_counted(self.sites)}"

    def to_json(self) -> str:
        """Return it as JSON text, the inverse of :func:`read`."""
        choices = asdict(self) | {"schedule": self.schedule.to_json()}
        return json.dumps({"way": choices.pop("mode")} | choices)  # the key of stored requests


def read(text: str) -> AssimilationRequest:
    """Return the request written by :meth:`AssimilationRequest.to_json`.

    >>> from proda_core.assimilation.schedules import SCHEDULES
    >>> request = AssimilationRequest(EACH, "example", (3, 9), SCHEDULES["quick"], "proda", 1)
    >>> read(request.to_json()) == request
    True
    """
    found = json.loads(text)
    sites, schedule = tuple(map(int, found.pop("sites"))), from_json(found.pop("schedule"))
    return AssimilationRequest(mode=found.pop("way"), sites=sites, schedule=schedule, **found)


def _counted(sites: tuple[int, ...]) -> str:
    return f"{len(sites)} site{'s' if len(sites) > 1 else ''}"
