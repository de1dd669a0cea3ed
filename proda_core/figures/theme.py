"""Colours with one meaning each, readable limits, numbers as text, and the light, dark and print themes.

Hues after Okabe & Ito, "Color Universal Design" (2008): distinguishable to colour-blind readers, on light
and on a dark background. HoloViews is not imported here.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from bokeh.palettes import Viridis256

from proda_core.comparison import labels

OBSERVED = "#d55e00"  # vermillion
POSTERIOR = "#009e73"  # bluish green
MUTED = "#8a8f94"  # grey that reads on white and on black
PRODUCT_COLOURS = MappingProxyType(
    {
        labels.OBSERVED: OBSERVED,
        "default": MUTED,
        "batch": "#cc79a7",
        "proda": "#2f8fce",
        "end_to_end": "#e69f00",
        "site_level": POSTERIOR,
        "direct": "#9c6b3f",
    }
)
REFERENCE_COLOURS = MappingProxyType(
    {"wise30sec": "#b5a800", "soilgrids": "#56b4e9", "sanderman2017": "#7f6bb3"}
)
MARKERS = MappingProxyType(
    {labels.OBSERVED: "*", "default": "s", "batch": "^", "proda": "o", "end_to_end": "d", "site_level": "v"}
    | {"direct": "P", "wise30sec": "h", "soilgrids": "<", "sanderman2017": ">"}
)  # as in Matplotlib
CHAIN_COLOURS: tuple[str, ...] = (
    *("#2f8fce", "#e69f00", "#009e73", "#cc79a7"),
    *("#56b4e9", "#d55e00", "#8a8f94", "#b5a800"),
)
KIND_COLOURS = MappingProxyType(
    {"place": MUTED, "climate": "#e69f00", "soil": OBSERVED, "vegetation": POSTERIOR}
)  # of covariates
OTHER_KIND = CHAIN_COLOURS[0]
SLICE_COLOURS = MappingProxyType(
    {"0-30": "#b8de29", "30-100": "#29798e", "100-200": "#7a5195"}
)  # deeper, darker
SEQUENTIAL: tuple[str, ...] = tuple(Viridis256[::-1])  # more carbon, darker
LESS, MORE = "#e66101", "#7b5fc0"  # orange, purple: ends of a scale around zero

_LEAST_ALPHA, _OPAQUE_FROM = 64, 0.6  # 0..255, of the middle; share of the half scale
_NEAR_ZERO = 0.4  # of the upper end: a lower end below that begins at zero
_STEPS = np.array([1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10])
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def diverging_palette(less: str, more: str, count: int = 255) -> tuple[str, ...]:
    """Return colours (RGBA) of a scale around zero, whose middle is nearly the background, light or dark.

    >>> diverging_palette("#ff0000", "#0000ff", 3)
    ('#ff0000ff', '#8a8f9440', '#0000ffff')
    """
    colours = []
    for share in np.linspace(-1, 1, count):
        end = less if share < 0 else more
        rgb = [(1 - abs(share)) * _part(MUTED, i) + abs(share) * _part(end, i) for i in range(3)]
        alpha = _LEAST_ALPHA + (255 - _LEAST_ALPHA) * min(1.0, abs(share) / _OPAQUE_FROM)
        colours.append("#" + "".join(f"{round(part):02x}" for part in (*rgb, alpha)))
    return tuple(colours)


def on_white(colour: str) -> str:
    """Return a colour without transparency, as it is seen on white.

    >>> on_white("#0000ff80"), on_white("#00ff00")
    ('#7f7fff', '#00ff00')
    """
    alpha = _part(colour, 3) / 255 if len(colour) > 7 else 1.0
    return "#" + "".join(f"{round(255 - alpha * (255 - _part(colour, i))):02x}" for i in range(3))


def _part(code: str, i: int) -> int:
    """Return red, green, blue or alpha, 0..255."""
    return int(code[1 + 2 * i : 3 + 2 * i], 16)


DIVERGING = diverging_palette(LESS, MORE)


@dataclass(frozen=True)
class Theme:
    """Colours of text, lines and background, and the size of text [pt]."""

    ink: str
    grid: str
    background: str
    points: float = 9.0


THEMES = MappingProxyType(
    {
        "light": Theme("#22272b", "#d7dbde", "#ffffff"),
        "dark": Theme("#e4e7ea", "#3c4146", "#121415"),
        "print": Theme("#000000", "#d0d0d0", "#ffffff", 8.0),
    }
)


def matplotlib_settings(theme: str = "light") -> dict:
    """Return rc parameters of Matplotlib for a theme."""
    chosen = THEMES[theme]
    ink = ("text.color", "axes.labelcolor", "xtick.labelcolor", "ytick.labelcolor")
    backgrounds = ("figure.facecolor", "axes.facecolor", "savefig.facecolor")
    return {
        "font.family": "DejaVu Sans",
        **dict.fromkeys(("font.size", "axes.labelsize", "axes.titlesize", "legend.fontsize"), chosen.points),
        **dict.fromkeys(("xtick.labelsize", "ytick.labelsize"), chosen.points - 0.5),
        "axes.titlelocation": "left",
        **dict.fromkeys(("axes.spines.top", "axes.spines.right", "legend.frameon"), False),
        **dict.fromkeys(("axes.edgecolor", "xtick.color", "ytick.color"), MUTED),
        **dict.fromkeys(ink, chosen.ink),
        **dict.fromkeys(backgrounds, chosen.background),
        "axes.axisbelow": True,
        "grid.color": chosen.grid,
        "grid.linewidth": 0.6,
    }


def bokeh_settings(theme: str = "light") -> dict:
    """Return the JSON of a Bokeh theme."""
    chosen = THEMES[theme]
    size = f"{chosen.points + 1:g}pt"
    text = {"axis_label_text_color": chosen.ink, "major_label_text_color": chosen.ink}
    lines = dict.fromkeys(("axis_line_color", "major_tick_line_color", "minor_tick_line_color"), MUTED)
    backgrounds = {"background_fill_color": chosen.background, "border_fill_color": chosen.background}
    bar = {"title_text_color": chosen.ink, "major_label_text_color": chosen.ink}
    attrs = {
        "Plot": backgrounds | {"outline_line_color": None},
        "Axis": text | lines | {"axis_label_text_font_style": "normal"},
        "Grid": {"grid_line_color": chosen.grid},
        "Title": {"text_color": chosen.ink, "text_font_size": size, "text_font_style": "normal"},
        "Legend": {"label_text_color": chosen.ink, "background_fill_alpha": 0, "border_line_alpha": 0},
        "BaseColorBar": bar | {"background_fill_color": chosen.background, "bar_line_color": MUTED},
    }
    return {"attrs": attrs}


def colour(product: str) -> str:
    """Return the colour of a product, the same on every figure.

    >>> colour("proda"), colour("wise30sec-like"), colour("mine")
    ('#2f8fce', '#b5a800', '#8a8f94')
    """
    return _of(product, PRODUCT_COLOURS | REFERENCE_COLOURS, MUTED)


def marker(product: str) -> str:
    """Return the mark of a product, so that colour alone never distinguishes two."""
    return _of(product, MARKERS, "o")


def _of(product: str, table: dict[str, str], other: str) -> str:
    name = product.replace("-", "_")
    return table.get(name) or next((table[stem] for stem in table if name.startswith(f"{stem}_")), other)


def title(product: str) -> str:
    """Return the name of a product as it begins a title.

    >>> title("batch"), title("proda")
    ('Batch assimilation', 'PRODA')
    """
    name = labels.label(product)
    return name[:1].upper() + name[1:]


def readable_limits(values: np.ndarray, share: float = 0.98) -> tuple[float, float]:
    """Return limits of a colour bar from zero to a round number that covers ``share`` of the values.

    >>> readable_limits(np.linspace(0, 23.3, 1000))
    (0.0, 25.0)
    """
    finite = _finite(values)
    return 0.0, round_up(float(np.quantile(finite, share)) if finite.size else 1.0)


def fitting_limits(values: np.ndarray, share: float = 0.98) -> tuple[float, float]:
    """Return limits from zero where the values come near it, otherwise between their own extremes.

    >>> fitting_limits(np.array([1.0, 9.0])), fitting_limits(np.array([2.0, 2.5]))
    ((0.0, 10.0), (2.0, 2.5))
    """
    finite = _finite(values)
    if not finite.size:
        return 0.0, 1.0
    low, high = (float(end) for end in np.quantile(finite, [1 - share, share]))
    if 0 <= low <= _NEAR_ZERO * high or low == high:
        return readable_limits(finite, share)
    digits = int(np.ceil(-np.log10(high - low))) + 1
    return float(np.floor(low * 10**digits) / 10**digits), float(np.ceil(high * 10**digits) / 10**digits)


def symmetric_limits(values: np.ndarray, share: float = 0.98) -> tuple[float, float]:
    """Return limits of a scale that is centred on zero.

    >>> symmetric_limits(np.array([-3.0, 1.0]))
    (-3.0, 3.0)
    """
    end = readable_limits(np.abs(_finite(values)), share)[1]
    return -end, end


def round_up(value: float) -> float:
    """Return the next round number; one where there is nothing to round.

    >>> round_up(23.3), round_up(0.0)
    (25.0, 1.0)
    """
    if value <= 0:
        return 1.0
    power = 10.0 ** np.floor(np.log10(value))
    return float(_STEPS[np.searchsorted(_STEPS, value / power * (1 - 1e-9))] * power)


def number(value: float, digits: int = 3) -> str:
    """Return a number as text: few digits, a true minus, no exponent where one can be avoided.

    >>> number(1234.5678), number(0.0001234), number(float("nan")), number(-6)
    ('1,235', '0.000123', '–', '−6')
    """
    if value != value:
        return "–"
    if abs(value) >= 10**digits:
        return f"{value:,.0f}".replace("-", "−")
    text = f"{value:.{digits}g}"
    return (text if "e" not in text else f"{value:.2e}").replace("-", "−")


def unit(text: str) -> str:
    """Return a unit as it is printed: raised exponents, nothing for a pure number.

    >>> unit("gC m-3"), unit("m2 yr-1"), unit("1"), unit("0.01 degC")
    ('gC m⁻³', 'm² yr⁻¹', '', '0.01 °C')
    """
    if text == "1":
        return ""
    return " ".join(_raise(part) for part in text.replace("degC", "°C").split())


def noted(text: str, note: str) -> str:
    """Return a title that ends with a note, for instance that the data are synthetic.

    >>> noted("Trace", "synthetic data"), noted("Trace", "")
    ('Trace · synthetic data', 'Trace')
    """
    return f"{text} · {note}" if note else text


def _raise(part: str) -> str:
    stem = part.rstrip("-0123456789")
    return stem + part[len(stem) :].translate(_RAISED) if stem[-1:].isalpha() else part


def _finite(values: np.ndarray) -> np.ndarray:
    values = np.asarray(values, dtype=float)
    return values[np.isfinite(values)]
