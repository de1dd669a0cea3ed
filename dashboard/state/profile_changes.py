"""A profile as a visitor changes it: carbon and weight of every observation, beside what was measured."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from dashboard.state import key_values
from dashboard.state.typed_numbers import decimal, whole
from proda_core.records.checks import expect

LEAST_CARBON, MOST_CARBON = 0.01, 1000.0  # kgC m-3; no soil holds more
FEWEST = 2  # observations that can be assimilated
MOST_WEIGHT = 100.0  # times the weight that the schedule gives


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
        """Which observations (observation) bool are not as measured."""
        return (self.carbon != self.measured) | (self.weight != 1.0)

    def with_carbon(self, row: int, carbon: float) -> ProfileChanges:
        """The same with another carbon [kgC m-3] at one depth, brought within what can be."""
        value = float(np.clip(carbon, LEAST_CARBON, MOST_CARBON)) if np.isfinite(carbon) else self.carbon[row]
        return replace(self, carbon=_with(self.carbon, row, value))

    def with_weight(self, row: int, weight: float) -> ProfileChanges:
        """The same with another weight at one depth."""
        return replace(self, weight=_with(self.weight, row, weight))

    def typed(self, row: int, what: str, text: str) -> ProfileChanges:
        """The same with "carbon" or "weight" of one depth as typed; InputError if that cannot be.

        >>> one = ProfileChanges(np.array([0.1, 0.5]), np.array([30.0, 9.0]))
        >>> one.typed(1, "carbon", "12.5").carbon.tolist()
        [30.0, 12.5]
        """
        where = f"{what.capitalize()} at {self.depth[row]:.2f} m"
        value = decimal(text, where, zero=what == "weight")
        if what == "weight":
            expect(value <= MOST_WEIGHT, f"{where}: expected at most {MOST_WEIGHT:g}; found {value:g}")
            return self.with_weight(row, value)
        expect(
            LEAST_CARBON <= value <= MOST_CARBON,
            f"{where}: expected {LEAST_CARBON:g} to {MOST_CARBON:,.0f} kgC m⁻³; found {value:g}",
        )
        return self.with_carbon(row, value)

    def reset(self) -> ProfileChanges:
        """The profile as measured."""
        return ProfileChanges(self.depth, self.measured)

    def expect_enough(self) -> None:
        """InputError where too few observations are left to assimilate."""
        left = int((self.weight > 0).sum())
        expect(left >= FEWEST, f"Weights: expected at least {FEWEST} observations above 0; found {left}")

    def in_words(self) -> str:
        """How much is changed; empty where nothing is.

        >>> ProfileChanges(np.array([0.1, 0.5]), np.array([30.0, 9.0])).with_weight(1, 0).in_words()
        '1 of 2 observations, 1 left out'
        """
        count, out = int(self.changed.sum()), int((self.weight == 0).sum())
        if not count:
            return ""
        return f"{count} of {len(self)} observations{f', {out} left out' if out else ''}"


def write(site: int, changes: ProfileChanges) -> str:
    """The changes of a site's profile as they travel in a link; empty where nothing is changed.

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
    """Site, and by row carbon and weight as typed, of a text of :func:`write`; InputError if it is none.

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
    """A measured profile with the changes of a link; InputError where it has no such observation."""
    for row, (carbon, weight) in rows.items():
        expect(
            row < len(changes), f"Changed profile: expected observations 0 to {len(changes) - 1}; found {row}"
        )
        if f"{changes.carbon[row]:.5g}" != carbon:  # only its weight was changed
            changes = changes.typed(row, "carbon", carbon)
        changes = changes.typed(row, "weight", weight)
    return changes


def _plain(value: float) -> str:
    return np.format_float_positional(value, trim="-")


def _with(values: np.ndarray, row: int, value: float) -> np.ndarray:
    changed = values.copy()
    changed[row] = value
    return changed
