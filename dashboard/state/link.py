"""A session as the query of a link, and back; what a link says wrongly is told, not obeyed."""

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
# Texts that are read again by a page: what cannot be read never gets there.
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
    session: SessionState, shorten: Callable[[str], str] = str, home: str = DEFAULT_DATA
) -> dict[str, str]:
    """The query of a session: only what differs from a first visit, whose data set is ``home``.

    ``shorten`` folds long selections.

    >>> write(SessionState(page="maps", selected=(3, 4, 5)))
    {'page': 'maps', 'selected': '3-5'}
    """
    query = {}
    for name in NAMES:
        value = getattr(session, name)
        if value != (home if name == "data" else SessionState.param[name].default):
            query[name] = shorten(site_list.write(value)) if name == "selected" else str(value)
    return query


def read(query: Mapping[str, str], unfold: Callable[[str], str] = str) -> tuple[dict, list[str]]:
    """The choices a query names, and a sentence for each one that cannot be taken.

    >>> read({"page": "maps", "interval": "1-2"})
    ({'page': 'maps'}, ['The link asks for interval=1-2, which is not known here.'])
    """
    choices, complaints = {}, []
    for name in filter(query.__contains__, NAMES):
        try:
            choices[name] = _value(name, str(query[name]), unfold)
        except ValueError as error:
            complaints.append(_sentence(name, str(query[name]), error))
    return choices, complaints


def only_sites_of(choices: dict, sites: np.ndarray) -> tuple[dict, list[str]]:
    """The choices without the sites that a data set does not have, and a sentence about them.

    >>> only_sites_of({"site": 9, "selected": (2, 9)}, np.array([1, 2]))
    ({'selected': (2,)}, ['There is no site 9 in this data set.'])
    """
    selected, site = choices.get("selected", ()), choices.get("site")
    asked = {*selected} | ({site} if site is not None else set())
    gone = np.setdiff1d(sorted(asked), sites)
    if not gone.size:
        return choices, []
    kept = {name: value for name, value in choices.items() if name not in ("site", "selected")}
    if site is not None and site not in gone:
        kept["site"] = site
    left = tuple(number for number in selected if number not in gone)
    shown = site_list.write(gone[:10]) + ("…" if gone.size > 10 else "")
    return kept | ({"selected": left} if left else {}), [f"There is no site {shown} in this data set."]


def _value(name: str, text: str, unfold: Callable[[str], str]) -> object:
    if name == "selected":
        return site_list.read(unfold(text))
    if name in _READERS and text:
        _READERS[name](text)
    value = _site(text) if name == "site" else text
    setattr(SessionState(), name, value)  # refused there, it never reaches the session
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
