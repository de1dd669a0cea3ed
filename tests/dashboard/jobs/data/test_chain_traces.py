"""Claims on chains as they grow."""

from __future__ import annotations

import numpy as np

from dashboard.jobs.data.chain_traces import ChainTrace, SiteTraces, trace_message
from proda_core.assimilation.schedules import SCHEDULES

SHORT = SCHEDULES["quick"].with_(test_iterations=300, formal_iterations=600, max_reruns=0)


def test_a_chain_that_goes_back_replaces_what_was_shown() -> None:
    def message(first: int, last: int, value: float) -> dict:
        iteration = np.arange(first, last, dtype=np.float32)
        nothing = np.zeros((1, len(iteration)))
        return trace_message([0], iteration, np.full((1, len(iteration), 1), value), nothing, nothing)

    traces = SiteTraces(("q10",), 5, 20, (ChainTrace.empty(1),)).extended(message(0, 10, 1.0))
    traces = traces.extended(message(5, 8, 2.0))
    chain = traces.chains[0]
    assert chain.restarts == 1
    assert chain.values[:, 0].tolist() == [1.0] * 5 + [2.0] * 3
    assert traces.reached == 7
