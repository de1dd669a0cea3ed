"""Claims on messages between a worker and the server."""

from __future__ import annotations

import numpy as np

from dashboard.jobs.messages import pack, unpack
from proda_core.assimilation.schedules import SCHEDULES

SHORT = SCHEDULES["quick"].with_(test_iterations=300, formal_iterations=600, max_reruns=0)


def test_arrays_travel_in_single_precision() -> None:
    array = np.random.default_rng(0).normal(size=(3, 5, 21))
    np.testing.assert_array_equal(unpack(pack(array)), array.astype(np.float32))
