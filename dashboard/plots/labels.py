"""Labels that many figures share: titles that name the data, numbers in readable form."""

from __future__ import annotations

from proda_core.figures.theme import unit
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
    """Return a title: what is shown, of which data set, and that the data are synthetic where they are."""
    said = not study.synthetic or "synthetic" in study.title.lower()
    return f"{what} · {study.title}{'' if said else ' · synthetic data'}"


def data_note(study: Study) -> str:
    """Return the note on the data that every figure carries."""
    return "synthetic data" if study.synthetic else ""


def parameter_label(name: str) -> str:
    """Return name and unit of a parameter as on an axis.

    >>> parameter_label("tau4s3"), parameter_label("q10")
    ('tau4s3 (yr)', 'q10')
    """
    shown = unit(UNITS[name])
    return f"{name} ({shown})" if shown else name
