"""Progress of the site-level assimilation of a run, site by site, while it is running."""

from __future__ import annotations

import json
import threading
import time
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
import xarray as xr

from proda_core.assimilation.chunk_store import finished_chunks, read_chunks
from proda_core.records.checks import InputError
from proda_core.records.convergence import NOT_CONVERGED, judged, trains
from proda_core.runs import Run

STAGE = "posterior"
_NAMES = ("efficiency", "acceptance", "rhat", "verdict")


@dataclass(frozen=True, eq=False)
class RunProgress:
    """Every site of a run (site): done, efficiency E, mean acceptance, largest R-hat, verdict.

    used : whether a site trains the network of the run
    """

    sites: np.ndarray
    done: np.ndarray
    efficiency: np.ndarray
    acceptance: np.ndarray
    rhat: np.ndarray
    verdict: np.ndarray
    used: np.ndarray
    rate: float = float("nan")

    @property
    def share(self) -> float:
        """Share of the sites that are done."""
        return float(self.done.mean()) if self.done.size else 0.0

    @property
    def seconds_left(self) -> float | None:
        """Return the time left at the present rate [s]; None while it is unknown."""
        if not self.rate > 0 or self.done.all():
            return None
        return float((~self.done).sum() / self.rate)

    @property
    def converged(self) -> float:
        """Return the share of the sites done whose chains are not short of the limits of their schedule."""
        return float((self.verdict[self.done] != NOT_CONVERGED).mean()) if self.done.any() else float("nan")

    def worst(self, count: int = 8) -> np.ndarray:
        """Return rows of the finished sites with the lowest efficiency, the lowest first."""
        rows = np.flatnonzero(self.done)
        known = np.where(np.isfinite(self.efficiency[rows]), self.efficiency[rows], -np.inf)
        return rows[np.argsort(known, kind="stable")[:count]]


class RunProgressReader:
    """Reads the progress of one run; each call reads only chunks finished since the last."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self._lock = threading.Lock()
        self._known_chunks: set[int] = set()
        self._values: dict[str, np.ndarray] = {}
        self._sites = np.zeros(0, int)
        self._done = np.zeros(0, bool)
        self._first: tuple[float, int] | None = None
        self._finished = False

    def read(self) -> RunProgress | None:
        """Return the progress of the run; None before any site is known, or with damaged posteriors."""
        with self._lock:
            if STAGE in self.run.finished:
                with suppress(InputError):
                    self._read_finished()
            else:
                with suppress(OSError, ValueError, KeyError):  # a file that is being written right now
                    self._read_parts()
            return self._progress() if self._sites.size else None

    def _read_parts(self) -> None:
        directory = self.run.parts(STAGE)
        new = [number for number in finished_chunks(directory) if number not in self._known_chunks]
        if not new and self._sites.size:
            return
        part = read_chunks(directory, new, _NAMES)
        if not self._sites.size:
            self._reset(part.attrs["sites"])
        self._update(part, part["row"].values)
        self._known_chunks |= set(new)
        self._start_clock()

    def _read_finished(self) -> None:
        if self._finished:
            return
        with self.run.open(STAGE) as ds:
            self._reset(ds["site"].values)
            self._update(ds[list(_NAMES)].assign(verdict=("site", judged(ds))).load(), slice(None))
        self._finished, self._first = True, None

    def _reset(self, sites: np.ndarray) -> None:
        self._sites, self._done = np.asarray(sites), np.zeros(len(sites), bool)
        self._values = {name: np.full(len(sites), np.nan) for name in _NAMES}

    def _update(self, part: xr.Dataset, rows: np.ndarray | slice) -> None:
        self._values["efficiency"][rows] = part["efficiency"].values
        self._values["verdict"][rows] = part["verdict"].values
        self._values["acceptance"][rows] = part["acceptance"].mean("chain").values
        self._values["rhat"][rows] = part["rhat"].max("parameter").values
        self._done[rows] = True

    def _start_clock(self) -> None:
        now, done = time.monotonic(), int(self._done.sum())
        if self._first is None:
            self._first = now, done

    def _progress(self) -> RunProgress:
        rate = float("nan")
        if self._first is not None:
            seconds, more = time.monotonic() - self._first[0], int(self._done.sum()) - self._first[1]
            rate = more / seconds if more and seconds > 1 else float("nan")
        values = {name: values.copy() for name, values in self._values.items()}
        used = trains(values["verdict"], *_training_choices(self.run.settings))
        return RunProgress(self._sites, self._done.copy(), **values, used=used, rate=rate)


def _training_choices(settings: dict) -> tuple[dict[str, str], str]:
    """Return the schedule of a run as attributes of a posterior, and on which sites its network trains."""
    choices = settings["choices"]
    fields = settings.get("details", {}).get("site_level", {"name": choices["schedule"]})
    network = choices.get("network")
    chosen = network.get("train_on", "schedule") if isinstance(network, dict) else "schedule"
    return {"schedule": json.dumps(fields)}, chosen
