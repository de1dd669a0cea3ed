"""Values created once for all visitors; the oldest are dropped when there are too many."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Cache(Generic[Value]):
    """Values by key: the newest ``most``, all of them where that is None.

    >>> cache = Cache(most=2)
    >>> [cache.get_or_create(key, lambda: key.upper()) for key in "abca"]
    ['A', 'B', 'C', 'A']
    """

    def __init__(self, most: int | None = None) -> None:
        self._most, self._lock = most, threading.Lock()
        self._values: dict[Hashable, Value] = {}

    def get_or_create(
        self,
        key: Hashable,
        create: Callable[[], Value],
        *,
        is_stale: Callable[[Value], bool] | None = None,
    ) -> Value:
        """Return the value of a key; create it where it is missing or stale, one caller at a time."""
        with self._lock:
            known = key in self._values
            if known and not (is_stale is not None and is_stale(self._values[key])):
                return self._values[key]
            while not known and self._most is not None and len(self._values) >= self._most:
                del self._values[next(iter(self._values))]
            self._values[key] = create()
            return self._values[key]
