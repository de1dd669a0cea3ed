"""Floor 3: the teaching continent. A synthetic United States with a hidden truth, made from a seed.

It stands above the soil model, because its profiles are the model's, and beside assimilation and
network, which must find the truth again.
"""

from proda_core.teaching.cache import load, products, truth
from proda_core.teaching.world import PROFILES, VARIANTS, World, make

__all__ = ["PROFILES", "VARIANTS", "World", "load", "make", "products", "truth"]
