"""Sentences for the log of a run: which sites train, before they do; what converged, when it is known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from proda_core.comparison.convergence import batch_sentence, sites_sentence
from proda_core.network.split import sites_in
from proda_core.network.targets import training_sentence

if TYPE_CHECKING:
    from proda_core.run_choices import Choices

NETWORK, POSTERIOR, BATCH = "network", "posterior", "batch"


def before_stage(name: str, choices: Choices, needed: Mapping[str, Any]) -> str:
    """Write how many sites train the network and how many of these have not converged; else "".

    needed : results of earlier stages, by name
    """
    if name != NETWORK:
        return ""
    sites = sites_in(needed["split"], "train", "validation")
    return training_sentence(needed[POSTERIOR], sites, choices.network.train_on)


def after_stage(name: str, result: Any) -> str:
    """Write what share of the sites converged, or whether the batch did; "" after other stages."""
    if name == POSTERIOR:
        return sites_sentence(result.ds)
    return batch_sentence(result.ds) if name == BATCH else ""
