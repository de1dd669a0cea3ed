"""Progress and cancellation of long computations."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Progress:
    """``done`` of ``total`` steps, a sentence, and numbers for display.

    >>> Progress(3, 12, "site 3").fraction
    0.25
    """

    done: int
    total: int
    message: str = ""
    detail: dict = field(default_factory=dict)

    @property
    def fraction(self) -> float:
        """Share done, 0..1; 0 while the total is unknown (zero)."""
        return self.done / self.total if self.total else 0.0


class Cancelled(Exception):  # noqa: N818 - a decision of the user, not an error
    """Raised where a computation stops because ``should_stop()`` returned True."""
