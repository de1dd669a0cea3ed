"""The link of a session: read from the browser's address or from a query, and written back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import parse_qsl, urlencode

import panel as pn

from dashboard.jobs.services import Services
from dashboard.state import link
from dashboard.state.session_state import SessionState

AGAIN = "again"  # added to the address by upstream/browser_history.js after the back button


class AddressBar:
    """Reads and writes the choices of a session as a link.

    query : the link, where there is no browser whose address could be read and written
    """

    def __init__(
        self, services: Services, session: SessionState, query: Mapping[str, str] | None = None
    ) -> None:
        self._services, self._session, self._query = services, session, query

    @property
    def location(self) -> object | None:
        """Panel's model of the browser's address; None without one."""
        return pn.state.location if self._query is None else None

    def read(self) -> tuple[dict, list[str]]:
        """Return the choices of the link, and a sentence for each one that cannot be used."""
        if self._query is not None:
            return self._choices(self._query)
        search = self.location.search if self.location is not None else ""
        return self._choices(dict(parse_qsl(search[1:])))  # parsed here: Panel would make 7 of "007"

    def write(self) -> None:
        """Write the session's choices into the browser's address."""
        if self.location is not None:
            query = link.write(self._session, self._services.short_links.shorten, self._services.default_data)
            self.location.search = f"?{urlencode(query, safe=',:')}" if query else ""

    def on_back(self, load: Callable[[dict], None]) -> None:
        """Call ``load`` with all choices of the link after the browser's back or forward button."""
        if self.location is not None:
            self.location.param.watch(lambda event: self._on_search(event.new, load), "search")

    def _on_search(self, search: str, load: Callable[[dict], None]) -> None:
        query = dict(parse_qsl(search[1:]))
        if query.pop(AGAIN, None) is None:
            return
        choices, _ = self._choices(query)
        defaults = {name: SessionState.param[name].default for name in link.NAMES if name != "theme"}
        wanted = defaults | {"data": self._services.default_data} | choices | {"theme": self._session.theme}
        if wanted["data"] == self._session.data:
            del wanted["data"]
        load(wanted)
        self.write()

    def _choices(self, query: Mapping[str, str]) -> tuple[dict, list[str]]:
        return link.read(query, self._services.short_links.expand)
