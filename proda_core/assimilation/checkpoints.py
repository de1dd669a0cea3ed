"""Checkpoints of a long run of few chains on disk: every finished phase, and the one in progress.

job.json      choices, and a fingerprint of choices and data
walk_NN.npz   chains after walk NN of the schedule (test run, formal run, re-runs ...)
under_way.npz chains in the middle of a walk
modes.npy     ends of the search for modes, of a batch that is sampled by its gradient
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from proda_core.assimilation.chain import Chain
from proda_core.assimilation.spec import AssimilationSpec
from proda_core.assimilation.spec_file import SPEC_FILE, expect_same_spec, write_spec
from proda_core.records.atomic_write import atomic_write

_UNDER_WAY = "under_way.npz"
_ENDS = "modes.npy"
_ARRAYS = ("state", "rng", "unit", "cost", "accepted")


class Checkpoints:
    """The directory of one run of few chains."""

    def __init__(self, directory: str | Path, spec: AssimilationSpec, fingerprint: str) -> None:
        self.directory = Path(directory)
        if (self.directory / SPEC_FILE).exists():
            expect_same_spec(self.directory, fingerprint)
        else:
            write_spec(self.directory, spec, fingerprint)

    def finish(self, walk: int, chains: Sequence[Chain]) -> None:
        """Write walk number ``walk`` as finished."""
        self._write(self.directory / f"walk_{walk:02d}.npz", walk, chains)

    def note(self, walk: int, chains: Sequence[Chain]) -> None:
        """Write the present state of walk number ``walk``."""
        self._write(self.directory / _UNDER_WAY, walk, chains)

    def restore(self, walk: int, chains: Sequence[Chain]) -> bool:
        """Restore the chains' state in this walk; return True if it was finished."""
        path = self.directory / f"walk_{walk:02d}.npz"
        if path.exists() and _read(path, walk, chains):
            return True
        if (self.directory / _UNDER_WAY).exists():
            _read(self.directory / _UNDER_WAY, walk, chains)
        return False

    def write_ends(self, ends: np.ndarray) -> None:
        """Write where the starts of the search for modes ended, (start, parameter)."""
        with atomic_write(self.directory / _ENDS) as temporary:
            np.save(temporary, ends)

    def ends(self) -> np.ndarray | None:
        """Return what :meth:`write_ends` wrote, None before it did."""
        path = self.directory / _ENDS
        return np.load(path, allow_pickle=False) if path.exists() else None

    def _write(self, path: Path, walk: int, chains: Sequence[Chain]) -> None:
        arrays = {"walk": np.array(walk), "iterations": np.array(chains[0].iterations)}
        for chain in chains:
            arrays |= {f"{name}_{chain.number}": getattr(chain, name) for name in _ARRAYS}
        if chains[0].archive is not None:
            arrays["archive"] = chains[0].archive[0]
        with atomic_write(path) as temporary:
            np.savez(temporary, **arrays)


def _differs(saved: Mapping[str, np.ndarray], chain: Chain) -> bool:
    """Return whether a chain was saved by a version that keeps other numbers in its state."""
    return saved[f"state_{chain.number}"].shape != chain.state.shape


def _read(path: Path, walk: int, chains: Sequence[Chain]) -> bool:
    """Return whether the chains could be restored: the file is of this walk and of this version."""
    with np.load(path, allow_pickle=False) as saved:
        if int(saved["walk"]) != walk or any(_differs(saved, chain) for chain in chains):
            return False
        for chain in chains:
            for name in _ARRAYS:
                setattr(chain, name, saved[f"{name}_{chain.number}"])
            chain.iterations = int(saved["iterations"])
        if "archive" in saved:
            chains[0].archive[0] = saved["archive"]
    return True
