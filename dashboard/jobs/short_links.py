"""Short names for long selections in a link."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict

from proda_core.records.checks import InputError

LONGEST_TEXT = 400  # characters that are written into a link unchanged
MOST_TEXTS = 1000  # the least recently used are dropped


class ShortLinks:
    """Texts by a name made of the first characters of their hash."""

    def __init__(self, most: int = MOST_TEXTS) -> None:
        self._lock = threading.Lock()
        self._texts: OrderedDict[str, str] = OrderedDict()
        self._most = most

    def shorten(self, text: str) -> str:
        """Return the text itself if it is short, otherwise a name for it.

        >>> ShortLinks().shorten("3-5,12")
        '3-5,12'
        """
        if len(text) <= LONGEST_TEXT:
            return text
        name = "@" + hashlib.sha256(text.encode()).hexdigest()[:10]
        with self._lock:
            self._texts[name] = text
            self._texts.move_to_end(name)
            while len(self._texts) > self._most:
                self._texts.popitem(last=False)
        return name

    def expand(self, name: str) -> str:
        """Return the text of a name, or a text itself; InputError for an unknown name."""
        if not name.startswith("@"):
            return name
        with self._lock:
            if name not in self._texts:
                raise InputError("The selection was stored on a server that has been restarted since")
            self._texts.move_to_end(name)
            return self._texts[name]
