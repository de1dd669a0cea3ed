"""A deep ensemble: the same training from several seeds; the spread of members measures uncertainty."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from proda_core.network.settings import NetworkSettings
from proda_core.network.trained import TrainedNetwork, load_member
from proda_core.records.checks import InputError, expect
from proda_core.records.covariates import Covariates
from proda_core.records.progress import Progress
from proda_core.vocabulary.parameters import Prior

LIST = "ensemble.json"
_MEMBER = re.compile(r"member\d{1,4}", re.ASCII)


@dataclass(frozen=True, eq=False)
class Ensemble:
    """Trained networks that differ by their seed alone; a prediction is their mean and spread."""

    members: tuple[TrainedNetwork, ...]

    def __post_init__(self) -> None:
        expect(len(self.members) > 0, "ensemble: expected at least one member, found none")

    @property
    def settings(self) -> NetworkSettings:
        """Settings of every member."""
        return self.members[0].settings

    @property
    def prior(self) -> Prior:
        """The prior box of the outputs."""
        return self.members[0].prior

    @property
    def counts(self) -> dict:
        """Sites used and left out, by part and reason."""
        return self.members[0].counts

    @property
    def history(self) -> pd.DataFrame:
        """One row per member and epoch."""
        return pd.concat(
            [network.history.assign(member=i) for i, network in enumerate(self.members)], ignore_index=True
        )

    def unit(self, covariates: Covariates) -> np.ndarray:
        """Return mean parameters in the unit cube (site, parameter)."""
        encoded = {one.encoder: one.encoder.encode(covariates) for one in self.members}  # mostly a single one
        return np.mean([one.unit_of(*encoded[one.encoder]) for one in self.members], axis=0)

    def predict(self, covariates: Covariates) -> xr.Dataset:
        """Return ``mean`` and ``sd`` (site, parameter) over members, physical units; ``outside(site)``.

        ``sd`` is the spread of the members alone: the effect of another seed
        of the training, without the width of the site posteriors. One member has no ``sd``.
        """
        found = [network.predict(covariates) for network in self.members]
        every = np.stack([one["mean"].values for one in found])
        ds = found[0].assign(mean=(found[0]["mean"].dims, every.mean(axis=0), found[0]["mean"].attrs))
        if len(found) > 1:
            attrs = {"long_name": "standard deviation between members of the ensemble"}
            ds = ds.assign(sd=(ds["mean"].dims, every.std(axis=0, ddof=1), attrs))
        return ds.assign_attrs(members=len(found))

    def each(self, covariates: Covariates) -> xr.DataArray:
        """Return parameters of every member (member, site, parameter), physical units."""
        found = [network.predict(covariates)["mean"] for network in self.members]
        return xr.concat(found, dim="member").assign_coords(member=np.arange(len(found)))

    def save(self, directory: Path) -> None:
        """Write one folder per member below ``directory``, and a list of them."""
        directory = Path(directory)
        directory.mkdir(parents=True, exist_ok=True)
        names = [f"member{i}" for i in range(len(self.members))]
        for name, network in zip(names, self.members, strict=True):
            network.save(directory / name)
        (directory / LIST).write_text(json.dumps({"members": names}))


def train_ensemble(
    train_one: Callable[..., TrainedNetwork],
    *,
    seed: int,
    size: int,
    on_epoch: Callable[[Progress], None] | None = None,
) -> Ensemble:
    """Train an ensemble of ``size`` members; member i is ``train_one(seed=..., on_epoch=...)``.

    The first member has ``seed`` itself, so that an ensemble of one is the plain network.
    """
    expect(size >= 1, f"ensemble: expected at least one member, found {size}")

    def reporter_of(member: int) -> Callable[[Progress], None] | None:
        if on_epoch is None:
            return None
        text = f"network {member + 1} of {size}"

        def report(progress: Progress) -> None:
            done = member * progress.total + progress.done
            detail = progress.detail | {"member": member}
            on_epoch(Progress(done, size * progress.total, f"{text}, {progress.message}", detail))

        return report

    seeds = [seed, *np.random.SeedSequence(seed).generate_state(size)[1:].tolist()]
    return Ensemble(tuple(train_one(seed=one, on_epoch=reporter_of(i)) for i, one in enumerate(seeds)))


def load(directory: Path) -> Ensemble:
    """Load an ensemble from a folder; weights are read as tensors only, no code is run."""
    directory = Path(directory)
    expect((directory / LIST).is_file(), f"{directory}: expected a trained network, found no {LIST}")
    try:
        names = json.loads((directory / LIST).read_text())["members"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise InputError(f"{directory / LIST}: expected a list of members, found {error}") from error
    _expect_members(names, directory / LIST)
    return Ensemble(tuple(load_member(directory / name) for name in names))


def _expect_members(names: object, path: Path) -> None:
    """Refuse what is not a list of names of folders beside ``path``, such as a path that leads out."""
    expect(isinstance(names, list), f"{path}: expected a list of members, found {type(names).__name__}")
    for name in names:
        found = isinstance(name, str) and _MEMBER.fullmatch(name)
        expect(bool(found), f"{path}: expected names of members such as member0, found {str(name)[:60]!r}")
        expect(
            not (path.parent / name).is_symlink(), f"{path.parent / name}: expected a folder, found a link"
        )
