"""Results of an assimilation on disk by chunks of sites; a chunk without its mark is computed again.

job.json         choices, and a fingerprint of choices and data
posterior.zarr   the entries, one Zarr chunk per chunk of sites
done/            one small file per finished chunk, written after its entries
"""

from __future__ import annotations

import errno
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import dask.array
import numpy as np
import xarray as xr

from proda_core.assimilation.site_chunk import ChunkResult, failed
from proda_core.assimilation.spec import AssimilationSpec
from proda_core.assimilation.spec_file import SPEC_FILE, expect_same_spec, write_spec
from proda_core.records.atomic_write import StoreError, atomic_write, write_failure
from proda_core.records.checks import expect
from proda_core.records.directory_lock import LOCK

_ENTRIES, _DONE = "posterior.zarr", "done"
_ZARR = {"zarr_format": 2, "consolidated": False}


@dataclass(frozen=True, eq=False)
class ChunkStore:
    """The directory of one assimilation: ``sites`` in order, ``size`` of them per chunk."""

    directory: Path
    sites: np.ndarray
    size: int

    @property
    def chunks(self) -> list[np.ndarray]:
        """Sites of each chunk."""
        return [self.sites[i : i + self.size] for i in range(0, len(self.sites), self.size)]

    @property
    def unfinished_chunks(self) -> list[int]:
        """Numbers of the unfinished chunks."""
        return [number for number in range(len(self.chunks)) if not self._mark(number).exists()]

    def finished(self, number: int) -> dict:
        """Return the note that was written with a finished chunk."""
        return json.loads(self._mark(number).read_text())

    def write(self, number: int, part: ChunkResult, note: dict) -> None:
        """Write the entries of a chunk, then mark it as finished."""
        region = {"site": slice(number * self.size, number * self.size + part.ds.sizes["site"])}
        with _writing(self.directory):
            entries = part.ds.drop_vars(["parameter", "parameter_2"])
            entries.to_zarr(self.directory / _ENTRIES, region=region, **_ZARR)
        with atomic_write(self._mark(number)) as temporary:
            temporary.write_text(json.dumps(note | {"failures": part.failures}))

    def result(self) -> xr.Dataset:
        """Return all entries, loaded."""
        with xr.open_zarr(self.directory / _ENTRIES, chunks=None, **_ZARR) as ds:
            ds = ds.load().drop_encoding()
        names = self._order
        return ds[names].assign_coords(site=self.sites)

    @cached_property
    def failures(self) -> dict[int, str]:
        """Sites that failed, with the reason."""
        notes = [self.finished(number)["failures"] for number in range(len(self.chunks))]
        return {int(site): reason for note in notes for site, reason in note.items()}

    @cached_property
    def _order(self) -> list[str]:
        return json.loads((self.directory / SPEC_FILE).read_text())["variables"]

    def _mark(self, number: int) -> Path:
        return self.directory / _DONE / f"{number:06d}.json"


def finished_chunks(directory: str | Path) -> list[int]:
    """Return the numbers of the chunks that are finished in the directory of an assimilation under way."""
    return sorted(int(path.stem) for path in (Path(directory) / _DONE).glob("*.json"))


def read_chunks(directory: str | Path, numbers: Iterable[int], variables: Sequence[str]) -> xr.Dataset:
    """Return variables (site, ...) of finished chunks, loaded; coordinate ``row``: position of each.

    The attribute ``sites`` holds all site numbers of the assimilation, finished or not. Reading needs no
    lock: a chunk is marked as finished after its entries are written.

    Raises OSError, KeyError or ValueError while the directory is still being created.
    """
    directory = Path(directory)
    size = int(json.loads((directory / SPEC_FILE).read_text())["chunk_sites"])
    with xr.open_zarr(directory / _ENTRIES, chunks=None, **_ZARR) as ds:
        sites = ds["site"].values
        rows = np.concatenate([np.arange(len(sites))[n * size : (n + 1) * size] for n in numbers] or [[]])
        part = ds[list(variables)].isel(site=rows.astype(int)).load()
    return part.assign_coords(row=("site", rows.astype(int))).assign_attrs(sites=sites)


def open_store(
    directory: str | Path, sites: np.ndarray, size: int, spec: AssimilationSpec, fingerprint: str
) -> ChunkStore:
    """Return a new store, or the existing one if it was made for the same choices and data.

    Raises InputError if the directory holds other files, or an assimilation of other choices or data.
    """
    directory = Path(directory)
    if (directory / SPEC_FILE).exists():
        size = int(expect_same_spec(directory, fingerprint, "chunk_sites")["chunk_sites"])
        return ChunkStore(directory, np.asarray(sites), size)
    expect(
        not directory.exists() or all(map(_incomplete, directory.iterdir())),
        f"{directory}: expected an empty directory or an assimilation to resume, found other files",
    )
    store = ChunkStore(directory, np.asarray(sites), size)
    with _writing(directory):
        (directory / _DONE).mkdir(parents=True, exist_ok=True)
        template = _template(store, spec)
        template.to_zarr(directory / _ENTRIES, mode="w", compute=False, **_ZARR)
        variables = list(map(str, template.data_vars))
        write_spec(directory, spec, fingerprint, chunk_sites=size, variables=variables)
    return store


def _incomplete(path: Path) -> bool:
    """Return whether a file is left from a store whose creation was killed; no chunk of it is finished."""
    if path.name == _DONE:
        return not any(path.iterdir())
    return path.name in (_ENTRIES, LOCK) or path.name.startswith(f".{Path(SPEC_FILE).stem}-")


def _template(store: ChunkStore, spec: AssimilationSpec) -> xr.Dataset:
    """Return every variable in its full size, without values."""
    one, n = failed([0], spec, "").ds, len(store.sites)
    variables = {}
    for name, variable in one.data_vars.items():
        shape = (n, *variable.shape[1:])
        empty = dask.array.zeros(shape, chunks=(store.size, *shape[1:]), dtype=variable.dtype)
        variables[name] = (variable.dims, empty)
    coords = {name: one[name].values for name in ("parameter", "parameter_2")}
    return xr.Dataset(variables, coords={"site": ("site", store.sites), **coords}).chunk(site=store.size)


@contextmanager
def _writing(directory: Path) -> Iterator[None]:
    """Re-raise a failed write as one sentence; finished chunks stay on disk."""
    try:
        yield
    except StoreError:
        raise
    except OSError as error:
        sentence = f"{write_failure(error, directory)}; finished sites are kept"
        raise StoreError(error.errno or errno.EIO, sentence) from error
