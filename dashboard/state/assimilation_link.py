"""The choices of an assimilation as a short text for a link: ``schedule:chapter,seed:7``."""

from __future__ import annotations

import param

from dashboard.state import key_values, model_fields, schedule_fields
from dashboard.state.assimilation_choices import FIELDS, AssimilationChoices
from dashboard.state.modes import EACH, MODES, schedules_of
from proda_core.assimilation.schedules import SCHEDULES, prior_of
from proda_core.records.checks import InputError, expect
from proda_core.vocabulary.parameters import PRIORS

POSTERIOR_VIEWS: dict[str, str] = {
    "prior": "Against the prior",
    "identifiability": "Identifiability",
    "pairs": "Pairs",
}
LINKED: tuple[str, ...] = ("plan", "found")
GENERAL = {"way": "mode", "schedule": "schedule", "prior": "prior", "seed": "seed"}  # in a link: in a form


class AssimilationLinkChoices(param.Parameterized):
    """Choices of a session: the next assimilation, and the view of its posterior."""

    plan = param.String(default="", doc="Choices of an assimilation that differ from the default.")
    found = param.Selector(default="prior", objects=list(POSTERIOR_VIEWS), doc="The view of a posterior.")


def write(choices: AssimilationChoices) -> str:
    """Return the choices that differ from the default; InputError if a field cannot be read.

    >>> write(AssimilationChoices(schedule="chapter", seed="7", **default_fields("chapter")))
    'schedule:chapter,seed:7'
    """
    choices.to_schedule()
    choices.to_model()
    fields = default_fields(choices.schedule, choices.mode)
    first = {name: AssimilationChoices.param[name].default for name in GENERAL.values()} | fields
    found = {key: getattr(choices, name) for key, name in GENERAL.items()}
    found = {key: value for key, value in found.items() if value != first[GENERAL[key]]}
    found |= {name: getattr(choices, name) for name in FIELDS if getattr(choices, name) != fields[name]}
    found |= {"seed": str(choices.seed_number())} if "seed" in found else {}
    return key_values.write(
        {name: _plain(value) for name, value in (found | choices.other | choices.model).items()}
    )


def read(text: str) -> dict[str, str]:
    """Return the choices of a text as typed; InputError for one that is not possible.

    >>> read("schedule:chapter, chains:5")
    {'schedule': 'chapter', 'chains': '5'}
    """
    found = key_values.read(text, "Plan")
    known = {"way": MODES, "schedule": SCHEDULES, "prior": PRIORS, **schedule_fields.CHOICES}
    known |= {name: model_fields.options(name).values() for name in model_fields.LABELS}
    for name, value in found.items():
        expect(
            name in GENERAL or name in schedule_fields.names() or name in model_fields.LABELS,
            f"Plan: expected {', '.join(GENERAL)} or a field of schedule or soil model;"
            f" found {name[: key_values.SHOWN]!r}",
        )
        if known.get(name) and value not in known[name]:
            raise InputError(
                f"{name}: expected {', '.join(known[name])}; found {value[: key_values.SHOWN]!r}"
            )
    choices = AssimilationChoices(**form_choices(found))
    choices.to_schedule()
    choices.to_model()
    choices.seed_number()
    return found


def form_choices(found: dict[str, str]) -> dict[str, object]:
    """Return the choices of a text as a form holds them: its own, ``other`` and ``model`` apart."""
    model = {name: value for name, value in found.items() if name in model_fields.LABELS}
    others = {name: value for name, value in found.items() if name not in (*GENERAL, *FIELDS, *model)}
    apart = {*model, *others}
    own = {GENERAL.get(name, name): value for name, value in found.items() if name not in apart}
    schedule = found.get("schedule", AssimilationChoices.param.schedule.default)
    return default_fields(schedule, found.get("way", EACH)) | own | {"other": others, "model": model}


def default_fields(schedule: str, mode: str = EACH) -> dict[str, str]:
    """Return the fields of a schedule that a form shows first, as typed, and its prior."""
    base = schedules_of(mode)[schedule]
    texts = {name: schedule_fields.as_text(getattr(base, name)) for name in FIELDS}
    return texts | {"prior": prior_of(schedule)}


def _plain(value: str) -> str:
    return "".join(sign for sign in value if sign not in ", ")
