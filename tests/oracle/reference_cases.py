"""Outside reference solutions as columns: read from the directory the tests are pointed to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from proda_core.soil_model.column import Column
from proda_core.vocabulary.parameters import DEFAULTS, NAMES

FILES = ("real_sites", "permafrost_cases")


@dataclass(frozen=True)
class Case:
    """One column with its parameters (parameter,) and its exact pools (pool, layer) of both schemes."""

    name: str
    parameters: np.ndarray
    column: Column
    closed: np.ndarray
    authors: np.ndarray

    def exact(self, bedrock: str) -> np.ndarray:
        return self.closed if bedrock == "closed" else self.authors

    @property
    def by_name(self) -> dict[str, float]:
        return dict(zip(NAMES, self.parameters, strict=True))

    @property
    def physical(self) -> bool:
        """Whether soil carbon of the ``authors`` reference lies between 0 and 1e6 gC m-3."""
        soil = self.authors[4:].sum(axis=0)
        return bool((soil >= 0).all() and (soil <= 1e6).all())


def cases(directory: Path, file: str) -> list[Case]:
    with np.load(directory / f"{file}.npz") as data:
        return [_case(file, dict(data), i) for i in range(len(data["param_phys"]))]


def _case(file: str, data: dict, i: int) -> Case:
    names = [name.replace("-", "_") for name in data["param_names"]]
    values = dict(zip(NAMES, DEFAULTS, strict=True)) | dict(zip(names, data["param_phys"][i], strict=True))
    column = Column(
        soil_temperature=data["soil_temp_K"][i],
        oxygen_scalar=data["xio"][i],
        nitrogen_scalar=data["xin"][i],
        water_scalar=data["w_scalar"][i],
        sand=data["sand"][i].mean(axis=1),
        carbon_input=np.array([data[f"in_{s}"][i] for s in ("cwd", "litter1", "litter2", "litter3")]),
        altmax=data["altmax_current"][i],
        altmax_last_year=data["altmax_lastyear"][i],
        nbedrock=data["nbedrock"][i],
    )
    return Case(
        f"{file} {i}",
        np.array([values[name] for name in NAMES]),
        column,
        data["pools7x20_exact_closed_bedrock"][i],
        data["pools7x20_exact_authors_scheme"][i],
    )
