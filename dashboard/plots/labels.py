"""Words that many figures share: titles that name the data, numbers as people write them."""

from __future__ import annotations

from proda_core.records.study import Study
from proda_core.vocabulary.parameters import UNITS

GRAMS_PER_KILOGRAM = 1000.0
CARBON_LABEL = "soil organic carbon (kgC m⁻³)"
STOCK_UNIT = "kgC m⁻²"
DEPTH_LABEL = "depth (m)"
BULK_PROCESS_TITLES = {
    "carbon_transfer_efficiency": "carbon transfer efficiency",
    "baseline_decomposition": "baseline decomposition of soil",
    "litter_decomposition": "baseline decomposition of litter",
    "environmental_modifier": "environmental modifier",
    "vertical_transport_rate": "vertical transport rate",
    "input_allocation": "allocation of input (apparent β)",
    "plant_carbon_input": "plant carbon input",
}


def study_title(what: str, study: Study) -> str:
    """A figure's title: what it shows, of which data set, and that the data are synthetic if so."""
    said = not study.synthetic or "synthetic" in study.title.lower()
    return f"{what} · {study.title}{'' if said else ' · synthetic data'}"


def noted(title: str, note: str) -> str:
    """A title that ends with a note, for instance that the data are synthetic.

    >>> noted("Trace", "synthetic data"), noted("Trace", "")
    ('Trace · synthetic data', 'Trace')
    """
    return f"{title} · {note}" if note else title


def data_note(study: Study) -> str:
    """What has to be said of the data on every figure."""
    return "synthetic data" if study.synthetic else ""


def number(value: float, digits: int = 3) -> str:
    """A number to be read: few digits, a true minus, no exponent where one can be avoided.

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
    """A unit as it is printed: raised exponents, nothing for a pure number.

    >>> unit("gC m-3"), unit("m2 yr-1"), unit("1"), unit("0.01 degC")
    ('gC m⁻³', 'm² yr⁻¹', '', '0.01 °C')
    """
    if text == "1":
        return ""
    raised = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
    return " ".join(_raise(part, raised) for part in text.replace("degC", "°C").split())


def parameter_label(name: str) -> str:
    """Return name and unit of a parameter as on an axis.

    >>> parameter_label("tau4s3"), parameter_label("q10")
    ('tau4s3 (yr)', 'q10')
    """
    shown = unit(UNITS[name])
    return f"{name} ({shown})" if shown else name


def _raise(part: str, raised: dict) -> str:
    stem = part.rstrip("-0123456789")
    return stem + part[len(stem) :].translate(raised) if stem[-1:].isalpha() else part
