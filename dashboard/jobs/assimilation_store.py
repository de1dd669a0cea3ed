"""Assimilations on disk: the request, and posterior and chains of every finished site.

request.json   the request
input          a fingerprint of its data
stopped        exists while a visitor has stopped it
9.nc, 9.npz    posterior and thinned chains of site 9; -1: all sites at once
batch          checkpoints of a batch
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from dashboard.jobs import assimilation_request, job_store
from dashboard.jobs.assimilation_request import AssimilationRequest
from dashboard.jobs.data.chain_traces import ChainTrace, SiteTraces
from proda_core.records.atomic_write import atomic_write
from proda_core.records.checks import InputError, expect
from proda_core.records.posterior import Posterior
from proda_core.records.store import load, save

_REQUEST, _INPUT, _STOPPED = "request.json", "input", "stopped"
_PARTS = ("iteration", "values", "acceptance", "misfit")


class AssimilationStore:
    """The directory of one assimilation."""

    def __init__(self, directory: str | Path) -> None:
        self.directory = Path(directory)

    @property
    def batch(self) -> Path:
        """The directory of the checkpoints of a batch."""
        return self.directory / "batch"

    def write_request(self, request: AssimilationRequest) -> None:
        """Write the request; InputError where it cannot be written."""
        job_store.write(self.directory, _REQUEST, request.to_json())

    @property
    def request(self) -> AssimilationRequest | None:
        """The request; None where it cannot be read."""
        with suppress(OSError, ValueError, KeyError, TypeError):
            return assimilation_request.read((self.directory / _REQUEST).read_text(encoding="utf-8"))
        return None

    def expect_input(self, fingerprint: str, data: str) -> None:
        """Write the fingerprint of the data; InputError if another one has been written before."""
        path = self.directory / _INPUT
        if not path.exists():
            with atomic_write(path) as temporary:
                temporary.write_text(fingerprint, encoding="utf-8")
        expect(
            path.read_text(encoding="utf-8") == fingerprint,
            f"Data set {data!r}: expected the profiles and the forcing with which this assimilation was"
            " started; found others under that name. Start it again, or restore the data set",
        )

    @property
    def stopped(self) -> bool:
        """Whether a visitor has stopped it."""
        return (self.directory / _STOPPED).exists()

    @stopped.setter
    def stopped(self, value: bool) -> None:
        path = self.directory / _STOPPED
        with suppress(OSError):
            path.touch() if value else path.unlink(missing_ok=True)

    def write(self, site: int, posterior: Posterior, traces: SiteTraces) -> None:
        """Write posterior and chains of one site."""
        arrays = {
            f"{part}_{number}": getattr(chain, part)
            for number, chain in enumerate(traces.chains)
            for part in _PARTS
        }
        with atomic_write(self.directory / f"{site}.npz") as temporary:
            np.savez_compressed(temporary, **arrays)
        save(posterior, self.directory / f"{site}.nc")

    def read(self, site: int) -> tuple[Posterior, list[ChainTrace]] | None:
        """Return posterior and chains of a finished site; None where they are missing or cannot be read."""
        path = self.directory / f"{site}.nc"
        with suppress(OSError, ValueError, KeyError, BadZipFile, InputError):
            with np.load(path.with_suffix(".npz"), allow_pickle=False) as saved:
                count = sum(name.startswith("iteration_") for name in saved)
                chains = [ChainTrace(*(saved[f"{part}_{n}"] for part in _PARTS)) for n in range(count)]
            return load(path), chains
        return None


def find(job_id: str) -> AssimilationStore | None:
    """Return the stored assimilation of that id; None where there is none or the id is malformed."""
    directory = job_store.find(job_id)
    store = None if directory is None else AssimilationStore(directory)
    return None if store is None or store.request is None else store


def store_of(job_id: str) -> AssimilationStore:
    """Return the store of an assimilation, which may be empty."""
    return AssimilationStore(job_store.directory_of(job_id))
