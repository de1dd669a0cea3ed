"""Maps of any resolution beside a run, as ``proda map`` writes them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from proda_core.runs import Run

DIRECTORY = "maps"  # of a run; holds one directory for each fine map
METADATA, STOCKS = "map.json", "stock.tif"
_SYNTHETIC = "synthetic"  # beginning of the origin of covariates that were interpolated between cells


@dataclass(frozen=True)
class FineMap:
    """One map beside a run.

    interpolated : whether its covariates are no finer than half a degree
    written : time of the last change of its file [ns]; 0 while there is none
    """

    name: str
    path: str
    product: str
    resolution: float
    interpolated: bool
    written: int
    finished: bool


def fine_maps_directory(run: Run) -> Path:
    """Return the directory with the fine maps of a run."""
    return run.directory / DIRECTORY


def fine_maps_of(run: Run) -> tuple[FineMap, ...]:
    """Return the fine maps of a run, sorted by name; maps of another run are left out."""
    found = (_read(path, run) for path in sorted(fine_maps_directory(run).glob(f"*/{METADATA}")))
    return tuple(fine for fine in found if fine is not None)


def _read(path: Path, run: Run) -> FineMap | None:
    try:
        about = json.loads(path.read_text(encoding="utf-8"))
        if about["run"] != run.id or about["started"] != run.settings["started"]:
            return None
        stocks = path.with_name(STOCKS)
        return FineMap(
            name=path.parent.name,
            path=str(stocks),
            product=str(about["product"]),
            resolution=float(about["resolution"]),
            interpolated=str(about["covariates"]).startswith(_SYNTHETIC),
            written=stocks.stat().st_mtime_ns if stocks.exists() else 0,
            finished=stocks.exists(),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
