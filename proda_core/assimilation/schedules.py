"""Schedules: every choice of the assimilation as a named field, and four presets."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from types import MappingProxyType

from proda_core.assimilation.convergence_limits import ConvergenceLimits
from proda_core.assimilation.sampler_needs import HAMILTONIAN, needs_of
from proda_core.assimilation.schedule_checks import check_schedule, with_needed
from proda_core.records.checks import expect, one_of
from proda_core.records.convergence import LIMITS, limits_of_schedule
from proda_core.records.settings import setting

SAMPLERS: tuple[str, ...] = ("metropolis", "dream", "hmc")
SPACES: tuple[str, ...] = ("box", "probit")
WEIGHTS: tuple[str, ...] = ("chapter", "rank", "none")
ERRORS: tuple[str, ...] = ("gaussian", "lognormal", "lognormal_estimated")
OPERATORS: tuple[str, ...] = ("linear", "horizon", "pchip")
POOLINGS: tuple[str, ...] = ("one_chain", "all_chains")


@dataclass(frozen=True)
class Schedule(ConvergenceLimits):
    """How one site (or the batch) is assimilated; ``field_help(Schedule)`` explains every field."""

    name: str
    sampler: str = setting(
        "metropolis",
        "metropolis: Gaussian proposals that learn the posterior's covariance; dream: DREAM(ZS), "
        "whose proposals are differences of past states (Vrugt 2016), with acceptance_window (0, 1) "
        "because it has no scale to adapt; hmc: Hamiltonian Monte Carlo, which follows the gradient of "
        "the cost (Neal 2011) in space probit, not with operator pchip, and whose iterations are leapfrog "
        "steps, each a gradient and worth about two of the others",
        choices=SAMPLERS,
    )
    space: str = setting(
        "probit",
        "coordinates of the chain; box: the unit cube of the prior, proposals outside are rejected "
        "[ch37]; probit: normal scores of the prior, unbounded and several times more efficient",
        choices=SPACES,
    )
    chains: int = setting(
        3,
        "chains per site, each started from its own draw of the prior; three in [ch37], four or more "
        "for R-hat (Vehtari et al. 2021)",
    )
    test_iterations: int = setting(
        20_000,
        "warm-up iterations in which the proposal adapts; all are discarded [ch37: 20,000]",
    )
    formal_iterations: int = setting(
        30_000,
        "sampling iterations with the proposal frozen [ch37: 30,000]",
    )
    max_formal_iterations: int = setting(
        30_000,
        "upper limit to which sampling is extended while rhat_limit or ess_limit is not met; equal to "
        "formal_iterations for no extension",
    )
    discard: float = setting(
        0.5,
        "share of the sampling iterations discarded at the start [ch37: the first half]",
    )
    keep_every: int = setting(
        10,
        "thinning: iterations per state kept for summaries",
    )
    stored_draws: int = setting(
        100,
        "draws per chain stored in the posterior; more are recomputed on demand",
    )
    diagnosed_draws: int = setting(
        500,
        "evenly spaced draws per chain used for the convergence diagnostics",
    )
    first_step: float = setting(
        1.0,
        "prior standard deviation assumed by the first proposals, in units of space: most directions "
        "stay as wide as the prior (probit 1, box 0.29)",
    )
    first_temperature: float = setting(
        1.0,
        "initial temperature of the target, annealed to 1 by the middle of the warm-up; 1 for a site, "
        "high for the batch, whose cost is a sum over all profiles, so that chains from everywhere "
        "find the same mode",
    )
    target_acceptance: float = setting(
        0.234,
        "acceptance rate the proposal scale adapts to; 0.234 is optimal in many dimensions (Roberts "
        "et al. 1997), 0.3 keeps the chapter's chains inside its window",
    )
    acceptance_window: tuple[float, float] = setting(
        (0.15, 0.50),
        "range of acceptance rates of a valid chain; a chain outside is run again with a rescaled "
        "proposal [ch37: 15-50 %]",
    )
    max_reruns: int = setting(
        4,
        "number of re-runs before a chain is rejected",
    )
    annealed: bool = setting(
        False,
        "accept with exp(-dJ ln(n + 2)) and keep accepted states only, as the published code does; "
        "for comparison: this does not sample the posterior",
    )
    pooling: str = setting(
        "one_chain",
        "chains that form the posterior; one_chain: one drawn at random [ch37]; all_chains: every chain",
        choices=POOLINGS,
    )
    sigma_fraction: float = setting(
        0.6,
        "standard deviation of an observation's error as a fraction of the observation [PRODA: 0.6]",
    )
    weights: str = setting(
        "chapter",
        "weight of an observation in J; chapter: exp(-depth in m), with end_weight for the top and "
        "the bottom observation; rank: exp(-(rank - 1)) from the top; none: 1, the plain likelihood",
        choices=WEIGHTS,
    )
    end_weight: float = setting(
        10.0,
        "weight of the top and the bottom observation with weights chapter [ch37: 10]",
    )
    errors: str = setting(
        "gaussian",
        "error model; gaussian [PRODA]; lognormal with the same coefficient of variation; "
        "lognormal_estimated: log-normal with a scale estimated together with the parameters, which is "
        "integrated out and makes the logarithms of a profile multivariate Student-t (Gelman et al. "
        "2013, section 3.3)",
        choices=ERRORS,
    )
    operator: str = setting(
        "linear",
        "modelled carbon of an observation; linear: between layer nodes, at the mid-depth; horizon: the mean "
        "of the layers from top to bottom of the horizon, where a profile gives horizons, else as linear; "
        "pchip: a monotone cubic at the mid-depth [PRODA]",
        choices=OPERATORS,
    )
    error_scale: float = setting(
        0.35,
        "expected standard deviation of ln carbon, of measurement and structural error together, with "
        "errors lognormal_estimated",
    )
    error_scale_weight: float = setting(
        4.0,
        "number of observations that error_scale is worth as prior knowledge, the degrees of freedom of "
        "its scaled inverse chi-square prior",
    )
    error_correlation: float = setting(
        0.2,
        "correlation between the errors of two depths of a profile: the structural error that a whole "
        "profile shares, with errors lognormal_estimated",
    )
    mode_starts: int = setting(
        0,
        "starts of the search for modes before a batch is sampled by its gradient (sampler hmc): each climbs "
        "from a draw of the prior by a quasi-Newton method; 0 for a site",
    )
    least_efficiency: float = setting(
        0.0,
        "sites with a modelling efficiency E (37.3) below this are not used for training [ch37: 0]",
    )

    def __post_init__(self) -> None:
        check_schedule(self)

    @property
    def discarded(self) -> int:
        """Iterations of the formal run left out at its beginning."""
        return int(self.formal_iterations * self.discard)

    @property
    def draws_of_chain(self) -> int:
        """Draws stored of each chain: ``stored_draws``, or all states kept where they are fewer."""
        return min(self.stored_draws, (self.formal_iterations - self.discarded) // self.keep_every)

    def with_(self, **choices) -> Schedule:
        """Return the schedule with other choices, and what these need of fields that are not chosen.

        Another sampler brings the lengths, acceptance and space that it needs where they are not chosen.

        >>> SCHEDULES["quick"].with_(chains=4).chains
        4
        >>> SCHEDULES["chapter"].with_(sampler="hmc").space
        'probit'
        """
        known = set(asdict(self))
        unknown = [name for name in choices if name not in known]
        expect(
            not unknown,
            f"schedule: expected choices among {', '.join(sorted(known))}; found {', '.join(unknown)}",
        )
        choices = with_needed(choices)
        if "formal_iterations" in choices:
            longest = max(choices["formal_iterations"], choices.get("max_formal_iterations", 0))
            choices = {"max_formal_iterations": longest} | choices
        if choices.get("sampler") in SAMPLERS:
            choices = needs_of(choices["sampler"], self.sampler) | choices
        return replace(self, **choices)

    def to_json(self) -> str:
        """Return all choices as JSON text; :func:`from_json` reads it back."""
        return json.dumps(asdict(self))


def from_json(text: str) -> Schedule:
    """Read a schedule written by :meth:`Schedule.to_json`, also by a release without gelman_rubin_limit.

    >>> from_json(SCHEDULES["chapter"].to_json()) == SCHEDULES["chapter"]
    True
    """
    choices = json.loads(text)
    choices.setdefault("gelman_rubin_limit", limits_of_schedule(choices).gelman_rubin)
    return Schedule(**(choices | {"acceptance_window": tuple(choices["acceptance_window"])}))


def schedule_of(schedule: str | Schedule) -> Schedule:
    """Return a schedule by its name, or as given."""
    if isinstance(schedule, Schedule):
        return schedule
    return SCHEDULES[one_of(schedule, SCHEDULES, "schedule")]


def prior_of(schedule: str | Schedule) -> str:
    """Return the name of the prior that a schedule assimilates under where none is chosen.

    >>> prior_of("modern"), prior_of("chapter")
    ('informed', 'proda')
    """
    return _PRIORS.get(schedule_of(schedule).name, "proda")


_PRIORS = MappingProxyType({"modern": "informed"})  # by the name of the preset
_CHAPTER = Schedule("chapter", space="box", first_step=0.29, target_acceptance=0.3,
                    gelman_rubin_limit=LIMITS["chapter"].gelman_rubin)  # fmt: skip

SCHEDULES = MappingProxyType(
    {
        # For exploration: valid, adaptive, short.
        "quick": Schedule("quick", test_iterations=12_000, formal_iterations=20_000,
                          max_formal_iterations=20_000, discard=0.0, stored_draws=50, pooling="all_chains",
                          gelman_rubin_limit=LIMITS["quick"].gelman_rubin),
        # As chapter 37 describes it.
        "chapter": _CHAPTER,
        # For research: extended until converged by current standards, else reported as not converged.
        "modern": Schedule("modern", sampler="hmc", chains=4, **HAMILTONIAN, discard=0.0,
                           diagnosed_draws=500, pooling="all_chains", rhat_limit=LIMITS["modern"].rhat,
                           ess_limit=LIMITS["modern"].ess,
                           errors="lognormal_estimated", weights="none", operator="horizon"),
        # The published code's acceptance rule, for comparison only.
        "annealed": replace(_CHAPTER, name="annealed", annealed=True, acceptance_window=(0.0, 1.0)),
    }
)  # fmt: skip
