"""Published numbers for comparison, always labelled as published.

Sources: chapter 37 of Luo & Smith (eds.), Land Carbon Cycle Modeling, 2nd edition (2024); its table
37.1, figure 37.4 and text; and totals of public maps over the same area.
"""

from __future__ import annotations

import pandas as pd

CHAPTER = "Tao & Luo, chapter 37, table 37.1"
_FIGURE = "Tao & Luo, chapter 37, figure 37.4 and text"
_SANDERMAN = "Sanderman et al. 2017, map of 2010 over the conterminous United States"
_SPINUP = "CESM2 spin-up, TOTSOMC over the conterminous United States, whole column"

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
