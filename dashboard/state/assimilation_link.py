"""How an assimilation shall run, as a short text that travels in a link: ``schedule:chapter,seed:7``."""

from __future__ import annotations

import param

from dashboard.state import key_values, schedule_fields
from dashboard.state.assimilation_choices import FIELDS, AssimilationChoices
from dashboard.state.modes import EACH, MODES, schedules_of
from proda_core.assimilation.schedules import SCHEDULES
from proda_core.records.checks import InputError, expect
from proda_core.vocabulary.parameters import PRIORS

FOUND: dict[str, str] = {
    "prior": "Against the prior",
    "identifiability": "Identifiability",
    "pairs": "Pairs",
}
LINKED: tuple[str, ...] = ("plan", "found")
WHOLE = ("way", "schedule", "prior", "seed")  # not fields of a schedule


class AssimilationLinkChoices(param.Parameterized):
    """Of a session: how the next assimilation shall run, and how what it finds is looked at."""

    plan = param.String(default="", doc="What of an assimilation's choices differs from the usual.")
    found = param.Selector(default="prior", objects=list(FOUND), doc="How a posterior is looked at.")


def write(choices: AssimilationChoices) -> str:
    """What differs from the usual choices; InputError if a field cannot be read.

    >>> write(AssimilationChoices(schedule="chapter", seed="7", **usual("chapter")))
    'schedule:chapter,seed:7'
    """
    choices.to_schedule()
    first = AssimilationChoices.param
    found = {name: getattr(choices, name) for name in WHOLE if getattr(choices, name) != first[name].default}
    fields = usual(choices.schedule, choices.way)
    found |= {name: getattr(choices, name) for name in FIELDS if getattr(choices, name) != fields[name]}
    found |= {"seed": str(choices.seed_number())} if "seed" in found else {}
    return key_values.write({name: _plain(value) for name, value in (found | choices.other).items()})


def read(text: str) -> dict[str, str]:
    """The choices of a text, as they are typed; InputError if there is one that cannot be.

    >>> read("schedule:chapter, chains:5")
    {'schedule': 'chapter', 'chains': '5'}
    """
    found = key_values.read(text, "Plan")
    known = {"way": MODES, "schedule": SCHEDULES, "prior": PRIORS, **schedule_fields.CHOICES}
    for name, value in found.items():
        expect(
            name in WHOLE or name in schedule_fields.names(),
            f"Plan: expected {', '.join(WHOLE)} or a field of a schedule; found {name[: key_values.SHOWN]!r}",
        )
        if name in known and value not in known[name]:
            raise InputError(
                f"{name}: expected {', '.join(known[name])}; found {value[: key_values.SHOWN]!r}"
            )
    choices = AssimilationChoices(**split(found))
    choices.to_schedule()
    choices.seed_number()
    return found


def split(found: dict[str, str]) -> dict[str, object]:
    """The choices of a plan as an assimilation's form holds them: every field, and the others apart."""
    others = {name: value for name, value in found.items() if name not in (*WHOLE, *FIELDS)}
    own = {name: value for name, value in found.items() if name not in others}
    schedule = found.get("schedule", AssimilationChoices.param.schedule.default)
    return usual(schedule, found.get("way", EACH)) | own | {"other": others}


def usual(schedule: str, way: str = EACH) -> dict[str, str]:
    """The fields of a schedule that a form shows first, as they are typed."""
    base = schedules_of(way)[schedule]
    return {name: schedule_fields.as_text(getattr(base, name)) for name in FIELDS}


def _plain(value: str) -> str:
    return "".join(sign for sign in value if sign not in ", ")
