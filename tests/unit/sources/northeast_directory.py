"""A tiny directory in the layout of the northeast set, filled with random numbers."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from proda_core.vocabulary.covariates import BY_NAME, NORTHEAST

LAYERS, MONTHS, COLUMNS = 20, 12, 200


class NortheastDirectory:
    """Arrays to bend before :meth:`write` puts them into files; names are those of the files."""

    def __init__(self, path: Path, sites: int = 6, cells: int = 4, seed: int = 0) -> None:
        self.path, rng = path, np.random.default_rng(seed)
        depth = np.full((sites, COLUMNS), np.nan)
        depth[:, :4] = np.sort(rng.uniform(0.02, 1.5, (sites, 4)), axis=1)
        self.files: dict[str, np.ndarray] = {
            "Training_Data/profile_id.txt": 500.0 + np.arange(sites)[:, None],
            "Training_Data/env_info.txt": _surroundings(rng, sites),
            "Training_Data/obs_soc_depth.txt": depth,
            "Training_Data/obs_soc_NY.txt": np.where(np.isnan(depth), np.nan, 6e4 * np.exp(-2 * depth)),
            "Prediction_Data/grid_env_info_ID.txt": np.arange(cells)[:, None] * 1.0,
            "Prediction_Data/grid_env_info_NY.txt": _surroundings(rng, cells),
            **_forcing(rng, "Training_Data/model_force_", sites),
            **_forcing(rng, "Prediction_Data/model_force_pred_", cells),
        }

    def __getitem__(self, name: str) -> np.ndarray:
        return self.files[name]

    def write(self) -> Path:
        for name, array in self.files.items():
            file = self.path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            if file.suffix == ".npy":
                np.save(file, array, allow_pickle=False)
            else:
                np.savetxt(file, array, delimiter=",")
        return self.path


def _surroundings(rng: np.random.Generator, rows: int) -> np.ndarray:
    columns = []
    for name in NORTHEAST:
        covariate = BY_NAME[name]
        if covariate.categorical:
            columns.append(rng.choice(list(covariate.legend), rows).astype(float))
        else:
            columns.append(rng.uniform(covariate.low, covariate.high, rows))
    columns[NORTHEAST.index("nbedrock")] = rng.integers(8, 21, rows).astype(float)
    return np.column_stack(columns)


def _forcing(rng: np.random.Generator, prefix: str, rows: int) -> dict[str, np.ndarray]:
    shape, surface = (rows, LAYERS, MONTHS), (rows, MONTHS)
    sand = np.repeat(rng.uniform(5, 90, (rows, LAYERS, 1)), MONTHS, axis=2)
    streams = {
        f"input_vector_{s}.txt": rng.uniform(1, 30, surface) for s in ("cwd", "litter1", "litter2", "litter3")
    }
    files = {
        "soil_temp_profile.npy": rng.uniform(270, 295, shape),
        "soil_water_profile.npy": rng.uniform(0.05, 1, shape),
        "xio.npy": rng.uniform(0.5, 1, shape),
        "xin.npy": rng.uniform(0.1, 1, shape),
        "sand_vector.npy": sand,
        "altmax_current_profile.txt": rng.uniform(3, 42, surface),
        "altmax_lastyear_profile.txt": rng.uniform(3, 42, surface),
        "nbedrock.txt": np.repeat(rng.integers(16, 21, (rows, 1)), MONTHS, axis=1) * 1.0,
        **streams,
    }
    return {prefix + name: array for name, array in files.items()}
