"""How every figure looks: colours with one meaning each, type, and what has to be said of the data.

Hues after Okabe & Ito, "Color Universal Design" (2008), the same as in the dashboard.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from io import BytesIO
from types import MappingProxyType

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from proda_core.comparison.labels import OBSERVED

INK, MUTED, FAINT, LAND = "#22272b", "#6b7278", "#d7dbde", "#f1f2f3"
COLOURS = MappingProxyType(
    {
        OBSERVED: INK,
        "default": "#8a8f94",
        "batch": "#cc79a7",
        "proda": "#2f8fce",
        "end_to_end": "#e69f00",
        "site_level": "#009e73",
        "direct": "#7a5195",
        "wise30sec_like": "#a6761d",
        "soilgrids_like": "#d55e00",
        "wise30sec": "#a6761d",
        "soilgrids_2017": "#d55e00",
        "soilgrids_2020": "#d55e00",
        "sanderman2017": "#56b4e9",
    }
)
MARKERS = MappingProxyType(
    {
        "default": "s",
        "batch": "^",
        "proda": "o",
        "end_to_end": "D",
        "site_level": "v",
        "wise30sec_like": "X",
        "wise30sec": "X",
        "soilgrids_like": "<",
        "soilgrids_2017": "<",
        "soilgrids_2020": ">",
    }
)
SEQUENTIAL, DIVERGING = "viridis_r", "RdBu_r"  # more carbon darker; blue too little, red too much
WIDTH = 10.5  # inches of every figure
DPI = 150
STOCK_UNIT, DENSITY_UNIT = "kgC m$^{-2}$", "kgC m$^{-3}$"
SYNTHETIC = "SYNTHETIC DATA – nothing here was measured"
_RC = {
    "font.family": "DejaVu Sans",
    "font.size": 9.0,
    "axes.titlesize": 9.5,
    "axes.titlelocation": "left",
    "axes.labelsize": 9.0,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "text.color": INK,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "grid.color": FAINT,
    "grid.linewidth": 0.6,
    "legend.frameon": False,
    "hatch.linewidth": 0.6,
}
_STEPS = np.array([1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10])


def styled(draw: Callable[..., Figure]) -> Callable[..., Figure]:
    """A figure function that draws in this style, without touching anybody else's."""

    @wraps(draw)
    def drawn(*args, **options) -> Figure:
        with mpl.rc_context(_RC):
            return draw(*args, **options)

    return drawn


def new_figure(height: float, note: str = "", width: float = WIDTH, *, layout: str = "compressed") -> Figure:
    """An empty figure [inches]; ``note`` is printed on it: that the data are synthetic, for instance."""
    figure = Figure(figsize=(width, height), layout=layout)
    figure.get_layout_engine().set(w_pad=0.08, h_pad=0.06, wspace=0.0, hspace=0.0)
    if note:
        figure.suptitle(note, fontsize=8.5, color="#b3261e", fontweight="bold")
    return figure


def colour(product: str) -> str:
    """The colour of a product, the same on every figure."""
    return COLOURS.get(product.replace("-", "_"), "#7a5195")


def marker(product: str) -> str:
    """The mark of a product, so that colour is never all that tells two apart."""
    return MARKERS.get(product.replace("-", "_"), "P")


def readable_top(values: np.ndarray, share: float = 0.98) -> float:
    """A round number that covers ``share`` of the values.

    >>> readable_top(np.linspace(0, 23.3, 1000))
    25.0
    """
    finite = np.asarray(values, float)
    finite = finite[np.isfinite(finite)]
    top = float(np.quantile(finite, share)) if finite.size else 1.0
    if top <= 0:
        return 1.0
    power = 10.0 ** np.floor(np.log10(top))
    return float(_STEPS[np.searchsorted(_STEPS, top / power * (1 - 1e-9))] * power)


def number(value: float, digits: int = 3) -> str:
    """A number for a person, without an exponent; a dash where there is none.

    >>> number(1234.5), number(0.618), number(float("nan")), number(-12.3)
    ('1,234', '0.618', '–', '−12.3')
    """
    if value != value:
        return "–"
    whole = len(str(int(abs(value)))) if abs(value) >= 1 else 0
    text = f"{value:,.{max(digits - whole, 0)}f}"
    return text.lstrip("-") if float(text.replace(",", "")) == 0 else text.replace("-", "−")


def blank(axes: Axes, text: str) -> None:
    """Say on an empty axes why it is empty."""
    axes.text(0.5, 0.5, text, ha="center", va="center", color=MUTED, transform=axes.transAxes)


def png(figure: Figure) -> bytes:
    """The figure as a PNG file, without the empty margin that true proportions leave."""
    buffer = BytesIO()
    figure.savefig(
        buffer,
        format="png",
        dpi=DPI,
        facecolor="white",
        bbox_inches="tight",
        pad_inches=0.08,
        metadata={"Software": None},
    )
    return buffer.getvalue()


def shown_width(image: bytes) -> int:
    """How wide a PNG stands on a page [CSS pixels]: 100 to an inch, the rest is for sharp screens."""
    pixels = int.from_bytes(image[16:20], "big")
    return round(pixels * 100 / DPI)
