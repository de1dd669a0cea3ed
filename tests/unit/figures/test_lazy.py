"""Claims about what an import costs."""

from __future__ import annotations

import subprocess
import sys

CODE = "import proda_core, proda_core.figures, proda_core.figures.theme, sys; print(*sys.modules)"


def test_neither_the_front_door_nor_the_colours_import_holoviews():
    modules = subprocess.run(
        [sys.executable, "-c", CODE], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"holoviews", "geoviews", "datashader", "matplotlib", "cartopy"} & set(modules)
