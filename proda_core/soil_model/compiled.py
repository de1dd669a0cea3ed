"""Compilation of functions: options, and a cache on disk that is tied to the source.

Numba keeps compiled code beside each file and checks only that file's date, while compiled code
here includes constants of other files (the rows of ``lanes``, the vocabulary). The cache
therefore lives in a folder named after the contents of all of them.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import numba
from platformdirs import user_cache_path

_PACKAGE = Path(__file__).parents[1]
_PACKAGES = ("vocabulary", "soil_model", "assimilation")

# No fast-math: IEEE arithmetic in the order written, so that results are bitwise reproducible.
COMPILED = {"nogil": True, "error_model": "numpy", "cache": True}


def _fingerprint() -> str:
    digest = hashlib.sha256(numba.__version__.encode())
    for package in _PACKAGES:
        for path in sorted((_PACKAGE / package).glob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


if not os.environ.get("NUMBA_CACHE_DIR"):
    numba.config.CACHE_DIR = str(user_cache_path("proda") / "compiled" / _fingerprint())
