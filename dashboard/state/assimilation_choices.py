"""How an assimilation shall run, as a visitor types it."""

from __future__ import annotations

import re

import param

from proda_core.records.checks import InputError, expect

MOST_ITERATIONS = 2_000_000  # of a chain, from this page; longer ones are for the command line
MOST_SITES = 200  # watched at once; more are for a run
LARGEST_SEED = 2**31 - 1
FIELDS: dict[str, str] = {
    "chains": "Chains",
    "test_iterations": "Test iterations",
    "formal_iterations": "Formal iterations",
    "sigma_fraction": "Observation error (fraction)",
}


class AssimilationChoices(param.Parameterized):
    """Schedule, the fields of it that a visitor may change, prior and seed; numbers as typed text."""

    schedule = param.String(default="quick", doc="Name of the schedule the fields start from.")
    chains = param.String(default="", doc="Chains per site.")
    test_iterations = param.String(default="", doc="Iterations in which the proposal learns.")
    formal_iterations = param.String(default="", doc="Iterations that make the posterior.")
    sigma_fraction = param.String(default="", doc="Error of an observation as a fraction of it.")
    prior = param.String(default="proda", doc="Name of the prior.")
    seed = param.String(default="1", doc="Seed of all random numbers.")

    def numbers(self) -> dict[str, int | float]:
        """The fields as numbers; raises InputError with the field's name."""
        counts = ("chains", "test_iterations", "formal_iterations")
        found: dict[str, int | float] = {name: whole(getattr(self, name), FIELDS[name]) for name in counts}
        for name in counts[1:]:
            expect(
                found[name] <= MOST_ITERATIONS,
                f"{FIELDS[name]}: expected at most {MOST_ITERATIONS:,} on this page; found {found[name]:,}",
            )
        expect(found["formal_iterations"] >= 10, f"{FIELDS['formal_iterations']}: expected at least 10")
        return found | {"sigma_fraction": decimal(self.sigma_fraction, FIELDS["sigma_fraction"])}

    def seed_number(self) -> int:
        """The seed; raises InputError if it is none."""
        seed = whole(self.seed, "Seed")
        expect(seed <= LARGEST_SEED, f"Seed: expected at most {LARGEST_SEED}; found {seed}")
        return seed


def whole(text: str, what: str) -> int:
    """A typed whole number, not negative.

    >>> whole("20,000", "Iterations")
    20000
    >>> whole("-3", "Chains")
    Traceback (most recent call last):
    ...
    proda_core.records.checks.InputError: Chains: expected a whole number, 0 or more; found '-3'
    """
    digits = re.sub(r"[\s,_']", "", text)
    if not re.fullmatch(r"[0-9]{1,12}", digits):
        raise InputError(f"{what}: expected a whole number, 0 or more; found {text.strip()[:30]!r}")
    return int(digits)


def decimal(text: str, what: str) -> float:
    """A typed positive number.

    >>> decimal("0.6", "Error")
    0.6
    """
    if not re.fullmatch(r"\d{1,9}(\.\d{0,9})?|\.\d{1,9}", text.strip()) or float(text) <= 0:
        raise InputError(f"{what}: expected a number above 0; found {text.strip()[:30]!r}")
    return float(text)


def expect_sites(count: int) -> None:
    """As many sites as can be watched."""
    expect(count > 0, "Sites: expected at least one site that can be assimilated; choose some on the map")
    expect(
        count <= MOST_SITES,
        f"Sites: expected at most {MOST_SITES} at a time on this page; found {count:,}."
        " A run on the page Maps assimilates all sites",
    )
