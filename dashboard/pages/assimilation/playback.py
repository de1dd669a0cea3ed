"""How fast chains are drawn: live, or slowly enough to watch."""

from __future__ import annotations

import math

LIVE = math.inf
SPEEDS: dict[str, float] = {  # iterations per second on the screen
    "live": LIVE,
    "fast": 20_000.0,
    "slow": 4_000.0,
    "slow motion": 800.0,
}


class Playback:
    """The iteration up to which chains are drawn; never beyond what they have reached."""

    def __init__(self) -> None:
        self.position = 0.0
        self.speed = LIVE

    def restart(self) -> None:
        """Return to the first iteration."""
        self.position = 0.0

    def advance(self, seconds: float, reached: float) -> float:
        """Advance by some seconds, up to the iteration that the chains have reached.

        >>> playback = Playback()
        >>> playback.speed = 100.0
        >>> playback.advance(0.5, 1000.0), playback.advance(0.5, 70.0)
        (50.0, 70.0)
        """
        self.position = min(reached, self.position + self.speed * seconds) if seconds else self.position
        return self.position
