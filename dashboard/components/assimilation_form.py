"""The form that says how sites are assimilated."""

from __future__ import annotations

import panel as pn
import panel_material_ui as pmui

from dashboard.components.help import Help
from dashboard.components.panes import line
from dashboard.state.assimilation_choices import FIELDS, AssimilationChoices
from proda_core.assimilation.schedules import SCHEDULES, Schedule
from proda_core.vocabulary.parameters import PRIORS

_WIDE = {"size": "small", "sizing_mode": "stretch_width", "margin": (8, 0)}
_SCHEDULES = {
    "quick": "Quick: a first look, about a third of a second",
    "chapter": "Chapter 37: three chains, 50,000 iterations each",
    "modern": "Modern: four chains, until converged",
    "annealed": "Annealed: the published code's rule, for comparison",
}


class AssimilationForm:
    """Schedule, its fields, prior and seed. ``schedule()`` reads them; bad input raises InputError."""

    def __init__(self, help_: Help) -> None:
        self.choices = AssimilationChoices()
        names = {_SCHEDULES.get(name, name): name for name in SCHEDULES}
        self._schedule = pmui.Select.from_param(
            self.choices.param.schedule, label="Schedule", options=names, description="", **_WIDE
        )
        fields = [_field(self.choices, name, words) for name, words in FIELDS.items()]
        prior = pmui.Select.from_param(
            self.choices.param.prior, label="Prior", options=list(PRIORS), description="", **_WIDE
        )
        more = pmui.Accordion(
            ("Choices of the schedule", pn.Column(*fields, prior, _field(self.choices, "seed", "Seed"))),
            active=[],
            title_variant="body1",
            sizing_mode="stretch_width",
            margin=(4, 0),
        )
        self.choices.param.watch(self._fill, "schedule")
        self._fill()
        head = line(self._schedule, help_.button("schedule", "schedules"), **{"flex-wrap": "nowrap"})
        self.view = pn.Column(head, more, sizing_mode="stretch_width", margin=0)

    def schedule(self) -> Schedule:
        """The schedule as typed."""
        return SCHEDULES[self.choices.schedule].with_(**self.choices.numbers())

    def _fill(self, event: object = None) -> None:
        base = SCHEDULES[self.choices.schedule]
        self.choices.param.update(
            **{
                name: f"{getattr(base, name):g}" if name == "sigma_fraction" else f"{getattr(base, name):,}"
                for name in FIELDS
            }
        )


def _field(choices: AssimilationChoices, name: str, words: str) -> pmui.TextInput:
    return pmui.TextInput.from_param(choices.param[name], label=words, description="", **_WIDE)
