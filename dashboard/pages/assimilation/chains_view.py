"""The chains of one site while they grow: trace, acceptance, misfit, convergence."""

from __future__ import annotations

import numpy as np
import panel as pn
from bokeh.models import ColumnDataSource, Range1d, Span

from dashboard.jobs.cache import Cache
from dashboard.jobs.data.chain_traces import ChainTrace, SiteTraces
from dashboard.pages.assimilation import convergence_figure
from dashboard.plots import chain_traces as draw
from dashboard.plots.palette import CHAIN_COLOURS, MUTED
from dashboard.ui.layout import figure_pane, flexible_column, side_by_side

MOST_CHAINS = len(CHAIN_COLOURS)
TRACE_HEIGHT, SMALL_HEIGHT = 260, 210  # px
LOOK_EVERY = 0.03  # of the iterations between two looks at convergence
MOST_LOOKS = 6  # at once, where the chains have gone far since the last look
_JUDGEMENTS: Cache[tuple[float, float]] = Cache(2000)


def _columns(chain: ChainTrace, part: slice, column: int) -> dict[str, np.ndarray]:
    """Some of the states of a chain, of one parameter."""
    values, rates, misfits = chain.values[part, column], chain.acceptance[part], chain.misfit[part]
    return draw.chain_columns(chain.iteration[part], values, rates, misfits)


def _judgement(traces: SiteTraces, states: int) -> tuple[float, float]:
    """What the first states of all chains say of their agreement; said once for all who look at them."""

    def judge() -> tuple[float, float]:
        return convergence_figure.running(np.stack([chain.values[:states] for chain in traces.chains]))

    return _JUDGEMENTS.get_or_create(
        (traces.name, states, *(chain.restarts for chain in traces.chains)), judge
    )


class ChainsView:
    """Four figures fed by streams: what has been shown is never sent again."""

    def __init__(self, parameter: str, prior: str) -> None:
        self._parameter, self._prior = parameter, prior
        self._whose = self._note = ""
        self._sources = draw.empty_chains(MOST_CHAINS)
        self._shown = np.zeros(MOST_CHAINS, int)
        self._restarts = np.zeros(MOST_CHAINS, int)
        self._iterations = Range1d(0, 1)
        self._trace = draw.trace_figure(self._sources, parameter, prior, self._iterations)
        self._acceptance = draw.acceptance_figure(self._sources, self._iterations)
        self._misfit = draw.misfit_figure(self._sources, self._iterations)
        self._legend = list(self._trace.legend[0].items)
        self._turns = [self._mark_turn(plot) for plot in (self._trace, self._acceptance, self._misfit)]
        self._judged = ColumnDataSource({name: [] for name in convergence_figure.COLUMNS}, name="judged")
        self._convergence = convergence_figure.convergence_figure(self._judged, self._iterations)
        plots = (self._acceptance, self._misfit, self._convergence)
        small = side_by_side(*(flexible_column(figure_pane(plot, SMALL_HEIGHT), basis=250) for plot in plots))
        self.view = pn.Column(
            figure_pane(self._trace, TRACE_HEIGHT), small, sizing_mode="stretch_width", margin=0
        )

    def clear(self, whose: str, note: str) -> None:
        """Show nothing, ready for the chains of ``whose``, as "Site 9"; ``note`` ends every title."""
        self._whose, self._note = whose, note
        draw.set_chain_titles(self._acceptance, self._misfit, note)
        self._misfit.y_range.tags = []
        self._judge_again()
        for number in range(MOST_CHAINS):
            self._empty(number)

    def look_at(self, parameter: str, prior: str, traces: SiteTraces | None) -> None:
        """Trace another parameter, as far as the chains were shown."""
        self._parameter, self._prior = parameter, prior
        draw.relabel_trace(self._trace, parameter, prior, self._whose, self._note)
        if traces is None or parameter not in traces.parameters:
            return
        column = traces.parameters.index(parameter)
        for number, chain in enumerate(traces.chains):
            self._sources[number].data = _columns(chain, slice(0, self._shown[number]), column)

    def show(self, traces: SiteTraces, until: float) -> None:
        """Draw the chains up to an iteration; only what is new is sent."""
        self._iterations.update(start=0, end=max(traces.total, 1))
        for turn in self._turns:
            turn.location = traces.learning or None
        if len(self._trace.legend[0].items) != len(traces.chains):
            self._trace.legend[0].items = self._legend[: len(traces.chains)]
        column = traces.parameters.index(self._parameter)
        for number, chain in enumerate(traces.chains):
            if chain.restarts != self._restarts[number]:
                self._empty(number)
                self._restarts[number] = chain.restarts
            self._stream(number, chain, column, chain.count_until(until))
        self._judge(traces, until)

    def _judge(self, traces: SiteTraces, until: float) -> None:
        """Say how well the chains agree, when they have gone on for a while since it was said last."""
        said = self._judged.data["iteration"]
        last = float(said[-1]) if len(said) else 0.0
        if until < last:
            self._judge_again()
        step = LOOK_EVERY * traces.total
        first, final = round(last / step) + 1, int(until / step)
        if final < first:
            return
        for look in np.linspace(first, final, min(final - first + 1, MOST_LOOKS)).astype(int):
            ends = [chain.count_until(look * step) for chain in traces.chains]
            if min(ends, default=0) >= 2 * convergence_figure.FEWEST:
                values = (look * step, *_judgement(traces, min(ends)))
                self._judged.stream(
                    {name: [value] for name, value in zip(convergence_figure.COLUMNS, values)}
                )
        convergence_figure.show_convergence(self._convergence, self._judged, self._note)

    def _judge_again(self) -> None:
        self._judged.data = {name: [] for name in convergence_figure.COLUMNS}
        convergence_figure.show_convergence(self._convergence, self._judged, self._note)

    def _stream(self, number: int, chain: ChainTrace, column: int, end: int) -> None:
        new = slice(self._shown[number], end)
        if end <= new.start:
            return
        self._sources[number].stream(_columns(chain, new, column))
        draw.extend_misfit_range(self._misfit, chain.misfit[new])
        self._shown[number] = end

    def _empty(self, number: int) -> None:
        self._shown[number] = self._restarts[number] = 0
        if len(self._sources[number].data["iteration"]):
            self._sources[number].data = draw.chain_columns([], [], [], [])

    @staticmethod
    def _mark_turn(plot: object) -> Span:
        turn = Span(location=None, dimension="height", line_color=MUTED, line_dash="dashed", line_width=1.5)
        plot.add_layout(turn)
        return turn
