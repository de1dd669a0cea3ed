"""Chapter 37 to the letter: the choices of a run, and what of the chapter it can not follow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from proda_core.records.study import Study

#: Arguments of ``journey.run``; reasons for the other defaults are in docs/background/differences.md.
CHAPTER_CHOICES: Mapping[str, Any] = {
    "schedule": "chapter",
    "prior": "proda",
    "network": "prodanet",
    "end_to_end": None,
    "sites_at_most": 0,
    "split_by": "site",
    "batch_sites": "all",
    "grid": "clm45_10",
    "water": "scalar",
}
_COVARIATES = 60  # of the chapter
_ALWAYS = (
    "the chapter computes the water scalar from soil water potential; here it is CLM5's, as in the published "
    "code, because w_scaling, one of the chapter's 21 parameters, multiplies it",
    "bedrock is closed, so that mass is conserved, and observations below it are left out; --bedrock authors "
    "is the published code's scheme, and keeps them",
    "the outputs of the network pass a sigmoid, so that parameters stay inside the prior, and training stops "
    "when the validation loss has not improved for 50 epochs",
)


def departures(study: Study, chosen: Mapping[str, Any]) -> tuple[str, ...]:
    """Return one sentence for each way in which a run of ``study`` departs from the chapter.

    chosen : arguments of the run that differ from :data:`CHAPTER_CHOICES`, and ``npp``
    """
    found = [
        f"{name} is {value} instead of {CHAPTER_CHOICES[name]}, as chosen"
        for name, value in chosen.items()
        if name in CHAPTER_CHOICES and value != CHAPTER_CHOICES[name]
    ]
    found += _of_data(study, chosen)
    return tuple(f"not as in chapter 37: {sentence}" for sentence in (*found, *_ALWAYS))


def _of_data(study: Study, chosen: Mapping[str, Any]) -> list[str]:
    found, layers, covariates = [], study.forcing.grid, len(study.covariates.names)
    if layers.name != CHAPTER_CHOICES["grid"] and "grid" not in chosen:
        found.append(f"the forcing of the 10 layers is interpolated from {layers.size} layers")
    if not chosen.get("npp"):
        found.append(
            "the carbon input is the data set's own, not MODIS net primary production; give its file with"
            " --npp"
        )
    if covariates != _COVARIATES:
        found.append(f"the data set has {covariates} covariates, the chapter {_COVARIATES}")
    if study.synthetic:
        found.append("the data are synthetic")
    return found
