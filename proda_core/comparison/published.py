"""Published numbers for comparison, always labelled as published and never comparable with synthetic data.

Sources: chapter 37 of Luo & Smith (eds.), Land Carbon Cycle Modeling, 2nd edition (2024); its table
37.1, figure 37.4 and text; and totals of public maps over the same area.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from proda_core.records.study import Study
from proda_core.sources import catalogue

if TYPE_CHECKING:
    from proda_core.comparison.places import Places
    from proda_core.runs import Run

CHAPTER = "Tao & Luo, chapter 37, table 37.1"
CHAPTER_TEXT = "Tao & Luo, chapter 37, text"
_FIGURE = "Tao & Luo, chapter 37, figure 37.4 and text"
_SANDERMAN = "Sanderman et al. 2017, map of 2010 over the conterminous United States"
_SPINUP = "CESM2 spin-up, TOTSOMC over the conterminous United States, whole column"

# R2 in the text of the chapter: PRODA beside the map SoilGrids
R2_PRODA, R2_SOILGRIDS = 0.623, 0.635
# Profiles of the chapter that were assimilated, and those that trained its network (E >= 0)
PROFILES, PROFILES_KEPT = 26_905, 25_444

# R2 of the regression of modelled on observed; RMSE of carbon density [kgC m-3]
SCORES = pd.DataFrame(
    [("default", 0.32, 15.86, CHAPTER), ("batch", 0.43, 11.41, CHAPTER), ("proda", 0.62, 8.95, CHAPTER)],
    columns=["method", "r2", "rmse", "source"],
)

# Soil organic carbon of the conterminous United States [PgC]
TOTALS = pd.DataFrame(
    [
        ("WISE30sec", "0-30", 98.0, _FIGURE),
        ("WISE30sec", "30-100", 81.0, _FIGURE),
        ("WISE30sec", "100-200", 64.0, _FIGURE),
        ("WISE30sec", "0-200", 243.0, _FIGURE),
        ("SoilGrids250m", "0-30", 102.0, _FIGURE),
        ("SoilGrids250m", "30-100", 86.0, _FIGURE),
        ("SoilGrids250m", "100-200", 81.0, _FIGURE),
        ("SoilGrids250m", "0-200", 269.0, _FIGURE),
        ("batch assimilation, chapter", "0-200", 165.0, _FIGURE),
        ("PRODA, chapter", "0-200", 246.0, _FIGURE),
        ("Sanderman 2017", "0-30", 47.1, _SANDERMAN),
        ("Sanderman 2017", "30-100", 46.6, _SANDERMAN),
        ("Sanderman 2017", "100-200", 37.5, _SANDERMAN),
        ("Sanderman 2017", "0-200", 131.2, _SANDERMAN),
        ("CESM2 spin-up", "whole column", 66.0, _SPINUP),
    ],
    columns=["product", "interval", "total", "source"],
)

IN_TEXT = f"Published in the chapter's text: R² {R2_PRODA} of PRODA beside {R2_SOILGRIDS} of SoilGrids."
NOT_COMPARABLE = "Published numbers are of real profiles and can not be compared with synthetic data."
TUNED = (
    "Synthetic data: the teaching continent was tuned to tell the chapter's story, so numbers near the"
    f" published ones are no evidence. {NOT_COMPARABLE}"
)


def is_synthetic(run: Run, study: Places | None = None) -> bool:
    """Whether a run is of synthetic data, by its study or else by the name of the study in its settings."""
    if isinstance(study, Study):
        return study.synthetic
    name = run.settings["choices"]["study"]
    return any(entry.synthetic for entry in catalogue.entries() if entry.name == name)


def caution(run: Run, study: Places | None = None) -> str:
    """Return what is said where published numbers are beside those of a run of synthetic data, else "".

    The teaching continent was tuned to resemble them.
    """
    if not is_synthetic(run, study):
        return ""
    return TUNED if str(run.settings["choices"]["study"]).startswith("teaching") else NOT_COMPARABLE
