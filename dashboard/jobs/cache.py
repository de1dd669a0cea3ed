"""What is made once for all visitors, and let go when enough newer things have been made."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Cache(Generic[Value]):
    """Values by key: the last ``most`` that were made, all of them where that is None.

    >>> kept = Cache(most=2)
    >>> [kept.of(key, lambda: key.upper()) for key in "abca"]
    ['A', 'B', 'C', 'A']
    """

    def __init__(self, most: int | None = None) -> None:
        self._most, self._lock = most, threading.Lock()
        self._values: dict[Hashable, Value] = {}

    def of(
        self, key: Hashable, make: Callable[[], Value], *, again: Callable[[Value], bool] | None = None
    ) -> Value:
        """The value of a key, made while others wait for it; made anew where ``again`` says so of it."""
        with self._lock:
            known = key in self._values
            if known and not (again is not None and again(self._values[key])):
                return self._values[key]
            while not known and self._most is not None and len(self._values) >= self._most:
                del self._values[next(iter(self._values))]
            self._values[key] = make()
            return self._values[key]
