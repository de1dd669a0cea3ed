"""Choices of the next assimilation, numbers as typed text."""

from __future__ import annotations

import param

from dashboard.state import model_fields, schedule_fields
from dashboard.state.modes import EACH, MODES, schedules_of
from dashboard.state.typed_numbers import decimal, whole
from proda_core.assimilation.schedules import Schedule
from proda_core.records.checks import expect

MOST_ITERATIONS = 2_000_000  # of a chain started from a page; longer ones run from the command line
MOST_SITES = 200  # of one assimilation; a run assimilates more
LARGEST_SEED = 2**31 - 1
FIELDS: dict[str, str] = {
    "chains": "Chains",
    "test_iterations": "Warm-up iterations",
    "formal_iterations": "Sampling iterations",
    "sigma_fraction": "Observation error (fraction)",
}


class AssimilationChoices(param.Parameterized):
    """Mode, schedule, fields of the schedule, prior and seed; numbers as typed text."""

    mode = param.Selector(default=EACH, objects=list(MODES), doc="What gets a parameter set of its own.")
    schedule = param.String(default="quick", doc="Name of the schedule the fields start from.")
    chains = param.String(default="", doc="Chains per site.")
    test_iterations = param.String(default="", doc="Iterations in which the proposal learns.")
    formal_iterations = param.String(default="", doc="Iterations that make the posterior.")
    sigma_fraction = param.String(default="", doc="Error of an observation as a fraction of it.")
    other = param.Dict(default={}, doc="Any other field that differs from the schedule's, as typed.")
    model = param.Dict(default={}, doc="Settings of the soil model that differ from the default, as typed.")
    prior = param.String(default="proda", doc="Name of the prior.")
    seed = param.String(default="1", doc="Seed of all random numbers.")

    @property
    def base(self) -> Schedule:
        """The schedule that the fields start from."""
        return schedules_of(self.mode)[self.schedule]

    def numbers(self) -> dict[str, int | float]:
        """Return the fields as numbers; InputError with the field's name."""
        counts = ("chains", "test_iterations", "formal_iterations")
        found: dict[str, int | float] = {name: whole(getattr(self, name), FIELDS[name]) for name in counts}
        for name in counts[1:]:
            expect(
                found[name] <= MOST_ITERATIONS,
                f"{FIELDS[name]}: expected at most {MOST_ITERATIONS:,} on this page; found {found[name]:,}",
            )
        expect(found["formal_iterations"] >= 10, f"{FIELDS['formal_iterations']}: expected at least 10")
        return found | {"sigma_fraction": decimal(self.sigma_fraction, FIELDS["sigma_fraction"])}

    def to_schedule(self) -> Schedule:
        """Return the schedule with every field as typed; InputError with the field's name."""
        base = self.base
        others = {
            name: schedule_fields.as_value(name, text, getattr(base, name))
            for name, text in self.other.items()
        }
        longest = others.get("max_formal_iterations", 0)
        expect(
            longest <= MOST_ITERATIONS,
            f"max_formal_iterations: expected at most {MOST_ITERATIONS:,} on this page; found {longest:,}",
        )
        return base.with_(**others | self.numbers())

    def to_model(self) -> dict[str, object]:
        """Return the chosen settings of the soil model; InputError with the setting's name."""
        return model_fields.values(self.model)

    def seed_number(self) -> int:
        """Return the seed; InputError if it is not a whole number."""
        seed = whole(self.seed, "Seed")
        expect(seed <= LARGEST_SEED, f"Seed: expected at most {LARGEST_SEED}; found {seed}")
        return seed


def expect_sites(count: int) -> None:
    """Raise InputError unless so many sites can be assimilated at once."""
    expect(count > 0, "Sites: expected at least one site that can be assimilated; choose some on the map")
    expect(
        count <= MOST_SITES,
        f"Sites: expected at most {MOST_SITES} at a time on this page; found {count:,}."
        " A run on the page Maps assimilates all sites",
    )
