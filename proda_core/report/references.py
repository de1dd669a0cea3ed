"""Reference maps to compare with those of a run: those on this computer for a study."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from proda_core.records import store
from proda_core.records.checks import InputError
from proda_core.records.products import Product
from proda_core.records.study import Study
from proda_core.sources import catalogue

PRODUCTS = ("wise30sec", "soilgrids_2017", "soilgrids_2020", "sanderman2017")
HALF_DEGREE = 0.5
_BOX = (-130.0, -60.0, 20.0, 55.0)  # west, east, south, north of the grid they are brought to [degrees]
TEACHING = ("teaching", "teaching-dirty")


def references(
    study: Study, data_dir: Path | str | None = None, *, on_problem: Callable[[str], None] | None = None
) -> dict[str, Product]:
    """Reference products by name that can be shown beside a study.

    The teaching continent has two synthetic ones of its own. For a study of real places, those of
    the catalogue whose files are in the data directory, brought to half-degree cells without losing
    carbon, once; they are kept in ``derived/references``. Real maps are not compared with synthetic sites.

    on_problem : called with a sentence about a product that is present but cannot be read
    """
    if study.name in TEACHING:
        from proda_core import teaching

        kept = catalogue.data_directory(data_dir) / "derived" / "teaching"
        return teaching.products(variant=study.name, cache_dir=kept)
    if study.synthetic:
        return {}
    found = {}
    for name in products_here(data_dir):
        try:
            found[name] = _half_degree(name, data_dir)
        except (InputError, OSError) as error:
            if on_problem is not None:
                on_problem(f"{name}: left out, because it can not be read ({error})")
    return found


def products_here(data_dir: Path | str | None = None) -> tuple[str, ...]:
    """Names of the products whose files are in the data directory.

    >>> set(products_here()) <= set(PRODUCTS)
    True
    """
    return tuple(name for name in PRODUCTS if _is_here(name, data_dir))


def _is_here(name: str, data_dir: Path | str | None) -> bool:
    try:
        return not catalogue.missing_files(catalogue.entry(name), data_dir)
    except OSError:
        return True  # reading it reports why it cannot be read


def _half_degree(name: str, data_dir: Path | str | None) -> Product:
    """The product on half-degree cells, from ``derived`` if it has been made before."""
    from proda_core.mapping.regridding import regrid_product
    from proda_core.sources import readers
    from proda_core.sources.spherical_grid import LatLonGrid

    path = catalogue.data_directory(data_dir) / "derived" / "references" / f"{name}-half-degree.nc"
    if path.exists():
        return store.load(path)
    west, east, south, north = _BOX
    grid = LatLonGrid(
        lat_edges=np.arange(north, south - HALF_DEGREE / 2, -HALF_DEGREE),
        lon_edges=np.arange(west, east + HALF_DEGREE / 2, HALF_DEGREE),
    )
    made = regrid_product(readers.read(name, catalogue.raw_directory(name, data_dir)), grid)
    store.save(made, path)
    return made
