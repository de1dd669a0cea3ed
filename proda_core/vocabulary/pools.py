"""The seven carbon pools of CLM5's soil matrix model, in its order [CTSM]."""

from __future__ import annotations

POOLS: tuple[str, ...] = ("cwd", "litr1", "litr2", "litr3", "soil1", "soil2", "soil3")
MEANINGS: tuple[str, ...] = (
    "coarse woody debris",
    "metabolic litter",
    "cellulose litter",
    "lignin litter",
    "fast soil organic carbon",
    "slow soil organic carbon",
    "passive soil organic carbon",
)
INPUT_POOLS: tuple[str, ...] = POOLS[:4]
SOIL_POOLS: tuple[str, ...] = POOLS[4:]
