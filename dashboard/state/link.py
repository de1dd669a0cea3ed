"""Convert a session to the query of a link and back; choices that are not possible become sentences."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from dashboard.state import (
    assimilation_link,
    compare_choices,
    map_choices,
    model_choices,
    parameter_choices,
    profile_changes,
    site_choices,
    site_list,
    training_choices,
    viewport,
)
from dashboard.state.session_state import DEFAULT_DATA, SessionState
from proda_core.records.checks import InputError

LARGEST_SITE = 10**9
NAMES: tuple[str, ...] = (
    *("page", "data", "site", "selected", "job", "run", "interval", "view", "profile", "entry", "look"),
    "theme",
    *map_choices.LINKED,
    *site_choices.LINKED,
    *compare_choices.LINKED,
    *training_choices.LINKED,
    *model_choices.LINKED,
    *assimilation_link.LINKED,
)
# Texts that a page reads again: one that cannot be read never gets there.
_READERS: Mapping[str, Callable[[str], object]] = MappingProxyType(
    {
        "setting": parameter_choices.read,
        "view": viewport.read,
        "line": map_choices.longitude,
        "recipe": training_choices.read,
        "plan": assimilation_link.read,
        "profile": profile_changes.read,
    }
)


def write(
    session: SessionState, shorten: Callable[[str], str] = str, default_data: str = DEFAULT_DATA
) -> dict[str, str]:
    """Return the query of a session: what differs from a first visit, whose data set is ``default_data``.

    shorten : replaces a long selection by a short name

    >>> write(SessionState(page="maps", selected=(3, 4, 5)))
    {'page': 'maps', 'selected': '3-5'}
    """
    query = {}
    for name in NAMES:
        value = getattr(session, name)
        if value != (default_data if name == "data" else SessionState.param[name].default):
            query[name] = shorten(site_list.write(value)) if name == "selected" else str(value)
    return query


def read(query: Mapping[str, str], expand: Callable[[str], str] = str) -> tuple[dict, list[str]]:
    """Return the choices of a query, and a sentence for each one that is not possible.

    expand : replaces the name of a long selection by its text


    >>> read({"page": "maps", "interval": "1-2"})
    ({'page': 'maps'}, ['The link asks for interval=1-2, which is not known here.'])
    """
    choices, complaints = {}, []
    for name in filter(query.__contains__, NAMES):
        try:
            choices[name] = _value(name, str(query[name]), expand)
        except ValueError as error:
            complaints.append(_sentence(name, str(query[name]), error))
    return choices, complaints


def only_sites_of(choices: dict, sites: np.ndarray) -> tuple[dict, list[str]]:
    """Return the choices without sites that a data set does not have, and a sentence about those.

    >>> only_sites_of({"site": 9, "selected": (2, 9)}, np.array([1, 2]))
    ({'selected': (2,)}, ['There is no site 9 in this data set.'])
    """
    selected, site = choices.get("selected", ()), choices.get("site")
    wanted = {*selected} | ({site} if site is not None else set())
    missing = np.setdiff1d(sorted(wanted), sites)
    if not missing.size:
        return choices, []
    kept = {name: value for name, value in choices.items() if name not in ("site", "selected")}
    if site is not None and site not in missing:
        kept["site"] = site
    left = tuple(number for number in selected if number not in missing)
    shown = site_list.write(missing[:10]) + ("…" if missing.size > 10 else "")
    return kept | ({"selected": left} if left else {}), [f"There is no site {shown} in this data set."]


def _value(name: str, text: str, expand: Callable[[str], str]) -> object:
    if name == "selected":
        return site_list.read(expand(text))
    if name in _READERS and text:
        _READERS[name](text)
    value = _site(text) if name == "site" else text
    setattr(SessionState(), name, value)  # raises ValueError for a choice that is not possible
    return value


def _site(text: str) -> int:
    number = int(text)
    if number > LARGEST_SITE:
        raise ValueError(text)
    return number


def _sentence(name: str, text: str, error: ValueError) -> str:
    if isinstance(error, InputError):
        return f"The link's {'selection' if name == 'selected' else name} cannot be read. {error}."
    shown = text if len(text) <= 40 else text[:37] + "..."
    return f"The link asks for {name}={shown}, which is not known here."
