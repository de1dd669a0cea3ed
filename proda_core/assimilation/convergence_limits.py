"""The limits of a schedule that every parameter of a site must meet to count as converged."""

from __future__ import annotations

from dataclasses import dataclass

from proda_core.records.convergence import Limits
from proda_core.records.settings import setting


@dataclass(frozen=True, kw_only=True)
class ConvergenceLimits:
    """Fields of a schedule; presets take theirs from :data:`proda_core.records.convergence.LIMITS`."""

    gelman_rubin_limit: float = setting(
        0.0,
        "Gelman-Rubin statistic that every parameter must stay below to count as converged; it judges "
        "chains but does not extend them [PRODA: 1.05, of the mean over the parameters]; 0 for no limit",
    )
    rhat_limit: float = setting(
        0.0,
        "R-hat that every parameter must stay below to count as converged (Vehtari et al. 2021); 0 "
        "for no limit",
    )
    ess_limit: float = setting(
        0.0,
        "effective sample size that every parameter must reach to count as converged (Vehtari et al. "
        "2021); 0 for no limit",
    )

    @property
    def limits(self) -> Limits:
        """All limits together."""
        return Limits(self.gelman_rubin_limit, self.rhat_limit, self.ess_limit)
