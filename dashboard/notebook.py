"""Pages of the dashboard in a notebook: ``page("model", site=9)`` in a cell shows the page Model.

``window("model", site=9)`` shows the whole dashboard in a frame instead, and needs no network.
A notebook has no address: what a link would hold is given by name. Slow work runs in worker processes of the
notebook's kernel.
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
from dashboard.shell.page_frame import ASSETS
from dashboard.shell.shell import Shell
from dashboard.state import link, site_list
from dashboard.state.session_state import DEFAULT_DATA, PAGES
from proda_core.records.checks import InputError, expect, one_of
from proda_core.sources import catalogue

LOCALHOST = "127.0.0.1"
PUSH_SECONDS = 0.1  # between two pushes of changed figures
MOST_PAGES = 8  # that are pushed; a cell that is run again makes another one
_PUSH_TASKS: list[asyncio.Task] = []  # the event loop holds weak references only


def page(name: str = PAGES[0], data: str = DEFAULT_DATA, **choices: object) -> pn.Column:
    """Return a page of the dashboard as a component; InputError for a choice that is not possible.

    name : overview, sites, model, assimilation, network, maps, compare or data.
    data : a data set that is on this computer, see ``proda data list``.
    choices : what a link of the dashboard may hold, for instance ``site=9``, ``selected=(3, 4)``,
        ``run="showcase"``, ``interval="0-30"``, ``setting="q10:2.1,warming:3"``.

    The last line of a cell shows it: ``page("maps", run="showcase")``.
    """
    from dashboard.app import prepare_notebook

    services = _services()
    prepare_notebook()
    view = Shell(services, query=_query(services, name, data, choices)).component()
    pn.extension(notifications=False)  # in every cell: the browser may have been reloaded since the last one
    _display_missing_scripts_note()
    _push_changes(view)
    return view


@dataclass(frozen=True)
class Frame:
    """An inline frame of a notebook: the page at an address, ``height`` px high."""

    src: str
    height: int

    def _repr_html_(self) -> str:
        style = f"width: 100%; height: {self.height:d}px; border: none"
        return f'<iframe src="{escape(self.src)}" style="{style}" title="PRODA"></iframe>'


def window(name: str = PAGES[0], data: str = DEFAULT_DATA, height: int = 900, **choices: object) -> Frame:
    """Return the dashboard in a frame of the notebook; InputError for a choice that is not possible.

    The kernel serves it, so the browser has to run on the same computer, and it responds while no cell is
    being executed. ``height`` in px, everything else as for :func:`page`.
    """
    query = _query(_services(), name, data, choices)
    return Frame(f"{_address()}?{urlencode(query, safe=',:')}", height)


@lru_cache(maxsize=1)
def _address() -> str:
    """Start the server of this kernel; return its address."""
    from dashboard.app import make_server

    with socket.socket() as probe:
        probe.bind((LOCALHOST, 0))
        port = probe.getsockname()[1]
    make_server(_services(), port, LOCALHOST).start()
    return f"http://{LOCALHOST}:{port}/"


def _query(services: Services, name: str, data: str, choices: Mapping[str, object]) -> dict[str, str]:
    """Return the choices as a link holds them."""
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
    """Return the services of this kernel; worker processes start when first needed."""
    services = Services()
    atexit.register(services.close)
    return services


def _display_missing_scripts_note() -> None:
    """Display a note that appears where the browser cannot load the scripts."""
    python = sys.modules.get("IPython")
    if python is None or python.get_ipython() is None:
        return
    words = (ASSETS / "no_scripts.html").read_text(encoding="utf-8")
    python.display.display(python.display.HTML(words.replace("IDENTITY", f"proda-{uuid4().hex}")))


def _push_changes(view: pn.Column) -> None:
    """Send changes of figures periodically: Panel sends changes of its own objects only."""
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        return  # no kernel

    async def push() -> None:
        while True:
            await asyncio.sleep(PUSH_SECONDS)
            pn.io.push_notebook(view)

    _PUSH_TASKS.append(loop.create_task(push()))
    while len(_PUSH_TASKS) > MOST_PAGES:
        _PUSH_TASKS.pop(0).cancel()
