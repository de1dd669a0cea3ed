"""What an assimilation shall do, as a text that travels to a worker and lies on disk."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from dashboard.state.assimilation_choices import MOST_SITES
from dashboard.state.modes import ALL, CHOSEN, EACH
from proda_core.assimilation.schedules import Schedule, from_json


@dataclass(frozen=True)
class AssimilationRequest:
    """One assimilation.

    way : one of :data:`dashboard.state.modes.MODES`
    sites : the chosen sites: those that are assimilated, or where what all sites share is shown
    """

    way: str
    data: str
    sites: tuple[int, ...]
    schedule: Schedule
    prior: str
    seed: int

    @property
    def shared(self) -> bool:
        """Whether one parameter set holds for many sites: batch assimilation."""
        return self.way != EACH

    @property
    def shown(self) -> tuple[int, ...]:
        """The sites whose fit is shown."""
        return self.sites[:MOST_SITES]

    @property
    def shared_by(self) -> str:
        """Who shares the parameter set, in words; empty where each site has its own."""
        return {ALL: "All sites", CHOSEN: _counted(self.sites)}.get(self.way, "")

    @property
    def title(self) -> str:
        """What it is, in words."""
        if self.way == ALL:
            return "Batch assimilation of all sites"
        return f"{'Batch assimilation' if self.shared else 'Assimilation'} of {_counted(self.sites)}"

    def to_json(self) -> str:
        """All of it as JSON text; :func:`read` reads it back."""
        return json.dumps(asdict(self) | {"schedule": self.schedule.to_json()})


def read(text: str) -> AssimilationRequest:
    """A request written by :meth:`AssimilationRequest.to_json`.

    >>> from proda_core.assimilation.schedules import SCHEDULES
    >>> asked = AssimilationRequest(EACH, "example", (3, 9), SCHEDULES["quick"], "proda", 1)
    >>> read(asked.to_json()) == asked
    True
    """
    found = json.loads(text)
    sites, schedule = tuple(map(int, found.pop("sites"))), from_json(found.pop("schedule"))
    return AssimilationRequest(sites=sites, schedule=schedule, **found)


def _counted(sites: tuple[int, ...]) -> str:
    return f"{len(sites)} site{'s' if len(sites) > 1 else ''}"
