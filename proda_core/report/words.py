"""What is said of each figure: what one sees, in a sentence from its own numbers, and how it was made."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from proda_core.comparison.agreement import AGAINST, AMONG_REFERENCES
from proda_core.comparison.density import regression
from proda_core.comparison.identified import UNIDENTIFIED
from proda_core.comparison.labels import OBSERVED, label, order
from proda_core.comparison.parameter_fit import parameter_scores
from proda_core.comparison.published import IN_TEXT
from proda_core.comparison.run_tables import HELD_OUT
from proda_core.comparison.totals import PUBLISHED
from proda_core.figures.vegetation_classes import LEAST_SITES
from proda_core.report.tables import number
from proda_core.vocabulary.depth_intervals import label as interval_label

UNITS = {"1": "", "yr-1": "yr⁻¹", "gC m-2 yr-1": "gC m⁻² yr⁻¹"}
GOOD_R2 = 0.5  # of a parameter
SITE_LEVEL = "site_level"  # has seen the profile it is judged by


def of_scores(frame: pd.DataFrame) -> str:
    """The best method that has not seen the profiles, and how the others stand."""
    tested = frame[frame["part"] == HELD_OUT].set_index("method")
    judged = tested.drop(index=SITE_LEVEL, errors="ignore")
    if judged.empty:
        return "No method is judged by held-out sites."
    best = judged["nse"].idxmax()
    parts = [f"{label(m)} {number(judged['nse'][m], 2)}" for m in order(judged.index)]
    return (
        f"On {int(judged['profiles'].iloc[0]):,} profiles that no network has seen"
        f" ({int(judged['n'].iloc[0]):,} observations), {label(best)} is nearest to the measurements:"
        f" R² {number(judged['r2'][best], 2)}, RMSE {number(judged['rmse'][best])} kgC m⁻³."
        f" Efficiencies: {', '.join(parts)}. {IN_TEXT} {frame.attrs.get('note', '')}".rstrip()
    )


def of_deviation(frame: pd.DataFrame) -> str:
    """Which share of the profiles each method has too little carbon for."""
    low = frame.groupby("method")["deviation"].agg(lambda v: np.mean(v < 0))
    parts = [f"{label(m)} {100 * low[m]:.0f} %" for m in order(low.index)]
    return f"Share of {_sites(frame)} held-out profiles with too little modelled carbon: {', '.join(parts)}."


def of_density(frame: pd.DataFrame) -> str:
    """Slopes below one: rich soils come out too poor."""
    slope = regression(frame).set_index("method")["slope"]
    parts = [f"{label(m)} {number(slope[m], 2)}" for m in order(slope.index)]
    return (
        "A slope of the regression below 1 means that rich soils come out too poor and poor ones too rich."
        f" Slopes: {', '.join(parts)}."
    )


def of_maps(frame: pd.DataFrame) -> str:
    """The middle stock of every product to one metre."""
    here = frame[frame["interval"] == "0-100"]
    middle = here.groupby("product")["stock"].median()
    parts = [f"{label(p)} {number(middle[p])}" for p in order(middle.index)]
    middle = f"Median stock to one metre, over cells (observed: over sites): {', '.join(parts)} kgC m⁻²."
    return f"{middle} {frame.attrs.get('note', '')}".rstrip()


def of_totals(frame: pd.DataFrame) -> str:
    """What each product holds to two metres, and whether published totals may be held against it."""
    ours = frame[(frame["kind"] != PUBLISHED) & (frame["interval"] == "0-200")].set_index("product")["total"]
    parts = [f"{label(p)} {number(ours[p])}" for p in order(ours.index)]
    known = frame[frame["sd"].notna() & (frame["interval"] == "0-200")]
    left = [
        f"{label(row.product)} {number(row.total - row.mean_error)} ± {number(1.645 * row.sd)}"
        f" ({number(1.645 * row.sd_independent)} if errors were independent)"
        for row in known.itertuples()
    ]
    spread = f" Less the mean error at held-out profiles, 90 %: {'; '.join(left)} PgC." if left else ""
    return f"Carbon from 0 to 200 cm: {', '.join(parts)} PgC.{spread} {frame.attrs.get('note', '')}"


def of_vegetation(frame: pd.DataFrame) -> str:
    """The class richest in carbon, and where the maps disagree most with it."""
    here = frame[(frame["interval"] == "0-100") & (frame["product"] == OBSERVED)]
    here = here[here["n"] >= LEAST_SITES]
    if here.empty:
        return f"No class has {LEAST_SITES} profiles that reach one metre."
    rich, poor = here.loc[here["mean"].idxmax()], here.loc[here["mean"].idxmin()]
    return (
        f"Measured stocks to one metre are largest in {rich['vegetation']} ({number(rich['mean'])} kgC m⁻²,"
        f" {int(rich['n']):,} profiles) and smallest in {poor['vegetation']} ({number(poor['mean'])})."
        f" {frame.attrs.get('note', '')}"
    ).rstrip()


def of_differences(frames: Sequence[pd.DataFrame]) -> str:
    """The middle of each difference."""
    parts = []
    for frame in frames:
        one, two = label(frame.attrs["one"]), label(frame.attrs["two"])
        share = 100 * np.nanmean(frame["difference"] > 0)
        parts.append(f"{one} has more than {two} in {share:.0f} % of the cells")
    interval = interval_label(frames[0].attrs["interval"])
    return f"Stock, {interval}: {'; '.join(parts)}."


def of_agreement(frame: pd.DataFrame) -> str:
    """How near each product is to the reference maps, and these to each other, to one metre."""
    here = frame[frame["interval"] == "0-100"]
    parts = [
        f"{label(name)} {_range(part['rmse'])} kgC m⁻² (concordance {_range(part['concordance'], 2)})"
        for name, part in here[here["kind"] == AGAINST].groupby("one", sort=False)
    ]
    if not parts:
        return "No product has a stock to one metre in common with a reference map."
    among = here[here["kind"] == AMONG_REFERENCES]
    last = (
        f" The reference maps differ from each other by {_range(among['rmse'])} kgC m⁻² (concordance"
        f" {_range(among['concordance'], 2)})."
        if len(among)
        else " There is a single reference map, so nothing is known of the spread between them."
    )
    return f"RMSE to the reference maps, 0–100 cm: {'; '.join(parts)}.{last}"


def _range(values: pd.Series, digits: int = 3) -> str:
    ends = dict.fromkeys(number(value, digits) for value in (values.min(), values.max()))
    return " to ".join(ends)


def of_strata(frame: pd.DataFrame) -> str:
    """Where the best method does best and worst."""
    by = frame.columns[0]
    judged = frame[frame["method"] != SITE_LEVEL]
    best = judged.groupby("method")["nse"].median().idxmax()
    nse = judged[judged["method"] == best].set_index(by)["nse"]
    name = label(best)
    return (
        f"{name[0].upper()}{name[1:]} has the highest median efficiency; it reaches {number(nse.max(), 2)} in"
        f" {nse.idxmax()} and {number(nse.min(), 2)} in {nse.idxmin()}."
    )


def of_depth(frame: pd.DataFrame) -> str:
    """What lines and bands are."""
    return (
        f"Carbon of {frame['vegetation'].nunique()} vegetation classes against depth. Lines are medians, the"
        " band holds the middle half of all observations in a slice of depth."
    )


def of_taylor(frame: pd.DataFrame) -> str:
    """Spread of every method."""
    parts = [f"{label(row.method)} {row.sd_ratio:.2f}" for row in frame.itertuples()]
    return (
        "A perfect method would lie on the star. Spread of the modelled over that of the measured densities:"
        f" {', '.join(parts)}."
    )


def of_coverage(frame: pd.DataFrame) -> str:
    """The share inside the 90 % intervals that hold all known spreads."""
    at = frame[((frame["level"] - 0.9).abs() < 1e-9) & (frame["spread"] != "network")]
    parts = [
        f"{label(row.product)} ({row.quantity}, {row.spread}) {100 * row.covered:.0f} %"
        for row in at.itertuples()
    ]
    return (
        f"Share of held-out measurements inside intervals that should hold 90 %: {'; '.join(parts)}."
        " The spread of a network's members alone is no interval for a profile."
        f" {frame.attrs.get('note', '')}"
    ).rstrip()


def of_folds(frame: pd.DataFrame) -> str:
    """What each method loses where areas are held out."""
    kinds = list(dict.fromkeys(frame["by"]))
    if len(kinds) < 2:
        return f"Splits of one kind only ({kinds[0]})."
    last = frame[frame["by"] == kinds[-1]]
    parts = [f"{label(row.method)} {row.nse_lost:.2f}" for row in last.itertuples()]
    return f"Efficiency lost from {kinds[0]} to {kinds[-1]} splits: {'; '.join(parts)}."


def of_processes(frame: pd.DataFrame) -> str:
    """Each process with its middle half."""
    parts = []
    for name, part in frame.groupby("process", sort=False):
        low, high = part["value"].quantile([0.25, 0.75])
        unit = UNITS.get(part["unit"].iloc[0], part["unit"].iloc[0])
        parts.append(f"{name.replace('_', ' ')} {number(low)} to {number(high)} {unit}".rstrip())
    return f"Middle half of the cells of {label(frame['product'].iloc[0])}: {'; '.join(parts)}."


def of_parameters(frame: pd.DataFrame) -> str:
    """Return how many parameters are predicted, and how many the profiles say nothing about."""
    table = parameter_scores(frame)
    good = (table[f"r2 {HELD_OUT}"] >= GOOD_R2).sum()
    open_ = table[~(table["sd_ratio"] <= UNIDENTIFIED)]
    return (
        f"On held-out sites {good} of {len(table)} parameters are predicted with R² of {GOOD_R2} or more."
        f" {len(open_)} keep more than {100 * UNIDENTIFIED:.0f} % of the prior's spread at the median site:"
        f" {', '.join(open_['parameter']) or 'none'}."
    )


def of_control(frame: pd.DataFrame) -> str:
    """The part whose variation in space matters most, product by product."""
    held = frame[frame["group"] != "nothing"]
    most = held.loc[held.groupby("product")["nse_lost"].idxmax()]
    parts = [
        f"{label(row.product)} {row.group.replace('_', ' ')} ({number(row.nse_lost, 2)})"
        for row in most.itertuples()
    ]
    return f"Most efficiency is lost where this group is held at its mean: {'; '.join(parts)}."


def _sites(frame: pd.DataFrame) -> str:
    return f"{frame['site'].nunique():,}"
