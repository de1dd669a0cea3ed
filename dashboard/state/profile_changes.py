"""Changes of a profile: carbon and weight of every observation, beside the measured values."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from dashboard.state import key_values
from dashboard.state.typed_numbers import decimal, whole
from proda_core.records.checks import expect
from proda_core.records.profiles import MIN_OBSERVATIONS

MIN_CARBON, MAX_CARBON = 0.01, 1000.0  # kgC m-3; no soil holds more
MAX_WEIGHT = 100.0  # factor on the schedule's own


@dataclass(frozen=True, eq=False)
class ProfileChanges:
    """Observations of one profile by depth, each (observation,): depth [m], carbon [kgC m-3], weight.

    ``weight`` multiplies the schedule's own; 0 leaves an observation out.
    """

    depth: np.ndarray
    measured: np.ndarray
    carbon: np.ndarray = field(default=None)
    weight: np.ndarray = field(default=None)

    def __post_init__(self) -> None:
        if self.carbon is None:
            object.__setattr__(self, "carbon", np.array(self.measured, float))
        if self.weight is None:
            object.__setattr__(self, "weight", np.ones(len(self.measured)))

    def __len__(self) -> int:
        return len(self.depth)

    @property
    def changed(self) -> np.ndarray:
        """Whether each observation (observation) bool differs from the measured one."""
        return (self.carbon != self.measured) | (self.weight != 1.0)

    def with_carbon(self, row: int, carbon: float) -> ProfileChanges:
        """Return the changes with another carbon [kgC m-3] at one depth, clipped to the possible range."""
        value = float(np.clip(carbon, MIN_CARBON, MAX_CARBON)) if np.isfinite(carbon) else self.carbon[row]
        return replace(self, carbon=_with(self.carbon, row, value))

    def with_weight(self, row: int, weight: float) -> ProfileChanges:
        """Return the changes with another weight at one depth."""
        return replace(self, weight=_with(self.weight, row, weight))

    def typed(self, row: int, what: str, text: str) -> ProfileChanges:
        """Return the changes with "carbon" or "weight" of one depth as typed; InputError if unreadable.

        >>> one = ProfileChanges(np.array([0.1, 0.5]), np.array([30.0, 9.0]))
        >>> one.typed(1, "carbon", "12.5").carbon.tolist()
        [30.0, 12.5]
        """
        where = f"{what.capitalize()} at {self.depth[row]:.2f} m"
        value = decimal(text, where, zero=what == "weight")
        if what == "weight":
            expect(value <= MAX_WEIGHT, f"{where}: expected at most {MAX_WEIGHT:g}; found {value:g}")
            return self.with_weight(row, value)
        expect(
            MIN_CARBON <= value <= MAX_CARBON,
            f"{where}: expected {MIN_CARBON:g} to {MAX_CARBON:,.0f} kgC m⁻³; found {value:g}",
        )
        return self.with_carbon(row, value)

    def reset(self) -> ProfileChanges:
        """Return the profile as measured."""
        return ProfileChanges(self.depth, self.measured)

    def expect_enough(self) -> None:
        """Raise InputError where too few observations are left to assimilate."""
        left = int((self.weight > 0).sum())
        expect(
            left >= MIN_OBSERVATIONS,
            f"Weights: expected at least {MIN_OBSERVATIONS} observations above 0; found {left}",
        )

    def in_words(self) -> str:
        """Return how many observations are changed; empty where none is.

        >>> ProfileChanges(np.array([0.1, 0.5]), np.array([30.0, 9.0])).with_weight(1, 0).in_words()
        '1 of 2 observations, 1 left out'
        """
        count, out = int(self.changed.sum()), int((self.weight == 0).sum())
        if not count:
            return ""
        return f"{count} of {len(self)} observations{f', {out} left out' if out else ''}"


def write(site: int, changes: ProfileChanges) -> str:
    """Return the changes of a site's profile as text for a link; empty where nothing is changed.

    >>> one = ProfileChanges(np.array([0.1, 0.5]), np.array([30.0, 9.0]))
    >>> write(9, one.with_carbon(1, 12.5)), write(9, one)
    ('site:9,1:12.5*1', '')
    """
    rows = {
        str(row): f"{changes.carbon[row]:.5g}*{_plain(changes.weight[row])}"
        for row in np.flatnonzero(changes.changed)
    }
    return key_values.write({"site": str(site)} | rows) if rows else ""


def read(text: str) -> tuple[int, dict[int, tuple[str, str]]]:
    """Return the site, and by row carbon and weight as typed, of a text of :func:`write`; or InputError.

    >>> read("site:9,1:12.5*0")
    (9, {1: ('12.5', '0')})
    """
    found = key_values.read(text, "Changed profile")
    site = whole(found.pop("site", ""), "Changed profile: site")
    rows = {}
    for row, both in found.items():
        carbon, star, weight = both.partition("*")
        expect(bool(star), f"Changed profile: expected carbon*weight such as 12.5*1; found {both[:30]!r}")
        decimal(carbon, "Changed profile: carbon"), decimal(weight, "Changed profile: weight", zero=True)
        rows[whole(row, "Changed profile: number of the observation")] = carbon, weight
    return site, rows


def restored(changes: ProfileChanges, rows: dict[int, tuple[str, str]]) -> ProfileChanges:
    """Return a measured profile with the changes of a link; InputError where it has no such observation."""
    for row, (carbon, weight) in rows.items():
        expect(
            row < len(changes), f"Changed profile: expected observations 0 to {len(changes) - 1}; found {row}"
        )
        if f"{changes.carbon[row]:.5g}" != carbon:  # only its weight was changed
            changes = changes.typed(row, "carbon", carbon)
        changes = changes.typed(row, "weight", weight)
    return changes


def edited(changes: ProfileChanges, columns: dict[str, list]) -> ProfileChanges:
    """Return the changes after the columns of their points were edited; a removed point gets weight 0.

    >>> one = ProfileChanges(np.array([0.1, 0.5]), np.array([30.0, 9.0]))
    >>> edited(one, {"depth": [0.5], "measured": [9.0], "carbon": [9.0]}).weight.tolist()
    [0.0, 1.0]
    """
    if len(columns["carbon"]) < len(changes):
        left = list(zip(columns["depth"], columns["measured"]))
        for row, place in enumerate(zip(changes.depth.tolist(), changes.measured.tolist())):
            if place in left:
                left.remove(place)
            else:
                changes = changes.with_weight(row, 0.0)
        return changes
    for row in np.flatnonzero(np.asarray(columns["carbon"], float) != changes.carbon):
        changes = changes.with_carbon(int(row), float(columns["carbon"][row]))
    return changes


def _plain(value: float) -> str:
    return np.format_float_positional(value, trim="-")


def _with(values: np.ndarray, row: int, value: float) -> np.ndarray:
    changed = values.copy()
    changed[row] = value
    return changed
