"""Carbon against depth: one site with its model and band, and vegetation classes."""

from __future__ import annotations

from collections.abc import Mapping

import holoviews as hv
import numpy as np
import pandas as pd

from proda_core.comparison.depth_profiles import profiles_by_class
from proda_core.comparison.labels import OBSERVED as MEASURED
from proda_core.comparison.labels import order
from proda_core.comparison.places import vegetation_order
from proda_core.figures.elements import (
    CARBON,
    DENSITY,
    DEPTH,
    abreast,
    band,
    columns_for,
    curve,
    dim,
    dots,
    panel,
)
from proda_core.figures.inputs import from_run
from proda_core.figures.theme import CHAIN_COLOURS, OBSERVED, POSTERIOR, colour, round_up, title
from proda_core.records.checks import expect
from proda_core.records.profiles import USABLE_FLAGS
from proda_core.records.study import Study

LEAST_SLICES = 3  # of depth; fewer make no profile
DIMS = (CARBON, DEPTH)
_GRAMS = 1000.0  # in a kilogram
_REACH = 0.98  # quantile of the medians that the carbon axis covers
_DEEPEST = 2.0  # m


@from_run(profiles_by_class)
def depth_profiles(frame: pd.DataFrame, *, most: int | None = None, note: str = "") -> hv.Layout:
    """Draw medians of every product with the middle half of the measured, one panel per class.

    frame : vegetation, depth [m], product, median, low, high [kgC m-3], n
    most : only as many classes, those with most observations
    """
    slices = frame.groupby("vegetation")["depth"].nunique()
    frame = frame[frame["vegetation"].isin(slices.index[slices >= LEAST_SLICES])]
    expect(len(frame) > 0, f"no vegetation class is measured in {LEAST_SLICES} slices of depth")
    counts = frame[frame["product"] == MEASURED].groupby("vegetation")["n"].sum().sort_values(ascending=False)
    chosen = [
        name for name in vegetation_order(frame["vegetation"]) if name in counts.index[: most or len(counts)]
    ]
    shown = frame[frame["vegetation"].isin(chosen)]
    end = round_up(1.1 * float(np.nanquantile(shown["median"], _REACH)))
    panels = []
    for i, name in enumerate(chosen):
        part = shown[shown["vegetation"] == name]
        marks = [mark for product in order(part["product"]) for mark in _product(part, product)]
        text = f"{name} ({int(counts[name]):,} observations)"
        options = {
            "xlim": (0, end),
            "ylim": (0, _DEEPEST),
            "invert_yaxis": True,
            "grid": "both",
            "height": 290,
        }
        options |= {"ylabel": DEPTH.pprint_label if i % columns_for(len(chosen)) == 0 else ""}
        options |= {"xlabel": CARBON.pprint_label, "legend": i == 0}
        panels.append(panel(*marks, title=text, note=note, name=f"profiles-{name}", **options))
    return abreast(panels)


def _product(frame: pd.DataFrame, product: str) -> list:
    part, shade = frame[frame["product"] == product].sort_values("depth"), colour(product)
    line = curve(
        part["median"],
        part["depth"],
        DIMS,
        title(product),
        colour=shade,
        width=2.5 if product == MEASURED else 1.5,
    )
    if product != MEASURED:
        return [line]
    vdims = [
        dim("low", "lower quartile", DENSITY),
        dim("high", "upper quartile", DENSITY),
        dim("n", "observations"),
    ]
    places = dots(
        part[["median", "depth", "low", "high", "n"]].rename(columns={"median": "density"}),
        list(DIMS),
        vdims,
        colour=shade,
        size=5,
    )
    return [band(part["low"], part["high"], part["depth"], DIMS, colour=shade), line, places]


def profile(
    study: Study,
    site: int,
    *,
    lines: Mapping[str, tuple] = {},
    band_of: tuple | None = None,
    note: str = "",
) -> hv.Overlay:
    """Draw the observations of a site [kgC m-3], open where they are left out, with modelled lines.

    lines : depth [m] and carbon [kgC m-3], each (layer,), by label
    band_of : depth, lower and upper end of the credible band
    """
    depth, carbon, flags = study.profiles.observations(site)
    table = pd.DataFrame({"density": carbon / _GRAMS, "depth": depth, "flag": flags})
    table["use"] = [USABLE_FLAGS.get(int(flag), "left out").replace("_", " ") for flag in flags]
    marks = (
        []
        if band_of is None
        else [band(band_of[1], band_of[2], band_of[0], DIMS, "posterior, 5–95 %", colour=POSTERIOR)]
    )
    for i, (name, (at, value)) in enumerate(lines.items()):
        shade = (
            colour(name)
            if name in ("default", "batch", "proda", "end_to_end", "site_level")
            else CHAIN_COLOURS[i]
        )
        marks.append(
            curve(value, at, DIMS, title(name), colour=shade, dash="dashed" if name == "default" else "solid")
        )
    for usable, part in table.groupby(table["flag"] == 0, sort=False):
        label = "observed" if usable else "observed, left out"
        marks.append(
            dots(
                part[["density", "depth", "use"]],
                list(DIMS),
                [dim("use")],
                label,
                colour=OBSERVED,
                size=9,
                filled=bool(usable),
            )
        )
    top = 1.15 * max([1e-6, *table["density"].dropna()])
    options = {
        "ylim": (0, 1.15 * max([1.0, *depth])),
        "xlim": (-0.02 * top, top),
        "invert_yaxis": True,
        "legend": True,
    }
    return panel(
        *marks, title=f"Site {site}", note=note, name="profile", width=460, height=480, grid="both", **options
    )
