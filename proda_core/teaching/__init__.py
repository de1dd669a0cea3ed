"""The teaching continent: a synthetic conterminous United States with known true parameters, from a seed.

Its profiles are simulated with the soil model plus errors; assimilation and network are tested by how
well they recover the true parameters.
"""

from proda_core.teaching.cache import load, products, truth
from proda_core.teaching.world import PROFILES, VARIANTS, World, make

__all__ = ["PROFILES", "VARIANTS", "World", "load", "make", "products", "truth"]
