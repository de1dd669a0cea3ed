"""Parameters of the soil model and a changed climate, as the sliders of the page Model set them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import param

from dashboard.state import key_values
from proda_core.records.checks import InputError, expect
from proda_core.vocabulary.parameters import DEFAULTS, GROUPS, INDEX, PARAMETERS, PRIORS

PRIOR = "proda"
STEPS = 200  # positions of a slider
DIGITS = 4  # significant digits of a slider's value, so that a link can hold it as it is
_END_TOLERANCE = 1e-3  # share of a slider's span by which a rounded value may exceed an end
GROUP_TITLES = MappingProxyType(
    {
        "environment": "Environment",
        "decomposition": "Decomposition",
        "transfer": "Carbon transfer",
        "transport": "Vertical transport",
        "allocation": "Carbon input over depth",
    }
)
GROUP_ORDER: tuple[str, ...] = tuple(sorted(GROUPS, key=list(GROUP_TITLES).index))
TEXTURE, OFF = "texture", "off"  # in a link: the transfers below are set by the visitor
TEXTURE_GIVEN = ("fs1s2", "fs1s3")  # derived from sand content in CLM5's default run


@dataclass(frozen=True)
class Scale:
    """Range of a slider in physical units; ``logarithmic`` where it spans decades."""

    low: float
    high: float
    logarithmic: bool = False

    def value(self, position: int) -> float:
        """Return the value at a position of 0 to :data:`STEPS`.

        >>> Scale(1.2, 3.0).value(100), round(Scale(0.01, 10.0, True).value(200), 6)
        (2.1, 10.0)
        """
        share = position / STEPS
        if self.logarithmic:
            return float(self.low * (self.high / self.low) ** share)
        return self.low + share * (self.high - self.low)

    def share(self, value: float) -> float:
        """Return the share of the range below a value, 0 to 1.

        >>> Scale(0.0, 4.0).share(3.0)
        0.75
        """
        if self.logarithmic:
            return float(np.log(value / self.low) / np.log(self.high / self.low))
        return (value - self.low) / (self.high - self.low)

    def position(self, value: float) -> int:
        """Return the position nearest to a value."""
        return int(np.clip(round(STEPS * self.share(value)), 0, STEPS))


def _scale(name: str) -> Scale:
    """Return the prior's range, extended to CLM5's default; above 0 where 0 has no steady state."""
    low, high = PRIORS[PRIOR].bounds[name]
    default = float(DEFAULTS[INDEX[name]])
    if name == "efolding":
        return Scale(0.02, default, logarithmic=True)
    if low == 0.0 and (name.startswith("tau") or name == "w_scaling"):
        low = high / STEPS
    return Scale(min(low, default), max(high, default))


SCALES: Mapping[str, Scale] = MappingProxyType({name: _scale(name) for name in PRIORS[PRIOR].names})
CHANGES: Mapping[str, Scale] = MappingProxyType(
    {"warming": Scale(-2.0, 8.0), "wetness": Scale(0.4, 1.6), "litter": Scale(0.2, 1.8)}
)
NO_CHANGE: Mapping[str, float] = MappingProxyType({"warming": 0.0, "wetness": 1.0, "litter": 1.0})
IN_GROUP: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {g: tuple(p.name for p in PARAMETERS if p.group == g and p.name in SCALES) for g in GROUP_ORDER}
)
_LONGEST_NUMBER = 24  # characters


class ParameterChoices(param.Parameterized):
    """All 22 parameters (the last of them is not sampled) and the change of climate."""

    values = param.ClassSelector(class_=tuple, default=tuple(DEFAULTS.tolist()), doc="In NAMES' order.")
    texture = param.Boolean(default=True, doc="Transfers of fast soil carbon from sand, as CLM5 does.")
    warming = param.Number(default=0.0, bounds=(-100.0, 100.0), doc="Added to soil temperature [K].")
    wetness = param.Number(default=1.0, bounds=(0.01, 10.0), doc="Factor on the water scalar [1].")
    litter = param.Number(default=1.0, bounds=(0.0, 10.0), doc="Factor on carbon input [1].")

    def value(self, name: str) -> float:
        """Return one parameter."""
        return self.values[INDEX[name]]

    def set_value(self, name: str, value: float) -> None:
        """Set one parameter; setting a fast transfer ends its derivation from sand content."""
        values = list(self.values)
        values[INDEX[name]] = rounded(value)
        self.param.update(values=tuple(values), texture=self.texture and name not in TEXTURE_GIVEN)

    def set_default(self) -> None:
        """Set all parameters to CLM5's default run."""
        self.param.update(values=tuple(DEFAULTS.tolist()), texture=True)

    def set_means(self, means: Mapping[str, float]) -> None:
        """Set the parameters to posterior means; those without one to CLM5's default."""
        values = DEFAULTS.copy()
        for name, value in means.items():
            values[INDEX[name]] = rounded(value)
        self.param.update(values=tuple(values.tolist()), texture=False)

    def reset_climate(self) -> None:
        """Set the present climate."""
        self.param.update(**NO_CHANGE)

    def to_text(self) -> str:
        """Return what differs from CLM5's default and the present climate, as text for a link.

        >>> choices = ParameterChoices(warming=3.0)
        >>> choices.set_value("q10", 2.1)
        >>> choices.to_text()
        'q10:2.1,warming:3'
        """
        default = ParameterChoices()
        changes = {name: self.value(name) for name in SCALES if self.value(name) != default.value(name)}
        climate = {name: getattr(self, name) for name in NO_CHANGE}
        changes |= {name: value for name, value in climate.items() if value != NO_CHANGE[name]}
        texts = {name: f"{value:.{DIGITS}g}" for name, value in changes.items()}
        return key_values.write(texts if self.texture else texts | {TEXTURE: OFF})

    def set_from_text(self, text: str) -> None:
        """Set everything from the text of a link; InputError if it cannot be read."""
        found = read(text)
        values = DEFAULTS.copy()
        for name in SCALES.keys() & found.keys():
            values[INDEX[name]] = found[name]
        climate = {name: found.get(name, none) for name, none in NO_CHANGE.items()}
        self.param.update(values=tuple(values.tolist()), texture=TEXTURE not in found, **climate)


