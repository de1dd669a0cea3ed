"""How fast chains are shown: as computed, or slowly enough to follow."""

from __future__ import annotations

import math

SPEEDS: dict[str, float] = {  # iterations per second on the screen
    "as computed": math.inf,
    "fast": 20_000.0,
    "slow": 4_000.0,
    "slow motion": 800.0,
}


class Playback:
    """Where a visitor is in the chains; it never runs ahead of them."""

    def __init__(self) -> None:
        self.position = 0.0
        self.speed = math.inf

    def restart(self) -> None:
        """Go back to the first iteration."""
        self.position = 0.0

    def tick(self, seconds: float, reached: float) -> float:
        """Advance by some seconds of show, up to what the chains have reached.

        >>> playback = Playback()
        >>> playback.speed = 100.0
        >>> playback.tick(0.5, 1000.0), playback.tick(0.5, 70.0)
        (50.0, 70.0)
        """
        self.position = min(reached, self.position + self.speed * seconds) if seconds else self.position
        return self.position
