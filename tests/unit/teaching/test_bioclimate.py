"""Bioclimatic variables and Köppen classes follow their definitions."""

from __future__ import annotations

import numpy as np
import pytest

from proda_core.teaching.bioclimate import bioclimatic, koppen
from proda_core.teaching.climate import Climate
from proda_core.vocabulary.legends import KOPPEN

# Climate normals of cities, rounded: monthly means [C] and rain [mm]; classes of the world map of Beck et al.
CITIES = {
    "Chicago": (
        (-4, -2, 4, 10, 16, 21, 24, 23, 19, 12, 5, -2),
        (50, 50, 65, 90, 105, 100, 95, 110, 80, 80, 75, 60),
        "Dfa",
    ),
    "Seattle": (
        (5, 6, 8, 10, 13, 16, 19, 19, 16, 12, 8, 5),
        (142, 88, 94, 69, 49, 40, 18, 22, 41, 88, 167, 137),
        "Csb",
    ),
    "Phoenix": (
        (14, 16, 19, 23, 28, 33, 35, 34, 31, 25, 18, 13),
        (23, 23, 25, 7, 3, 1, 27, 25, 16, 15, 17, 22),
        "BWh",
    ),
    "New Orleans": (
        (12, 14, 17, 20, 24, 27, 28, 28, 26, 22, 16, 13),
        (131, 134, 115, 117, 118, 205, 151, 152, 127, 90, 114, 133),
        "Cfa",
    ),
    "Denver": (
        (0, 1, 5, 8, 14, 20, 23, 22, 17, 11, 4, -1),
        (10, 10, 33, 43, 54, 50, 55, 43, 24, 26, 15, 8),
        "BSk",
    ),
}


def _climate(temperature: tuple, rain: tuple) -> Climate:
    return Climate(np.array([temperature], float), np.array([rain], float), np.full((1, 12), 10.0))


@pytest.mark.parametrize("city", CITIES)
def test_koppen_classes_are_those_of_known_cities(city):
    temperature, rain, expected = CITIES[city]
    assert KOPPEN[int(koppen(_climate(temperature, rain))[0])] == expected


def test_bioclimatic_variables_are_what_their_names_say():
    temperature, rain, _ = CITIES["Denver"]
    bio = {name: float(value[0]) for name, value in bioclimatic(_climate(temperature, rain)).items()}
    # by hand from the table above; the daily range is 10 K
    assert bio["BIO1"] == pytest.approx(124 / 12) and bio["BIO12"] == 371
    assert (bio["BIO5"], bio["BIO6"], bio["BIO7"]) == (28, -6, 34)
    assert bio["BIO3"] == pytest.approx(100 * 10 / 34)
    assert (bio["BIO13"], bio["BIO14"]) == (55, 8)
    assert bio["BIO16"] == 54 + 50 + 55 and bio["BIO17"] == 8 + 10 + 10
    assert bio["BIO18"] == 50 + 55 + 43 and bio["BIO19"] == 8 + 10 + 10
    assert bio["BIO8"] == pytest.approx((14 + 20 + 23) / 3) and bio["BIO10"] == pytest.approx(65 / 3)
    assert bio["BIO4"] == pytest.approx(100 * np.std(temperature, ddof=1))
