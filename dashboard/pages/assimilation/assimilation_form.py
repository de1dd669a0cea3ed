"""The form that says how sites are assimilated."""

from __future__ import annotations

import panel as pn
import panel_material_ui as pmui

from dashboard.state import assimilation_link, schedule_fields
from dashboard.state.assimilation_choices import FIELDS, AssimilationChoices
from dashboard.state.modes import MODES
from dashboard.state.session_state import SessionState
from dashboard.ui.help import Help
from dashboard.ui.layout import wrap_row
from dashboard.ui.text import html
from proda_core.assimilation.schedules import SCHEDULES, Schedule
from proda_core.records.checks import InputError
from proda_core.vocabulary.parameters import PRIORS

_WIDE = {"size": "small", "sizing_mode": "stretch_width", "margin": (8, 0)}
_SCHEDULES = {
    "quick": "Quick: a first look",
    "chapter": "Chapter 37: as published",
    "modern": "Modern: until converged",
    "annealed": "Annealed: for comparison",
}
_MISFIT = {
    "weights": "Weights of observations",
    "end_weight": "Weight of top and bottom observation",
    "errors": "Distribution of errors",
    "operator": "Interpolation to observed depths",
}


class AssimilationForm:
    """Schedule, its fields, prior and seed. ``schedule()`` reads them; bad input raises InputError.

    What has been chosen goes to the session as its plan, and comes from there.
    """

    def __init__(self, session: SessionState, help_: Help) -> None:
        self._session = session
        self.choices = AssimilationChoices()
        self._filling = False
        names = {_SCHEDULES.get(name, name): name for name in SCHEDULES}
        self._schedule = pmui.Select.from_param(
            self.choices.param.schedule, label="Schedule", options=names, description="", **_WIDE
        )
        ways = {words: way for way, words in MODES.items()}
        self._way = pmui.Select.from_param(
            self.choices.param.way, label="What gets a parameter set", options=ways, description="", **_WIDE
        )
        fields = [_field(self.choices, name, words) for name, words in FIELDS.items()]
        prior = pmui.Select.from_param(
            self.choices.param.prior, label="Prior", options=list(PRIORS), description="", **_WIDE
        )
        seed = _field(self.choices, "seed", "Seed")
        self._others = {name: self._other(name) for name in schedule_fields.names() if name not in FIELDS}
        misfit = [part for name in schedule_fields.MISFIT for part in self._explained(name)]
        rest = [name for name in self._others if name not in schedule_fields.MISFIT]
        more = pmui.Accordion(
            ("Choices of the schedule", pn.Column(*fields, prior, seed)),
            ("Misfit: weights, errors, operator", pn.Column(*misfit)),
            ("Every other field", pn.Column(*(part for name in rest for part in self._explained(name)))),
            active=[],
            dynamic=True,
            title_variant="body1",
            sizing_mode="stretch_width",
            margin=(4, 0),
        )
        self.choices.param.watch(self._fill, ["way", "schedule"])
        self._fill()
        self._follow()
        self.choices.param.watch(self._write_session, ["way", "schedule", *FIELDS, "other", "prior", "seed"])
        session.param.watch(lambda *_: self._follow(), "plan")
        head = wrap_row(self._schedule, help_.button("schedule", "schedules"), **{"flex-wrap": "nowrap"})
        self.view = pn.Column(self._way, head, more, sizing_mode="stretch_width", margin=0)

    def schedule(self) -> Schedule:
        """The schedule as typed."""
        return self.choices.to_schedule()

    def _fill(self, event: object = None) -> None:
        base = self.choices.base
        texts = {name: schedule_fields.as_text(getattr(base, name)) for name in schedule_fields.names()}
        self._filling = True
        self.choices.param.update(other={}, **{name: texts[name] for name in FIELDS})
        for name, widget in self._others.items():
            widget.value = texts[name]
        self._filling = False

    def _written(self) -> str | None:
        """The plan as chosen; None while a field cannot be read, which is told when it is used."""
        try:
            return assimilation_link.write(self.choices)
        except InputError:
            return None

    def _write_session(self, *events: object) -> None:
        written = self._written()
        if not self._filling and written is not None:
            self._session.plan = written

    def _follow(self) -> None:
        """Fill in the session's plan; nothing happens if that has just come from here."""
        if self._written() == self._session.plan:
            return
        found = assimilation_link.read(self._session.plan)
        typed = assimilation_link.split(found)
        other = typed.pop("other")
        first = {name: AssimilationChoices.param[name].default for name in assimilation_link.WHOLE}
        self._filling = True
        self.choices.param.update(**first | typed)
        self._fill()
        self.choices.param.update(**first | typed)
        for name, text in other.items():
            self._others[name].value = text
        self._write_session()

    def _other(self, name: str) -> pmui.Select | pmui.TextInput:
        words = _MISFIT.get(name, name.replace("_", " ").capitalize())
        options = schedule_fields.CHOICES.get(name)
        widget = (
            pmui.Select(label=words, options=list(options), **_WIDE)
            if options
            else pmui.TextInput(label=words, **_WIDE)
        )
        widget.param.watch(lambda event: self._take(name, event.new), "value")
        return widget

    def _take(self, name: str, text: str) -> None:
        if self._filling:
            return
        usual = schedule_fields.as_text(getattr(self.choices.base, name))
        others = {key: value for key, value in self.choices.other.items() if key != name}
        self.choices.other = others if text == usual else others | {name: text}

    def _explained(self, name: str) -> tuple[object, object]:
        words = schedule_fields.explanations().get(name, "")
        return self._others[name], html(f"<p class='quiet small'>{_escaped(words)}</p>")


def _field(choices: AssimilationChoices, name: str, words: str) -> pmui.TextInput:
    return pmui.TextInput.from_param(choices.param[name], label=words, description="", **_WIDE)


def _escaped(words: str) -> str:
    return words.replace("&", "&amp;").replace("<", "&lt;").replace("``", "")
