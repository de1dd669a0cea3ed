"""What each sampler needs of a schedule: lengths, thinning, acceptance, space."""

from __future__ import annotations

from types import MappingProxyType

#: Lengths and acceptance of a random walk, and of trajectories that follow the gradient.
RANDOM_WALK = MappingProxyType(
    {
        **{"test_iterations": 30_000, "formal_iterations": 70_000, "max_formal_iterations": 500_000},
        **{"keep_every": 25, "target_acceptance": 0.234, "acceptance_window": (0.15, 0.50)},
    }
)
HAMILTONIAN = MappingProxyType(
    {
        **{"test_iterations": 1_000, "formal_iterations": 4_000, "max_formal_iterations": 64_000},
        **{"keep_every": 4, "target_acceptance": 0.8, "acceptance_window": (0.4, 1.0)},
    }
)
_UNBOUNDED = {"space": "probit"}


def needs_of(sampler: str, before: str) -> dict:
    """Return the fields that a schedule needs when ``sampler`` takes the place of ``before``.

    >>> needs_of("hmc", "metropolis")["target_acceptance"], needs_of("metropolis", "metropolis")
    (0.8, {})
    """
    if sampler == before:
        return {}
    needs = dict(HAMILTONIAN if sampler == "hmc" else RANDOM_WALK if before == "hmc" else {})
    if sampler == "dream":
        needs["acceptance_window"] = (0.0, 1.0)
    elif before == "dream":
        needs.setdefault("acceptance_window", RANDOM_WALK["acceptance_window"])
    return needs if sampler == "metropolis" else needs | _UNBOUNDED
