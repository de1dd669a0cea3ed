"""Long selections under a short name, so that a link stays a link."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict

from proda_core.records.checks import InputError

LONGEST = 400  # characters that go into a link as they are
KEPT = 1000  # selections; the least recently used are let go


class ShortLinks:
    """Texts by the first characters of their hash."""

    def __init__(self, kept: int = KEPT) -> None:
        self._lock = threading.Lock()
        self._texts: OrderedDict[str, str] = OrderedDict()
        self._kept = kept

    def shorten(self, text: str) -> str:
        """The text itself if it is short, otherwise a name for it.

        >>> ShortLinks().shorten("3-5,12")
        '3-5,12'
        """
        if len(text) <= LONGEST:
            return text
        name = "@" + hashlib.sha256(text.encode()).hexdigest()[:10]
        with self._lock:
            self._texts[name] = text
            self._texts.move_to_end(name)
            while len(self._texts) > self._kept:
                self._texts.popitem(last=False)
        return name

    def expand(self, name: str) -> str:
        """The text behind a name; a text that is no name comes back as it is."""
        if not name.startswith("@"):
            return name
        with self._lock:
            if name not in self._texts:
                raise InputError("It was kept on a server that has been restarted since")
            self._texts.move_to_end(name)
            return self._texts[name]
