"""The soil model's parameters and a changed climate as sliders hold them."""

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
_NEAR = 1e-3  # share of a slider's span by which a rounded value may lie beyond an end
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
TEXTURE, OFF = "texture", "off"  # how a setting says that the transfers below are the visitor's own
TEXTURE_GIVEN = ("fs1s2", "fs1s3")  # follow from sand content in CLM5's default run


@dataclass(frozen=True)
class Scale:
    """What a slider spans, in physical units; ``logarithmic`` where it spans decades."""

    low: float
    high: float
    logarithmic: bool = False

    def value(self, position: int) -> float:
        """The value at a position of 0 to :data:`STEPS`.

        >>> Scale(1.2, 3.0).value(100), round(Scale(0.01, 10.0, True).value(200), 6)
        (2.1, 10.0)
        """
        share = position / STEPS
        if self.logarithmic:
            return float(self.low * (self.high / self.low) ** share)
        return self.low + share * (self.high - self.low)

    def share(self, value: float) -> float:
        """Where a value lies, 0 at the left end and 1 at the right.

        >>> Scale(0.0, 4.0).share(3.0)
        0.75
        """
        if self.logarithmic:
            return float(np.log(value / self.low) / np.log(self.high / self.low))
        return (value - self.low) / (self.high - self.low)

    def position(self, value: float) -> int:
        """The position nearest to a value."""
        return int(np.clip(round(STEPS * self.share(value)), 0, STEPS))


def _scale(name: str) -> Scale:
    """The prior's range, wide enough for CLM5's default; never a value that makes no system."""
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
    """All 22 parameters (the last of them is not sampled), and how the climate differs from today's."""

    values = param.ClassSelector(class_=tuple, default=tuple(DEFAULTS.tolist()), doc="In NAMES' order.")
    texture = param.Boolean(default=True, doc="Transfers of fast soil carbon from sand, as CLM5 does.")
    warming = param.Number(default=0.0, bounds=(-100.0, 100.0), doc="Added to soil temperature [K].")
    wetness = param.Number(default=1.0, bounds=(0.01, 10.0), doc="Factor on the water scalar [1].")
    litter = param.Number(default=1.0, bounds=(0.0, 10.0), doc="Factor on carbon input [1].")

    def value(self, name: str) -> float:
        """One parameter."""
        return self.values[INDEX[name]]

    def put(self, name: str, value: float) -> None:
        """Change one parameter; the transfers of fast soil carbon then are the visitor's own."""
        values = list(self.values)
        values[INDEX[name]] = rounded(value)
        self.param.update(values=tuple(values), texture=self.texture and name not in TEXTURE_GIVEN)

    def take_default(self) -> None:
        """CLM5's default run."""
        self.param.update(values=tuple(DEFAULTS.tolist()), texture=True)

    def take(self, found: Mapping[str, float]) -> None:
        """Parameters that something has found; what it has not stays CLM5's default."""
        values = DEFAULTS.copy()
        for name, value in found.items():
            values[INDEX[name]] = rounded(value)
        self.param.update(values=tuple(values.tolist()), texture=False)

    def take_today(self) -> None:
        """Today's climate."""
        self.param.update(**NO_CHANGE)

    def written(self) -> str:
        """What differs from CLM5's default and today's climate, as a text for a link.

        >>> choices = ParameterChoices(warming=3.0)
        >>> choices.put("q10", 2.1)
        >>> choices.written()
        'q10:2.1,warming:3'
        """
        default, today = ParameterChoices(), NO_CHANGE
        differs = {name: self.value(name) for name in SCALES if self.value(name) != default.value(name)}
        differs |= {name: getattr(self, name) for name in today if getattr(self, name) != today[name]}
        texts = {name: f"{value:.{DIGITS}g}" for name, value in differs.items()}
        return key_values.write(texts if self.texture else texts | {TEXTURE: OFF})

    def follow(self, text: str) -> None:
        """Take the setting of a text; InputError if it cannot be read."""
        found = read(text)
        values = DEFAULTS.copy()
        for name in SCALES.keys() & found.keys():
            values[INDEX[name]] = found[name]
        climate = {name: found.get(name, usual) for name, usual in NO_CHANGE.items()}
        self.param.update(values=tuple(values.tolist()), texture=TEXTURE not in found, **climate)


def rounded(value: float) -> float:
    """A value with as many digits as a link holds.

    >>> rounded(2.123456)
    2.123
    """
    return float(f"{value:.{DIGITS}g}")


def read(text: str) -> dict[str, float]:
    """The values of a setting's text, each within its slider; InputError if there is one that cannot be.

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
    room = _NEAR * (scale.high - scale.low)
    expect(
        scale.low - room <= value <= scale.high + room,
        f"{name}: expected {scale.low:g} to {scale.high:g}; found {value:g}",
    )
    return value
