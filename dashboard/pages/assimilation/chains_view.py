"""The chains of one site as they grow: trace, acceptance, misfit, convergence."""

from __future__ import annotations

import numpy as np
import panel as pn
from bokeh.models import ColumnDataSource, Range1d, Span
from bokeh.plotting import figure

from dashboard.jobs.cache import Cache
from dashboard.jobs.data.chain_traces import ChainTrace, SiteTraces
from dashboard.pages.assimilation import convergence_figure, trace_figures
from dashboard.ui.layout import figure_pane, flexible_column, side_by_side
from proda_core.assimilation.schedules import Schedule
from proda_core.figures.theme import CHAIN_COLOURS, MUTED

MAX_CHAINS = len(CHAIN_COLOURS)
TRACE_HEIGHT, SMALL_HEIGHT = 260, 210  # px
DIAGNOSTIC_STEP = 0.03  # share of the iterations between two convergence diagnostics
MAX_DIAGNOSTICS = 6  # in one update, where the chains have advanced far since the last
_DIAGNOSTICS: Cache[tuple[float, float]] = Cache(2000)


class ChainsView:
    """Four figures fed by streams: what has been drawn is never sent again."""

    def __init__(self, parameter: str, prior: str) -> None:
        self._parameter, self._prior = parameter, prior
        self._owner = self._note = ""
        self._sources = trace_figures.empty_chains(MAX_CHAINS)
        self._drawn = np.zeros(MAX_CHAINS, int)  # states of each chain
        self._restarts = np.zeros(MAX_CHAINS, int)
        self._iterations = Range1d(0, 1)
        self._trace = trace_figures.trace_figure(self._sources, parameter, prior, self._iterations)
        self._acceptance = trace_figures.acceptance_figure(self._sources, self._iterations)
        self._misfit = trace_figures.misfit_figure(self._sources, self._iterations)
        self._legend = list(self._trace.legend[0].items)
        self._test_ends = [_add_test_end(plot) for plot in (self._trace, self._acceptance, self._misfit)]
        self._diagnostics = ColumnDataSource(_no_diagnostics(), name="convergence-values")
        self._convergence = convergence_figure.convergence_figure(self._diagnostics, self._iterations)
        plots = (self._acceptance, self._misfit, self._convergence)
        small = side_by_side(*(flexible_column(figure_pane(plot, SMALL_HEIGHT), basis=250) for plot in plots))
        self.view = pn.Column(
            figure_pane(self._trace, TRACE_HEIGHT), small, sizing_mode="stretch_width", margin=0
        )

    def clear(self, owner: str, note: str, schedule: Schedule) -> None:
        """Remove all chains.

        owner : of the next ones, as in "Site 9"; note : the end of every title
        schedule : its window of acceptance rates and its limits of convergence are drawn
        """
        self._owner, self._note = owner, note
        trace_figures.set_chain_titles(self._acceptance, self._misfit, note)
        trace_figures.set_acceptance_window(self._acceptance, schedule.acceptance_window)
        convergence_figure.set_limits(self._convergence, schedule.limits)
        trace_figures.reset_misfit_range(self._misfit)
        self._clear_diagnostics()
        for number in range(MAX_CHAINS):
            self._clear_chain(number)

    def set_parameter(self, parameter: str, prior: str, traces: SiteTraces | None) -> None:
        """Draw the trace of another parameter, as far as the chains are drawn."""
        self._parameter, self._prior = parameter, prior
        trace_figures.set_trace_parameter(self._trace, parameter, prior, self._owner, self._note)
        if traces is None or parameter not in traces.parameters:
            return
        column = traces.parameters.index(parameter)
        for number, chain in enumerate(traces.chains):
            self._sources[number].data = _columns(chain, slice(0, self._drawn[number]), column)

    def update(self, traces: SiteTraces, until: float) -> None:
        """Draw the chains up to an iteration; only new states are sent."""
        self._iterations.update(start=0, end=max(traces.total, 1))
        for end in self._test_ends:
            end.location = traces.learning or None
        if len(self._trace.legend[0].items) != len(traces.chains):
            self._trace.legend[0].items = self._legend[: len(traces.chains)]
        column = traces.parameters.index(self._parameter)
        for number, chain in enumerate(traces.chains):
            if chain.restarts != self._restarts[number]:
                self._clear_chain(number)
                self._restarts[number] = chain.restarts
            self._stream(number, chain, column, chain.count_until(until))
        self._update_diagnostics(traces, until)

    def _stream(self, number: int, chain: ChainTrace, column: int, end: int) -> None:
        new = slice(self._drawn[number], end)
        if end <= new.start:
            return
        self._sources[number].stream(_columns(chain, new, column))
        trace_figures.extend_misfit_range(self._misfit, chain.misfit[new])
        self._drawn[number] = end

    def _update_diagnostics(self, traces: SiteTraces, until: float) -> None:
        """Compute the diagnostics at every step of the iterations since the last."""
        iterations = self._diagnostics.data["iteration"]
        last = float(iterations[-1]) if len(iterations) else 0.0
        if until < last:
            self._clear_diagnostics()
        step = DIAGNOSTIC_STEP * traces.total
        first, final = round(last / step) + 1, int(until / step)
        if final < first:
            return
        for number in np.linspace(first, final, min(final - first + 1, MAX_DIAGNOSTICS)).astype(int):
            ends = [chain.count_until(number * step) for chain in traces.chains]
            if min(ends, default=0) >= 2 * convergence_figure.MIN_STATES:
                values = (number * step, *_diagnostics(traces, min(ends)))
                self._diagnostics.stream(
                    {name: [value] for name, value in zip(convergence_figure.COLUMNS, values)}
                )
        convergence_figure.update_convergence(self._convergence, self._diagnostics, self._note)

    def _clear_diagnostics(self) -> None:
        self._diagnostics.data = _no_diagnostics()
        convergence_figure.update_convergence(self._convergence, self._diagnostics, self._note)

    def _clear_chain(self, number: int) -> None:
        self._drawn[number] = self._restarts[number] = 0
        if len(self._sources[number].data["iteration"]):
            self._sources[number].data = trace_figures.chain_columns([], [], [], [])


def _columns(chain: ChainTrace, part: slice, column: int) -> dict[str, np.ndarray]:
    """Return some states of a chain, of one parameter."""
    values, rates, misfits = chain.values[part, column], chain.acceptance[part], chain.misfit[part]
    return trace_figures.chain_columns(chain.iteration[part], values, rates, misfits)


def _diagnostics(traces: SiteTraces, states: int) -> tuple[float, float]:
    """Return the diagnostics of the first states of all chains, computed once for all sessions."""

    def compute() -> tuple[float, float]:
        draws = np.stack([chain.values[:states] for chain in traces.chains])
        return convergence_figure.running_diagnostics(draws)

    key = (traces.name, states, *(chain.restarts for chain in traces.chains))
    return _DIAGNOSTICS.get_or_create(key, compute)


def _no_diagnostics() -> dict[str, list]:
    return {name: [] for name in convergence_figure.COLUMNS}


def _add_test_end(plot: figure) -> Span:
    """Add a line at the end of the test run."""
    end = Span(location=None, dimension="height", line_color=MUTED, line_dash="dashed", line_width=1.5)
    plot.add_layout(end)
    return end
