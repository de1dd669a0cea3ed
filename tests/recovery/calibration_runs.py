"""The calibration experiment, its table and figure: ``python -m tests.recovery.calibration_runs DIR``."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from proda_core.assimilation.calibration import BINS, histogram, uniformity
from proda_core.assimilation.schedules import SCHEDULES, Schedule
from proda_core.assimilation.twin import RANKED, twin
from proda_core.sources import example

CV_OBSERVED = 0.6  # coefficient of variation of measured carbon about the profile's own curve [PRODA]
REPEATS = 6  # different truths at each of the example's sites: 354 profiles
SETTINGS: dict[str, tuple[Schedule, float | None]] = {  # schedule, and the errors of the observations
    "modern, errors as its likelihood assumes": (SCHEDULES["modern"], None),
    "modern, log-normal errors of CV 0.6": (SCHEDULES["modern"], CV_OBSERVED),
    "chapter, log-normal errors of CV 0.6": (SCHEDULES["chapter"], CV_OBSERVED),
    "quick, log-normal errors of CV 0.6": (SCHEDULES["quick"], CV_OBSERVED),
    "annealed, log-normal errors of CV 0.6": (SCHEDULES["annealed"], CV_OBSERVED),
}
DRAWN = {
    "modern": "modern, errors as its likelihood assumes",
    "annealed": "annealed, log-normal errors of CV 0.6",
}
_WIDTH, _HEIGHT, _COLUMNS = 118, 74, 7


def calibrate(
    schedule: Schedule, noise: float | None = None, repeats: int = REPEATS, workers: int = 2
) -> xr.Dataset:
    """Ranks of planted truths at the sites of the embedded example; ``noise`` as in ``twin``."""
    study = example.load(seed=0)
    profiles = study.profiles.select(study.assimilable())
    parts = [
        twin(profiles, study.forcing, schedule, seed=100 + repeat, noise=noise, workers=workers)
        for repeat in range(repeats)
    ]
    return xr.concat(parts, dim="site")


def figure(runs: dict[str, xr.Dataset]) -> str:
    """An SVG with one histogram of ranks per parameter; a band holds 99 % of right ones."""
    names = [str(name) for name in next(iter(runs.values()))["parameter"].values]
    colours = dict(zip(runs, ("#1b6ca8", "#d1495b"), strict=False))
    height = _HEIGHT * -(-len(names) // _COLUMNS) + 26
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH * _COLUMNS}" height="{height}" '
        'font-family="sans-serif" font-size="10">'
    ]
    for i, name in enumerate(names):
        x, y = _WIDTH * (i % _COLUMNS) + 8, _HEIGHT * (i // _COLUMNS) + 14
        parts.append(f'<text x="{x}" y="{y}">{name}</text>')
        parts.append(
            _panel({k: v["rank"].sel(parameter=name).values for k, v in runs.items()}, colours, x, y + 4)
        )
    legend = "   ".join(f'<tspan fill="{colours[k]}">{k}</tspan>' for k in runs)
    parts.append(
        f'<text x="8" y="{height - 6}">share of truths per tenth of the ranks: {legend}; grey: 99 %</text>'
    )
    return "\n".join([*parts, "</svg>"])


def _panel(ranks: dict[str, np.ndarray], colours: dict[str, str], x: float, y: float) -> str:
    wide, high = _WIDTH - 16, _HEIGHT - 26
    n = max(map(len, ranks.values()))
    band = 2.58 * np.sqrt(0.1 * 0.9 / n)

    def level(share: float) -> float:
        return y + high * (1 - min(share / 0.3, 1))

    parts = [
        f'<rect x="{x}" y="{level(0.1 + band):.1f}" width="{wide}" '
        f'height="{level(0.1 - band) - level(0.1 + band):.1f}" fill="#dddddd"/>'
    ]
    for name, values in ranks.items():
        share = histogram(values, RANKED) / len(values)
        points = [
            f"{x + wide * (k + side) / BINS:.1f},{level(share[k]):.1f}"
            for k in range(BINS)
            for side in (0, 1)
        ]
        parts.append(
            f'<polyline points="{" ".join(points)}" fill="none" stroke="{colours[name]}" stroke-width="1.4"/>'
        )
    return "\n".join(parts)


def main(directory: Path) -> None:
    """Run every schedule with the errors named; write ``calibration.svg`` and ``calibration.csv``."""
    runs = {name: calibrate(*setting) for name, setting in SETTINGS.items()}
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "calibration.svg").write_text(figure({name: runs[key] for name, key in DRAWN.items()}))
    tables = [uniformity(run, RANKED).assign(run=name) for name, run in runs.items()]
    pd.concat(tables).to_csv(directory / "calibration.csv", index=False, float_format="%.4g")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
