"""Carbon against depth: one site with its model and band, and vegetation classes."""

from __future__ import annotations

from collections.abc import Mapping

import holoviews as hv
import numpy as np
import pandas as pd

from proda_core.comparison.depth_profiles import profiles_by_class
from proda_core.comparison.labels import OBSERVED, order
from proda_core.comparison.places import vegetation_order
from proda_core.figures.elements import CARBON, DENSITY, DEPTH, abreast, band, curve, dim, dots, panel
from proda_core.figures.inputs import from_run
from proda_core.figures.theme import CHAIN_COLOURS, POSTERIOR, PRODUCT_COLOURS, colour, round_up, title
from proda_core.records.checks import expect
from proda_core.records.profiles import USABLE_FLAGS
from proda_core.records.study import Study

LEAST_SLICES = 3  # of depth; fewer make no profile
_DIMS = (CARBON, DEPTH)
_QUARTILES = [dim("low", "lower quartile", DENSITY), dim("high", "upper quartile", DENSITY), dim("n")]
_GRAMS = 1000.0  # in a kilogram
_REACH = 0.98  # quantile of the medians that the carbon axis covers
_DEEPEST, _LEAST_DEPTH, _BEYOND = 2.0, 1.0, 1.15  # m, m, share of an axis beyond its largest mark


@from_run(profiles_by_class)
def depth_profiles(frame: pd.DataFrame, *, most: int | None = None, note: str = "") -> hv.Layout:
    """Draw medians of every product with the middle half of the measured, one panel per class.

    frame : vegetation, depth [m], product, median, low, high [kgC m-3], n
    most : only as many classes, those with most observations
    """
    slices = frame.groupby("vegetation")["depth"].transform("nunique")
    frame = frame[slices >= LEAST_SLICES].rename(columns={"median": CARBON.name})
    expect(len(frame) > 0, f"no vegetation class is measured in {LEAST_SLICES} slices of depth")
    n = frame[frame["product"] == OBSERVED].groupby("vegetation")["n"].sum().sort_values(ascending=False)
    frame = frame[frame["vegetation"].isin(n.index[:most])]
    end = round_up(1.1 * float(np.nanquantile(frame[CARBON.name], _REACH)))
    options = {"xlim": (0, end), "ylim": (0, _DEEPEST), "invert_yaxis": True, "grid": "both", "note": note}
    panels = []
    for name in vegetation_order(frame["vegetation"]):
        part = frame[frame["vegetation"] == name].sort_values("depth", kind="stable")
        marks = [mark for p in order(part["product"]) for mark in _marks(part[part["product"] == p], p)]
        text = f"{name.capitalize()}\n{int(n[name]):,} observations"
        panels.append(panel(*marks, title=text, name=f"profiles-{name}", **options))
    return abreast(panels)


def _marks(part: pd.DataFrame, product: str) -> list:
    x, depth, shade, measured = part[CARBON.name], part["depth"], colour(product), product == OBSERVED
    line = curve(x, depth, _DIMS, title(product), colour=shade, width=2.5 if measured else 1.5)
    if not measured:
        return [line]
    places = dots(part, list(_DIMS), _QUARTILES, colour=shade, size=5)
    return [band(part["low"], part["high"], depth, _DIMS, colour=shade), line, places]


def profile(
    study: Study,
    site: int,
    *,
    lines: Mapping[str, tuple] | None = None,
    interval: tuple | None = None,
    note: str = "",
) -> hv.Overlay:
    """Draw the observations of a site [kgC m-3], open where they are left out, with modelled lines.

    lines : depth [m] and carbon [kgC m-3], each (layer,), by product or label
    interval : depth, lower and upper end of the credible band, each (layer,)
    """
    depth, carbon, flags = study.profiles.observations(site)
    table = pd.DataFrame({CARBON.name: carbon / _GRAMS, "depth": depth, "flag": flags})
    table["use"] = [USABLE_FLAGS.get(int(flag), "left out").replace("_", " ") for flag in flags]
    expect(len(table) > 0, f"profile: site {site} has no observations")
    marks = []
    if interval is not None:
        at, low, high = interval
        marks.append(band(low, high, at, _DIMS, "posterior, 5–95 %", colour=POSTERIOR))
    for i, (name, (at, value)) in enumerate((lines or {}).items()):
        shade, dash = PRODUCT_COLOURS.get(name, CHAIN_COLOURS[i]), "dashed" if name == "default" else "solid"
        marks.append(curve(value, at, _DIMS, title(name), colour=shade, dash=dash))
    for usable, part in table.groupby(table["flag"] == 0, sort=False):
        style = {"colour": colour(OBSERVED), "size": 9, "filled": bool(usable)}
        marks.append(dots(part, list(_DIMS), [dim("use")], "observed" if usable else "left out", **style))
    top, bottom = _BEYOND * max(1e-6, table[CARBON.name].max()), _BEYOND * max(_LEAST_DEPTH, depth.max())
    options = {"xlim": (-0.025 * top, top), "ylim": (0, bottom), "invert_yaxis": True, "grid": "both"}
    return panel(*marks, title=f"Site {site}", note=note, name="profile", width=460, height=480, **options)
