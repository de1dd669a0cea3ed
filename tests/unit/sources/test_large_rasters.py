"""A 250 m raster of the conterminous US, 18,000 x 10,000, aggregated to half a degree in bounded memory."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin
from rasterio.windows import Window

COLUMNS, ROWS, STEP = 18_000, 10_000, 1 / 480  # pixels, degrees: 250 m
LIMIT = 1e9  # bytes
# On Linux getrusage would report the peak of the parent that was forked; VmHWM is the process's own.
SCRIPT = """
import json, resource, sys, time
from pathlib import Path
from proda_core.sources import borders, soilgrids
start = time.perf_counter()
product = soilgrids.load(sys.argv[1], region=borders.conterminous_us())
status = Path("/proc/self/status")
if status.exists():
    line = next(l for l in status.read_text().splitlines() if l.startswith("VmHWM"))
    peak = int(line.split()[1]) * 1024
else:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
found = {"peak": peak, "seconds": time.perf_counter() - start, "totals": product.totals().values.tolist()}
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One raster of 360 MB, uncompressed in tiles, under the six names of SoilGrids 2017's layers."""
    place = tmp_path_factory.mktemp("soilgrids")
    first = place / "OCSTHA_M_sd1_250m_ll.tif"
    rng = np.random.default_rng(0)
    options = {
        "driver": "GTiff",
        "height": ROWS,
        "width": COLUMNS,
        "count": 1,
        "dtype": "int16",
        "crs": "EPSG:4326",
    }
    options |= {"transform": from_origin(-115, 48, STEP, STEP), "nodata": -32768, "tiled": True}
    with rasterio.open(first, "w", **options) as file:
        for row in range(0, ROWS, 1000):
            stripe = rng.integers(5, 60, (1000, COLUMNS), "int16")
            stripe[rng.random(stripe.shape) < 0.1] = -32768
            file.write(stripe, 1, window=Window(0, row, COLUMNS, 1000))
    for i in range(2, 7):
        (place / f"OCSTHA_M_sd{i}_250m_ll.tif").symlink_to(first)
    return place


@pytest.mark.slow
def test_six_layers_of_250_m_take_less_than_a_gigabyte(directory: Path, repository: Path, capsys) -> None:
    """Measured: the process that does nothing else reports its own peak."""
    command = [sys.executable, "-c", SCRIPT, str(directory)]
    result = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=True)
    found = json.loads(result.stdout)
    with capsys.disabled():
        print(f"\n6 x {ROWS} x {COLUMNS}: peak {found['peak'] / 1e6:.0f} MB, {found['seconds']:.0f} s")
    assert found["peak"] < LIMIT
    np.testing.assert_allclose(np.divide(found["totals"], found["totals"][0]), [1, 5 / 3, 2], rtol=1e-9)
