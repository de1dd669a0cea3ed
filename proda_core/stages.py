"""The stages of a run in their order, each declared once: what it needs, what it makes, what it is called.

``journey`` holds the function of every stage; the run, its resumption, the list of runs, the report and
the dashboard read this table.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

Kind = Literal["dataset", "record", "network", "table"]


@dataclass(frozen=True)
class Stage:
    """One row of :data:`STAGES`.

    file : name of the result in the directory of the run
    kind : how the result is stored - a plain Dataset, a record, a folder with a network, a CSV table
    result : what the file holds
    message : what is reported while the stage is computed
    needs : stages whose results it is computed from, besides the records of the study
    time_share : of a quick run, roughly; for progress bars and the time left
    optional : computed only where the argument of ``journey.run`` of the same name is not None
    implied : part of a run whose settings list no stages, as those of the first releases
    """

    name: str
    file: str
    kind: Kind
    result: str
    message: str
    needs: tuple[str, ...]
    time_share: float
    optional: bool = False
    implied: bool = True


_IN_ORDER = (
    Stage(
        *("split", "split.nc", "dataset"),
        result="which sites train, validate and test",
        message="dividing the sites",
        needs=(),
        time_share=0.01,
    ),
    Stage(
        *("posterior", "posterior.nc", "record"),
        result="posterior of the parameters at every site",
        message="assimilating each profile by itself",
        needs=(),
        time_share=0.40,
    ),
    Stage(
        *("batch", "batch.nc", "record"),
        result="one posterior of the parameters for all training sites together",
        message="assimilating all training profiles at once",
        needs=("split",),
        time_share=0.10,
    ),
    Stage(
        *("network", "network", "network"),
        result="ensemble of networks trained on the posteriors",
        message="training the network",
        needs=("split", "posterior"),
        time_share=0.20,
    ),
    Stage(
        *("end_to_end", "end_to_end", "network"),
        result="ensemble of networks trained through the soil model, on observed carbon itself",
        message="training a network through the soil model",
        needs=("split",),
        time_share=0.22,
        optional=True,
        implied=False,
    ),
    Stage(
        *("parameter_map", "parameter_map.nc", "record"),
        result="parameters on every cell and their spreads",
        message="predicting parameters on every cell",
        needs=("split", "posterior", "network"),
        time_share=0.01,
    ),
    Stage(
        *("carbon_map", "carbon_map.nc", "record"),
        result="stocks on every cell and their spreads, by product",
        message="mapping soil carbon and its uncertainty",
        needs=("split", "posterior", "batch", "network", "end_to_end", "parameter_map"),
        time_share=0.01,
    ),
    Stage(
        *("process_map", "process_map.nc", "dataset"),
        result="bulk processes and residence time on every cell, by product",
        message="mapping processes",
        needs=("batch", "end_to_end", "parameter_map"),
        time_share=0.005,
        implied=False,
    ),
    Stage(
        *("site_carbon", "site_carbon.nc", "dataset"),
        result="carbon by layer at every site, by method",
        message="simulating every site",
        needs=("split", "posterior", "batch", "network", "end_to_end"),
        time_share=0.025,
    ),
    Stage(
        *("pairs", "pairs.csv", "table"),
        result="modelled beside observed carbon density [kgC m-3]",
        message="comparing densities",
        needs=("site_carbon",),
        time_share=0.005,
    ),
    Stage(
        *("stocks", "stocks.csv", "table"),
        result="modelled beside observed stocks by depth interval [kgC m-2]",
        message="comparing stocks",
        needs=("site_carbon",),
        time_share=0.005,
    ),
    Stage(
        *("scores", "scores.csv", "table"),
        result="skill of every method on carbon density",
        message="scoring densities",
        needs=("split", "pairs"),
        time_share=0.005,
    ),
    Stage(
        *("scores_by_interval", "scores_by_interval.csv", "table"),
        result="skill of every method on stocks by depth interval",
        message="scoring stocks",
        needs=("split", "stocks"),
        time_share=0.0025,
    ),
    Stage(
        *("component_control", "component_control.csv", "table"),
        result="skill and carbon lost where one part of the model is held at its mean",
        message="holding one part of the model at its mean",
        needs=("split", "network", "end_to_end", "parameter_map"),
        time_share=0.0025,
        implied=False,
    ),
)
STAGES: dict[str, Stage] = {stage.name: stage for stage in _IN_ORDER}


def dependants(names: Collection[str]) -> tuple[str, ...]:
    """Stages computed from the result of any stage in ``names``, directly or through others.

    >>> dependants(["pairs"])
    ('scores',)
    """
    found = set(names)
    for stage in STAGES.values():  # in order: what a stage needs stands above it
        if found & set(stage.needs):
            found.add(stage.name)
    return tuple(name for name in STAGES if name in found and name not in names)