def rounded(value: float) -> float:
    """Round a value to the digits that a link holds.

    >>> rounded(2.123456)
    2.123
    """
    return float(f"{value:.{DIGITS}g}")


def read(text: str) -> dict[str, float]:
    """Return the values of a link's text; InputError where one is outside its slider's range.

    >>> read("q10:2.1, texture:off")
    {'q10': 2.1, 'texture': 0.0}
    >>> read("q10:99")
    Traceback (most recent call last):
    ...
    proda_core.records.checks.InputError: q10: expected 1.2 to 3; found 99
    """
    found = {}
    for name, value in key_values.read(text, "Setting").items():
        if name == TEXTURE:
            expect(value == OFF, f"{TEXTURE}: expected {OFF}; found {value[: key_values.SHOWN]!r}")
            found[name] = 0.0
            continue
        scale = SCALES.get(name) or CHANGES.get(name)
        expect(
            scale is not None,
            f"Setting: expected names of parameters, {', '.join(CHANGES)} or {TEXTURE};"
            f" found {name[: key_values.SHOWN]!r}",
        )
        found[name] = _within(scale, name, value)
    return found


def _within(scale: Scale, name: str, text: str) -> float:
    try:
        value = float(text if len(text) <= _LONGEST_NUMBER else "")
    except ValueError as error:
        raise InputError(f"{name}: expected a number; found {text[: key_values.SHOWN]!r}") from error
    tolerance = _END_TOLERANCE * (scale.high - scale.low)
    expect(
        scale.low - tolerance <= value <= scale.high + tolerance,
        f"{name}: expected {scale.low:g} to {scale.high:g}; found {value:g}",
    )
    return value
