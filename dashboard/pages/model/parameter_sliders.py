"""Sliders for the parameters of the soil model, grouped by process, and for a changed climate."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import panel as pn
import panel_material_ui as pmui
from param import edit_constant

from dashboard.plots.labels import number, unit
from dashboard.plots.palette import OBSERVED, POSTERIOR
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
from proda_core.vocabulary.parameters import DEFAULTS, INDEX, PARAMETERS, PRIORS

_UNITS = {p.name: unit(p.unit) for p in PARAMETERS} | {"warming": "K"}
_MEANINGS = {p.name: p.meaning for p in PARAMETERS}
_CLIMATE_TITLES = {
    "warming": ("warming", "Added to the soil temperature of every layer and month."),
    "wetness": ("soil water, factor", "Factor on the water scalar: below 1 is drier, above 1 is wetter."),
    "litter": ("litter input, factor", "Factor on the carbon that plants put into the soil."),
}
GATHERED = 1  # ms in which moves are gathered before they are answered; Panel's own 50 can be felt
_OPEN = (0, 1)  # groups that are open at first: the climate and the environment
_STYLE = {
    "size": "small",
    "show_value": False,
    "tooltips": False,
    "track": False,
    "sizing_mode": "stretch_width",
    "margin": (2, 4, 0, 4),
}


class ParameterSliders:
    """One slider for each name; ``on_move`` is told of every move, ``on_rest`` when a slider is let go."""

    def __init__(
        self, choices: ParameterChoices, on_move: Callable[[], None], on_rest: Callable[[], None]
    ) -> None:
        self._choices, self._on_move, self._on_rest = choices, on_move, on_rest
        self._sliders = {name: self._slider(name, scale) for name, scale in (SCALES | CHANGES).items()}
        self.mark({})
        self.show()
        for name, slider in self._sliders.items():
            slider.param.watch(lambda event, name=name: self._moved(name, event.new), "value")
            slider.param.watch(lambda event: on_rest(), "value_throttled")
        groups = {"Changed climate": tuple(CHANGES)}
        groups |= {GROUP_TITLES[group]: names for group, names in IN_GROUP.items()}
        self.view = pmui.Accordion(
            *((title, self._column(names)) for title, names in groups.items()),
            active=list(_OPEN),
            dynamic=True,
            title_variant="body1",
            sizing_mode="stretch_width",
            margin=(4, 0),
        )

    def show(self) -> None:
        """Put every slider where its value is."""
        for name, slider in self._sliders.items():
            value = self._value(name)
            position, words = _scale(name).position(value), f"{number(value)} {_UNITS.get(name, '')}".strip()
            if slider.value != position:  # put there by the program: let go where it was before, it is news
                with edit_constant(slider):
                    slider.value_throttled = position
            if (slider.value, slider.value_label) != (position, words):
                slider.param.update(value=position, label=f"{_title(name)} = {words}", value_label=words)

    def mark(self, found: Mapping[str, float]) -> None:
        """Mark CLM5's default and what a posterior has found, where there is one."""
        for name, slider in self._sliders.items():
            marks = [{"value": _scale(name).position(_default(name))}]
            if name in found:
                marks.append({"value": _scale(name).position(found[name])})
            slider.param.update(marks=marks, description=_words(name, found.get(name)))

    def _slider(self, name: str, scale: Scale) -> pmui.IntSlider:
        slider = pmui.IntSlider(
            start=0, end=STEPS, value=scale.position(_default(name)), sx=_rail(name), **_STYLE
        )
        slider._debounce = GATHERED
        return slider

    def _column(self, names: tuple[str, ...]) -> pn.Column:
        inside = [self._sliders[name] for name in names]
        return pn.Column(*inside, sizing_mode="stretch_width", margin=0, styles={"gap": "2px"})

    def _value(self, name: str) -> float:
        return getattr(self._choices, name) if name in CHANGES else self._choices.value(name)

    def _moved(self, name: str, position: int) -> None:
        scale = _scale(name)
        if position == scale.position(self._value(name)):
            return
        value = scale.value(position)
        if name in CHANGES:
            self._choices.param.update(**{name: round(value, 3)})
        else:
            self._choices.put(name, value)
        self._on_move()


def _scale(name: str) -> Scale:
    return CHANGES[name] if name in CHANGES else SCALES[name]


def _title(name: str) -> str:
    return _CLIMATE_TITLES[name][0] if name in CHANGES else name


def _default(name: str) -> float:
    if name in CHANGES:
        return 0.0 if name == "warming" else 1.0
    return float(DEFAULTS[INDEX[name]])


def _words(name: str, found: float | None) -> str:
    """What a slider changes, and what its marks stand for."""
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
    parts.append(f"; posterior mean here {number(found)}{units}." if found is not None else ".")
    return " ".join(parts[:3]) + parts[3]


def _rail(name: str) -> dict:
    """The rail is strong over the prior's range; the marks are the default and the posterior mean."""
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
