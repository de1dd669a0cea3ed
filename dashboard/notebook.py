"""The pages of the dashboard in a notebook: ``page("model", site=9)`` in a cell shows the page Model.

``window("model", site=9)`` shows the whole dashboard in a frame instead, and needs no network.
A notebook has no address: what a link would hold is given by name. Slow work runs in worker processes, as
it does on the server, and belongs to the notebook's kernel.
"""

from __future__ import annotations

import asyncio
import atexit
import socket
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from urllib.parse import urlencode
from uuid import uuid4

import panel as pn

from dashboard.jobs.services import Services
from dashboard.shell.shell import ASSETS, Shell
from dashboard.state import link, site_list
from dashboard.state.session_state import DEFAULT_DATA, PAGES
from dashboard.upstream.text_input import keep_typed_text
from proda_core.records.checks import InputError, expect, one_of
from proda_core.sources import catalogue

HERE = "127.0.0.1"
STEP = 0.1  # s between two looks whether figures have changed
MOST_PAGES = 8  # that follow what happens; a cell that is run again makes another one
_STEPPING: list[asyncio.Task] = []  # the loop alone would let go of them


def page(name: str = PAGES[0], data: str = DEFAULT_DATA, **choices: object) -> pn.Column:
    """A page of the dashboard as a component; InputError says what cannot be.

    name : overview, sites, model, assimilation, network, maps, compare or data.
    data : a data set that is on this computer, as ``proda data list`` tells.
    choices : what a link of the dashboard may hold, for instance ``site=9``, ``selected=(3, 4)``,
        ``run="showcase"``, ``interval="0-30"``, ``setting="q10:2.1,warming:3"``.

    The last line of a cell shows it: ``page("maps", run="showcase")``.
    """
    services = _services()
    view = Shell(services, query=_query(services, name, data, choices)).component()
    pn.extension(notifications=False)  # in every cell: the browser may have been reloaded since the last one
    keep_typed_text()
    _say_what_is_missing()
    _keep_in_step(view)
    return view


@dataclass(frozen=True)
class Frame:
    """What a notebook shows: a page at an address, so many px high."""

    src: str
    height: int

    def _repr_html_(self) -> str:
        style = f"width: 100%; height: {self.height:d}px; border: none"
        return f'<iframe src="{escape(self.src)}" style="{style}" title="PRODA"></iframe>'


def window(name: str = PAGES[0], data: str = DEFAULT_DATA, height: int = 900, **choices: object) -> Frame:
    """The dashboard in a frame of the notebook, beginning with a page; InputError says what cannot be.

    Everything in it comes from this computer, on which the browser has to run too. It answers while no cell
    is being executed. ``height`` in px, everything else as for :func:`page`.
    """
    query = _query(_services(), name, data, choices)
    return Frame(f"{_address()}?{urlencode(query, safe=',:')}", height)


@lru_cache(maxsize=1)
def _address() -> str:
    """Where this kernel serves the dashboard."""
    from dashboard.app import make_server

    with socket.socket() as probe:
        probe.bind((HERE, 0))
        port = probe.getsockname()[1]
    make_server(_services(), port, HERE).start()
    return f"http://{HERE}:{port}/"


def _query(services: Services, name: str, data: str, choices: Mapping[str, object]) -> dict[str, str]:
    """The choices as a link would hold them."""
    one_of(name, PAGES, "page")
    for choice in choices:
        one_of(choice, sorted(set(link.NAMES) - {"page", "data"}), "choice")
    if not services.studies.find(data).available:
        catalogue.expect_available(catalogue.entry(data))
    query = {"page": name, "data": data} | {key: _text(value) for key, value in choices.items()}
    taken, complaints = link.read(query)
    _, unknown = link.only_sites_of(taken, services.studies.study(data).sites)
    expect(not complaints + unknown, " ".join(complaints + unknown))
    return query


def _text(value: object) -> str:
    if isinstance(value, str) or not isinstance(value, Iterable):
        return str(value)
    sites = list(value)
    if not all(isinstance(site, int) and site >= 0 for site in sites):
        raise InputError(f"Sites: expected whole numbers, 0 or more; found {str(sites)[:40]}")
    return site_list.write(sites)


@lru_cache(maxsize=1)
def _services() -> Services:
    """Data sets and worker processes of this kernel; the processes start when first needed."""
    services = Services()
    atexit.register(services.close)
    return services


def _say_what_is_missing() -> None:
    """Words for a browser that cannot fetch the scripts; without them it would show nothing."""
    python = sys.modules.get("IPython")  # a notebook has it
    if python is None or python.get_ipython() is None:
        return
    words = (ASSETS / "no_scripts.html").read_text(encoding="utf-8")
    python.display.display(python.display.HTML(words.replace("IDENTITY", f"proda-{uuid4().hex}")))


def _keep_in_step(view: pn.Column) -> None:
    """Send what has changed in figures: Panel sends changes of its own objects only."""
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        return  # no kernel: the page is only looked at

    async def step() -> None:
        while True:
            await asyncio.sleep(STEP)
            pn.io.push_notebook(view)

    _STEPPING.append(loop.create_task(step()))
    while len(_STEPPING) > MOST_PAGES:
        _STEPPING.pop(0).cancel()
