"""Sliders for the parameters of the soil model, grouped by process, and for a changed climate."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import panel as pn
import panel_material_ui as pmui
from param import edit_constant

from dashboard.state.parameter_choices import (
    CHANGES,
    GROUP_TITLES,
    IN_GROUP,
    PRIOR,
    SCALES,
    STEPS,
    ParameterChoices,
    Scale,
)
from proda_core.figures.theme import OBSERVED, POSTERIOR, number, unit
from proda_core.vocabulary.parameters import DEFAULTS, INDEX, PARAMETERS, PRIORS

_UNITS = {p.name: unit(p.unit) for p in PARAMETERS} | {"warming": "K"}
_MEANINGS = {p.name: p.meaning for p in PARAMETERS}
_CLIMATE_TITLES = {
    "warming": ("warming", "Added to the soil temperature of every layer and month."),
    "wetness": ("soil water, factor", "Factor on the water scalar: below 1 is drier, above 1 is wetter."),
    "litter": ("litter input, factor", "Factor on the carbon that plants put into the soil."),
}
_EXPANDED = (0, 1)  # groups that are expanded at first: the climate and the environment
_STYLE = {
    "size": "small",
    "show_value": False,
    "tooltips": False,
    "track": False,
    "sizing_mode": "stretch_width",
    "margin": (2, 4, 0, 4),
}


class ParameterSliders:
    """One slider per name; ``on_move`` is called with every move, ``on_release`` when one is released."""

    def __init__(
        self, choices: ParameterChoices, on_move: Callable[[], None], on_release: Callable[[], None]
    ) -> None:
        self._choices, self._on_move, self._on_release = choices, on_move, on_release
        self._sliders = {name: self._slider(name, scale) for name, scale in (SCALES | CHANGES).items()}
        self.set_marks({})
        self.update()
        for name, slider in self._sliders.items():
            slider.param.watch(lambda event, name=name: self._on_value(name, event.new), "value")
            slider.param.watch(lambda event: on_release(), "value_throttled")
        groups = {"Changed climate": tuple(CHANGES)}
        groups |= {GROUP_TITLES[group]: names for group, names in IN_GROUP.items()}
        self.view = pmui.Accordion(
            *((title, self._column(names)) for title, names in groups.items()),
            active=list(_EXPANDED),
            dynamic=True,
            title_variant="body1",
            sizing_mode="stretch_width",
            margin=(4, 0),
        )

    def update(self) -> None:
        """Move every slider to its value."""
        for name, slider in self._sliders.items():
            value = self._value(name)
            position, text = _scale(name).position(value), f"{number(value)} {_UNITS.get(name, '')}".strip()
            if (
                slider.value != position
            ):  # else a release at the last position would be no change, and not sent
                with edit_constant(slider):
                    slider.value_throttled = position
            if (slider.value, slider.value_label) != (position, text):
                slider.param.update(value=position, label=f"{_title(name)} = {text}", value_label=text)

    def set_marks(self, means: Mapping[str, float]) -> None:
        """Mark CLM5's default and the posterior means of those parameters that have one."""
        for name, slider in self._sliders.items():
            marks = [{"value": _scale(name).position(_default(name))}]
            if name in means:
                marks.append({"value": _scale(name).position(means[name])})
            slider.param.update(marks=marks, description=_description(name, means.get(name)))

    def _slider(self, name: str, scale: Scale) -> pmui.IntSlider:
        return pmui.IntSlider(
            start=0, end=STEPS, value=scale.position(_default(name)), sx=_rail(name), **_STYLE
        )

    def _column(self, names: tuple[str, ...]) -> pn.Column:
        sliders = [self._sliders[name] for name in names]
        return pn.Column(*sliders, sizing_mode="stretch_width", margin=0, styles={"gap": "2px"})

    def _value(self, name: str) -> float:
        return getattr(self._choices, name) if name in CHANGES else self._choices.value(name)

    def _on_value(self, name: str, position: int) -> None:
        scale = _scale(name)
        if position == scale.position(self._value(name)):
            return
        value = scale.value(position)
        if name in CHANGES:
            self._choices.param.update(**{name: round(value, 3)})
        else:
            self._choices.set_value(name, value)
        self._on_move()


def _scale(name: str) -> Scale:
    return CHANGES[name] if name in CHANGES else SCALES[name]


def _title(name: str) -> str:
    return _CLIMATE_TITLES[name][0] if name in CHANGES else name


def _default(name: str) -> float:
    if name in CHANGES:
        return 0.0 if name == "warming" else 1.0
    return float(DEFAULTS[INDEX[name]])


def _description(name: str, mean: float | None) -> str:
    """Return what a slider changes, and the values of its marks."""
    units = f" {_UNITS.get(name, '')}".rstrip()
    if name in CHANGES:
        return f"{_CLIMATE_TITLES[name][1]} Today: {number(_default(name))}{units}."
    low, high = PRIORS[PRIOR].bounds[name]
    meaning = _MEANINGS[name]
    parts = [
        f"{meaning[0].upper()}{meaning[1:]}.",
        f"CLM5 default {number(_default(name))}{units};",
        f"prior {number(low)} to {number(high)}{units}",
    ]
    parts.append(f"; posterior mean here {number(mean)}{units}." if mean is not None else ".")
    return " ".join(parts[:3]) + parts[3]


def _rail(name: str) -> dict:
    """Return the style of a slider: dark over the prior's range, marks for default and posterior mean."""
    bounds = PRIORS[PRIOR].bounds.get(name)
    ends = (0.0, 100.0)
    if bounds is not None:
        scale = SCALES[name]
        low = max(bounds[0], scale.low)
        ends = 100 * scale.share(low), 100 * scale.share(bounds[1])
    weak, strong = "rgba(128,128,128,0.28)", "currentColor"
    left, right = (f"{end:.1f}%" for end in ends)
    stops = f"{weak} 0 {left}, {strong} {left} {right}, {weak} {right}"
    mark = {
        "width": 3,
        "height": 15,
        "borderRadius": "1px",
        "opacity": 1,
        "transform": "translate(-1px, -50%)",
    }
    return {
        "& .MuiSlider-rail": {
            "opacity": 0.55,
            "background": f"linear-gradient(to right, {stops})",
        },
        "& .MuiSlider-mark": mark | {"backgroundColor": OBSERVED},
        "& .MuiSlider-mark[data-index='1']": {"backgroundColor": POSTERIOR},
    }
