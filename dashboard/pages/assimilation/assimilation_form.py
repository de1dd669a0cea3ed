"""The form of an assimilation: sites, schedule with its fields, prior, seed."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import panel as pn
import panel_material_ui as pmui

from dashboard.state import assimilation_link, model_fields, schedule_fields
from dashboard.state.assimilation_choices import FIELDS, AssimilationChoices
from dashboard.state.modes import MODES
from dashboard.state.session_state import SessionState
from dashboard.ui.callbacks import Updating
from dashboard.ui.help import Help
from dashboard.ui.layout import wrap_row
from dashboard.ui.text import html
from proda_core.as_chapter import CHAPTER_CHOICES
from proda_core.assimilation.likelihood import likelihood_of
from proda_core.assimilation.schedules import SCHEDULES, Schedule, prior_of
from proda_core.records.checks import InputError
from proda_core.records.settings import field_help
from proda_core.vocabulary.parameters import PRIORS

_WIDE = {"size": "small", "sizing_mode": "stretch_width", "margin": (8, 0)}
_PLAIN = _WIDE | {"description": ""}
_SCHEDULES = {
    "quick": "Quick: a first look",
    "chapter": "Chapter 37: as published",
    "modern": "Modern: until converged",
    "annealed": "Annealed: for comparison",
}
_LIKELIHOOD = {
    "weights": "Weights of observations",
    "end_weight": "Weight of top and bottom observation",
    "errors": "Distribution of errors",
    "operator": "Modelled carbon of an observation",
}


class AssimilationForm:
    """The form. ``schedule()`` reads it; InputError for a field that cannot be read.

    The choices are the session's ``plan``, in both directions.
    """

    def __init__(self, session: SessionState, help_: Help) -> None:
        self._session = session
        self.choices = AssimilationChoices()
        self._updating = Updating()
        self._advanced = {
            name: self._advanced_field(name) for name in schedule_fields.names() if name not in FIELDS
        }
        self._model = {name: self._model_field(name) for name in model_fields.LABELS}
        self.choices.param.watch(self._reset_fields, ["mode", "schedule"])
        self._reset_fields()
        self._sync_from_state()
        self.choices.param.watch(
            self._write_plan, ["mode", "schedule", *FIELDS, "other", "model", "prior", "seed"]
        )
        session.param.watch(lambda *_: self._sync_from_state(), "plan")
        self.view = self._layout(help_)

    def _layout(self, help_: Help) -> pn.Column:
        params = self.choices.param
        button = {"variant": "text", "size": "small", "margin": (0, 0, 4, 0)}
        chapter = pmui.Button(label="As chapter 37", icon="menu_book", on_click=self._on_chapter, **button)
        names = {_SCHEDULES.get(name, name): name for name in SCHEDULES}
        schedule = pmui.Select.from_param(params.schedule, label="Schedule", options=names, **_PLAIN)
        modes = {label: mode for mode, label in MODES.items()}
        mode = pmui.Select.from_param(params.mode, label="Fit", options=modes, **_PLAIN)
        prior = pmui.Select.from_param(params.prior, label="Prior", options=list(PRIORS), **_PLAIN)
        texts = FIELDS | {"seed": "Seed"}
        fields = [pmui.TextInput.from_param(params[n], label=label, **_PLAIN) for n, label in texts.items()]
        fields.insert(len(FIELDS), prior)
        rest = [name for name in self._advanced if name not in _LIKELIHOOD]
        more = pmui.Accordion(
            ("Sampler", pn.Column(*fields)),
            ("Likelihood", pn.Column(*(part for name in _LIKELIHOOD for part in self._explained(name)))),
            (
                "Soil model",
                pn.Column(*(part for name in self._model for part in self._explained_model(name))),
            ),
            ("Advanced", pn.Column(*(part for name in rest for part in self._explained(name)))),
            active=[],
            dynamic=True,
            title_variant="body1",
            sizing_mode="stretch_width",
            margin=(4, 0),
        )
        head = wrap_row(schedule, help_.button("schedule", "schedules"), **{"flex-wrap": "nowrap"})
        return pn.Column(mode, head, chapter, more, sizing_mode="stretch_width", margin=0)

    def schedule(self) -> Schedule:
        """Return the schedule as typed."""
        return self.choices.to_schedule()

    def run_choices(self) -> dict[str, object]:
        """Return prior, likelihood and soil model as typed, as arguments of a run."""
        return {"prior": self.choices.prior, **likelihood_of(self.schedule()), **self.choices.to_model()}

    def _reset_fields(self, event: object = None) -> None:
        """Set every field to the schedule's own value."""
        texts = {name: self._default(name) for name in schedule_fields.names()}
        with self._updating:
            prior = prior_of(self.choices.schedule)
            self.choices.param.update(other={}, prior=prior, **{name: texts[name] for name in FIELDS})
            for name, widget in self._advanced.items():
                widget.value = texts[name]

    def _on_chapter(self, event: object) -> None:
        """Choose schedule, prior and soil model as chapter 37 describes them."""
        self.choices.schedule = CHAPTER_CHOICES["schedule"]
        self._reset_fields()
        for name, widget in self._model.items():
            widget.value = CHAPTER_CHOICES.get(name, model_fields.default(name))
        self.choices.prior = CHAPTER_CHOICES["prior"]

    def _plan(self) -> str | None:
        """Return the choices as text; None while a field cannot be read, which Start reports."""
        try:
            return assimilation_link.write(self.choices)
        except InputError:
            return None

    def _write_plan(self, *events: object) -> None:
        plan = None if self._updating else self._plan()
        if plan is not None:
            self._session.plan = plan

    def _sync_from_state(self) -> None:
        """Set every field to the session's plan."""
        if self._plan() == self._session.plan:
            return
        typed = assimilation_link.form_choices(assimilation_link.read(self._session.plan))
        other, model = typed.pop("other"), typed.pop("model")
        typed = {n: AssimilationChoices.param[n].default for n in assimilation_link.GENERAL.values()} | typed
        with self._updating:
            self.choices.param.update(**typed)
            self._reset_fields()
            self.choices.param.update(**typed)
            for name, text in other.items():
                self._advanced[name].value = text
            for name, widget in self._model.items():
                widget.value = model.get(name, model_fields.default(name))
            self.choices.other = {name: text for name, text in other.items() if text != self._default(name)}
            self.choices.model = model
        self._write_plan()

    def _advanced_field(self, name: str) -> pmui.Select | pmui.TextInput:
        label = _LIKELIHOOD.get(name, name.replace("_", " ").capitalize())
        choices = schedule_fields.CHOICES.get(name)
        return _field(label, list(choices) if choices else None, lambda text: self._on_advanced(name, text))

    def _on_advanced(self, name: str, text: str) -> None:
        """Store a field that differs from the schedule's own."""
        if not self._updating:
            self.choices.other = _changed(self.choices.other, name, text, self._default(name))

    def _model_field(self, name: str) -> pmui.Select | pmui.TextInput:
        label, default = model_fields.LABELS[name], model_fields.default(name)
        options = model_fields.options(name)
        return _field(label, options, lambda text: self._on_model(name, text), value=default)

    def _on_model(self, name: str, text: str) -> None:
        """Store a setting of the soil model that differs from its default."""
        if not self._updating:
            self.choices.model = _changed(self.choices.model, name, text, model_fields.default(name))

    def _default(self, name: str) -> str:
        return schedule_fields.as_text(getattr(self.choices.base, name))

    def _explained(self, name: str) -> tuple[object, object]:
        return self._advanced[name], _explanation(field_help(Schedule).get(name, ""))

    def _explained_model(self, name: str) -> tuple[object, object]:
        return self._model[name], _explanation(model_fields.explanation(name))


def _field(
    label: str, options: list | dict | None, on_change: Callable[[str], None], **value: str
) -> pmui.Select | pmui.TextInput:
    """Return a menu of options, or a text field where there are none."""
    kind, choices = (pmui.Select, {"options": options}) if options else (pmui.TextInput, {})
    widget = kind(label=label, **choices, **value, **_WIDE)
    widget.param.watch(lambda event: on_change(event.new), "value")
    return widget


def _changed(chosen: Mapping[str, str], name: str, text: str, default: str) -> dict[str, str]:
    """Return the chosen fields with another text of one, without it where that is the default."""
    others = {key: value for key, value in chosen.items() if key != name}
    return others if text == default else others | {name: text}


def _explanation(text: str) -> object:
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace("``", "")
    return html(f"<p class='quiet small'>{text}</p>")
