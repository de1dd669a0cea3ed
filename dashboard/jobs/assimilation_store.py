"""Assimilations on disk: what was asked for, and of every finished site its chains and its posterior.

request.json   what was asked for
input          a fingerprint of the data it began with
stopped        there while a visitor wants it to rest
9.nc, 9.npz    posterior and chains, as they are shown, of site 9; -1 is all sites at once
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
from proda_core.records.checks import InputError, expect
from proda_core.records.posterior import Posterior
from proda_core.records.replacing import replacing
from proda_core.records.store import load, save

_REQUEST, _INPUT, _STOPPED = "request.json", "input", "stopped"
_PARTS = ("iteration", "values", "acceptance", "misfit")


class AssimilationStore:
    """The directory of one assimilation."""

    def __init__(self, directory: str | Path) -> None:
        self.directory = Path(directory)

    @property
    def batch(self) -> Path:
        """Where the checkpoints of a batch lie."""
        return self.directory / "batch"

    def begin(self, request: AssimilationRequest) -> None:
        """Note what is asked for; InputError where it cannot be written."""
        job_store.write(self.directory, _REQUEST, request.to_json())

    @property
    def request(self) -> AssimilationRequest | None:
        """What was asked for; None where nothing can be read."""
        with suppress(OSError, ValueError, KeyError, TypeError):
            return assimilation_request.read((self.directory / _REQUEST).read_text(encoding="utf-8"))
        return None

    def expect_input(self, fingerprint: str, data: str) -> None:
        """Note with what data it begins; InputError if it has begun with others of the same name."""
        path = self.directory / _INPUT
        if not path.exists():
            with replacing(path) as temporary:
                temporary.write_text(fingerprint, encoding="utf-8")
        expect(
            path.read_text(encoding="utf-8") == fingerprint,
            f"Data set {data!r}: expected the profiles and the forcing with which this assimilation began;"
            " found others under that name. Start it anew, or bring the data set back",
        )

    @property
    def stopped(self) -> bool:
        """Whether it shall rest until somebody goes on with it."""
        return (self.directory / _STOPPED).exists()

    @stopped.setter
    def stopped(self, value: bool) -> None:
        path = self.directory / _STOPPED
        with suppress(OSError):
            path.touch() if value else path.unlink(missing_ok=True)

    def write(self, site: int, posterior: Posterior, traces: SiteTraces) -> None:
        """Keep what one site has come to."""
        arrays = {
            f"{part}_{number}": getattr(chain, part)
            for number, chain in enumerate(traces.chains)
            for part in _PARTS
        }
        with replacing(self.directory / f"{site}.npz") as temporary:
            np.savez_compressed(temporary, **arrays)
        save(posterior, self.directory / f"{site}.nc")

    def read(self, site: int) -> tuple[Posterior, list[ChainTrace]] | None:
        """Posterior and chains of a finished site; None where there are none, or they cannot be read."""
        path = self.directory / f"{site}.nc"
        with suppress(OSError, ValueError, KeyError, BadZipFile, InputError):
            with np.load(path.with_suffix(".npz"), allow_pickle=False) as saved:
                count = sum(name.startswith("iteration_") for name in saved)
                chains = [ChainTrace(*(saved[f"{part}_{n}"] for part in _PARTS)) for n in range(count)]
            return load(path), chains
        return None


def find(number: str) -> AssimilationStore | None:
    """The assimilation of that number; None where there is none, or the number is no number."""
    directory = job_store.find(number)
    store = None if directory is None else AssimilationStore(directory)
    return None if store is None or store.request is None else store


def store_of(number: str) -> AssimilationStore:
    """Where the assimilation of that number is kept, or will be."""
    return AssimilationStore(job_store.directory_of(number))
