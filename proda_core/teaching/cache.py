"""Load the teaching continent: generated once from its seed and cached on disk.

The cache is keyed by seed, variant, size and a hash of the generating code, so that a change of the code
generates the continent again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path

import xarray as xr

from proda_core.records import store
from proda_core.records.atomic_write import atomic_write
from proda_core.records.checks import InputError
from proda_core.records.products import Product
from proda_core.records.progress import Progress
from proda_core.records.study import Study
from proda_core.sources.catalogue import data_directory
from proda_core.teaching import reference_products as reference
from proda_core.teaching.world import PROFILES, World, make

_STUDY, _TRUTH = "study.nc", "truth.nc"


def load(
    seed: int = 0,
    variant: str = "teaching",
    cache_dir: Path | str | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    n_profiles: int = PROFILES,
) -> Study:
    """Return the teaching continent as a study; half a minute the first time, seconds from the cache.

    variant : "teaching" has no mistakes; "teaching-dirty" has those of real data sets
    cache_dir : directory of the cache; by default ``derived/teaching`` of the data directory
    """
    return open_world(seed, variant, cache_dir, on_progress, n_profiles).study


def truth(
    seed: int = 0,
    variant: str = "teaching",
    cache_dir: Path | str | None = None,
    n_profiles: int = PROFILES,
) -> xr.Dataset:
    """The truth behind :func:`load`: true parameters, carbon of the model, errors, planted mistakes."""
    return open_world(seed, variant, cache_dir, None, n_profiles).truth


def products(
    seed: int = 0,
    variant: str = "teaching",
    cache_dir: Path | str | None = None,
    n_profiles: int = PROFILES,
) -> dict[str, Product]:
    """The two synthetic reference products by name, on the cells of the study."""
    directory = _directory(seed, variant, cache_dir, n_profiles)
    paths = {name: directory / f"{name}.nc" for name in reference.NAMES}
    if not all(path.exists() for path in paths.values()):
        made = reference.products(open_world(seed, variant, cache_dir, None, n_profiles).study, seed)
        for name, product in made.items():
            store.save(product, paths[name])
    return {name: store.load(path) for name, path in paths.items()}


def open_world(
    seed: int,
    variant: str,
    cache_dir: Path | str | None,
    on_progress: Callable[[Progress], None] | None,
    n_profiles: int,
) -> World:
    """Study and truth, read from the cache where it is complete, else generated and stored."""
    directory = _directory(seed, variant, cache_dir, n_profiles)
    kept = _read(directory)
    if kept is None:
        kept = make(seed, variant, n_profiles, on_progress)
        store.save(kept.study, directory / _STUDY)
        with atomic_write(directory / _TRUTH) as temporary:
            kept.truth.to_netcdf(temporary, engine="h5netcdf")
    return kept


def _read(directory: Path) -> World | None:
    """Read the cache; None if anything is missing or damaged."""
    try:
        study = store.load(directory / _STUDY)
        with xr.open_dataset(directory / _TRUTH, engine="h5netcdf") as found:
            return World(study, found.load())
    except (InputError, OSError, ValueError, KeyError):
        return None


def _directory(seed: int, variant: str, cache_dir: Path | str | None, n_profiles: int) -> Path:
    root = data_directory() / "derived" / "teaching" if cache_dir is None else Path(cache_dir)
    return root / f"{variant}-seed{seed}-{n_profiles}-{_fingerprint()}"


@cache
def _fingerprint() -> str:
    """Twelve hexadecimal digits of the hash of the generating code."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
