"""Checkpoints of a long run of few chains on disk: every finished phase, and the one in progress.

job.json      what was asked for, and a fingerprint of choices and data
walk_NN.npz   chains after walk NN of the schedule (test run, formal run, re-runs ...)
under_way.npz chains in the middle of a walk
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from proda_core.assimilation.chain import Chain
from proda_core.assimilation.spec import AssimilationSpec
from proda_core.records.atomic_write import atomic_write
from proda_core.records.checks import InputError, expect

_SPEC_FILE, _UNDER_WAY = "job.json", "under_way.npz"
_ARRAYS = ("state", "rng", "unit", "cost", "accepted")


class Checkpoints:
    """The directory of one run of few chains."""

    def __init__(self, directory: str | Path, spec: AssimilationSpec, fingerprint: str) -> None:
        self.directory = Path(directory)
        path = self.directory / _SPEC_FILE
        if path.exists():
            _expect_same(path, fingerprint)
            return
        with atomic_write(path) as temporary:
            temporary.write_text(json.dumps({"fingerprint": fingerprint, **spec.described()}, indent=1))

    def finish(self, walk: int, chains: Sequence[Chain]) -> None:
        """Note that walk number ``walk`` is done."""
        self._write(self.directory / f"walk_{walk:02d}.npz", walk, chains)

    def note(self, walk: int, chains: Sequence[Chain]) -> None:
        """Note how far walk number ``walk`` has come."""
        self._write(self.directory / _UNDER_WAY, walk, chains)

    def restore(self, walk: int, chains: Sequence[Chain]) -> bool:
        """Put the chains where they stood in this walk; True if it was finished."""
        path = self.directory / f"walk_{walk:02d}.npz"
        if path.exists():
            _read(path, walk, chains)
            return True
        if (self.directory / _UNDER_WAY).exists():
            _read(self.directory / _UNDER_WAY, walk, chains)
        return False

    def _write(self, path: Path, walk: int, chains: Sequence[Chain]) -> None:
        arrays = {"walk": np.array(walk), "iterations": np.array(chains[0].iterations)}
        for chain in chains:
            arrays |= {f"{name}_{chain.number}": getattr(chain, name) for name in _ARRAYS}
        if chains[0].archive is not None:
            arrays["archive"] = chains[0].archive[0]
        with atomic_write(path) as temporary:
            np.savez(temporary, **arrays)


def _read(path: Path, walk: int, chains: Sequence[Chain]) -> None:
    with np.load(path, allow_pickle=False) as saved:
        if int(saved["walk"]) != walk:
            return
        for chain in chains:
            for name in _ARRAYS:
                setattr(chain, name, saved[f"{name}_{chain.number}"])
            chain.iterations = int(saved["iterations"])
        if "archive" in saved:
            chains[0].archive[0] = saved["archive"]


def _expect_same(path: Path, fingerprint: str) -> None:
    try:
        asked = json.loads(path.read_text())
        found = asked["fingerprint"]
    except (OSError, ValueError, KeyError) as error:
        raise InputError(f"{path}: expected a readable job, found {error}") from error
    expect(
        found == fingerprint,
        f"{path.parent}: expected the assimilation that was begun there (seed {asked.get('seed')}, schedule"
        f" {asked.get('schedule', {}).get('name')}), found other choices or other data",
    )
