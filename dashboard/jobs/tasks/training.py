"""Tasks of the page Network: train a network from a run's posterior, examine the network of a run."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from dashboard.jobs.messages import TaskContext
from dashboard.jobs.tasks.common import study
from proda_core.records.atomic_write import atomic_write
from proda_core.records.covariates import Covariates
from proda_core.records.progress import Progress
from proda_core.runs import Run

if TYPE_CHECKING:
    from proda_core.network.trained import TrainedNetwork

OnProgress = Callable[[Progress], None]

_TRAINING_SHARE = 0.7  # of the time; the rest is the examination


def train_network(name: str, directory: str, choices: dict, members: str, context: TaskContext) -> int:
    """Train with ``choices`` (groups, preset, by, members, epochs, seed); send losses and examination.

    members : directory of trained members; those that are there already are not trained again
    """
    import torch

    from dashboard.jobs.tasks.network_examination import Case
    from proda_core.network.ensemble import train_ensemble
    from proda_core.network.settings import preset
    from proda_core.network.split import split
    from proda_core.network.train import train
    from proda_core.run_study import model_of_run, study_of_run

    torch.set_num_threads(1)
    context.report(Progress(0, 1000, "reading the run"))
    run = Run(Path(directory))
    posterior, whole = run["posterior"], study_of_run(run, study(name))
    model = model_of_run(run, whole.forcing)
    covariates = covariates_of_groups(whole.covariates.select(posterior.sites), choices["groups"])
    profiles = whole.profiles.select(posterior.sites)
    parts = split(profiles, seed=choices["seed"], by=choices["by"])
    settings = preset(choices["preset"]).changed(max_epochs=choices["epochs"])
    if choices["preset"] == "end_to_end":
        one = _through_the_model(whole, covariates, parts, settings, posterior.prior, model)
    else:
        one = partial(train, covariates, posterior, parts, settings)
    network = train_ensemble(
        partial(_stored_member, partial(one, should_stop=context.should_stop), Path(members)),
        seed=choices["seed"],
        size=choices["members"],
        on_epoch=partial(_send_epoch, context),
    )
    _examine(Case(whole, covariates, posterior, parts, network, model), context, _TRAINING_SHARE)
    return len(covariates)


def examine_run(name: str, directory: str, context: TaskContext) -> int:
    """Examine the network that a run has trained."""
    import torch

    from dashboard.jobs.tasks.network_examination import Case
    from proda_core.run_study import model_of_run, study_of_run

    torch.set_num_threads(1)
    context.report(Progress(0, 1000, "reading the run"))
    run = Run(Path(directory))
    whole = study_of_run(run, study(name))
    posterior, network, parts = run["posterior"], run["network"], run["split"]
    history = network.history[["member", "epoch", "train", "validation"]]
    for member, rows in history.groupby("member"):
        context.send(epochs=[(int(member), *map(float, row)) for row in rows.to_numpy()[:, 1:]])
    # the showcase holds posteriors of some sites only; its network is examined on all sites of its split
    covariates = whole.covariates.select(np.union1d(posterior.sites, parts["profile"].values))
    model = model_of_run(run, whole.forcing)
    _examine(Case(whole, covariates, posterior, parts, network, model), context, 0.0)
    return len(covariates)


def covariates_of_groups(covariates: Covariates, kinds: tuple[str, ...]) -> Covariates:
    """Return the covariates of some kinds."""
    from proda_core.network.importance import groups_by_kind

    known = groups_by_kind(covariates)
    names = [name for kind in kinds for name in known.get(kind, ())]
    return Covariates(covariates.ds[names])


def _through_the_model(whole, covariates, parts, settings, prior, model):
    from proda_core.network.end_to_end import train_end_to_end

    sites = covariates.sites
    inputs = (whole.profiles.select(sites), whole.forcing.select(sites), covariates, parts, settings)
    return partial(train_end_to_end, *inputs, prior=prior, model=model)


def _stored_member(
    train_one: Callable[..., TrainedNetwork], directory: Path, *, seed: int, on_epoch: OnProgress
) -> TrainedNetwork:
    """Return the member of this seed, read from disk or else trained and written."""
    from proda_core.network.trained import load_member

    place = directory / f"member-{seed}"
    if not place.is_dir():
        network = train_one(seed=seed, on_epoch=on_epoch)
        with atomic_write(place) as temporary:
            network.save(temporary)
        return network
    network = load_member(place)
    for row in network.history.to_dict(orient="records"):
        on_epoch(Progress(int(row["epoch"]), network.settings.max_epochs, "trained before", row))
    return network


def _send_epoch(context: TaskContext, progress: Progress) -> None:
    done = 1000 * _TRAINING_SHARE * progress.fraction
    context.report(Progress(round(done), 1000, progress.message))
    now = progress.detail
    context.send(epochs=[(now["member"], float(now["epoch"]), now["train"], now["validation"])])


def _examine(case: object, context: TaskContext, before: float) -> None:
    from dashboard.jobs.tasks.network_examination import parts_of

    for part, content, share in parts_of(case, context.should_stop):
        context.report(Progress(round(1000 * (before + (1 - before) * share)), 1000, "examining the network"))
        if part:
            context.send(part=part, content=pickle.dumps(content))
