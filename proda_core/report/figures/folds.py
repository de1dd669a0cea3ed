"""Random folds beside spatial ones: what is lost where whole areas are held out."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from proda_core.comparison.labels import label
from proda_core.report.style import FAINT, INK, new_figure, number, styled

_COLOURS = ("#2f8fce", "#d55e00", "#009e73", "#cc79a7")
_MARKS = "oDs^"


@styled
def folds_figure(frame: pd.DataFrame, note: str = "") -> Figure:
    """Efficiency of every method by kind of split. frame : of ``comparison.folds.fold_skill``."""
    methods, kinds = list(dict.fromkeys(frame["method"])), list(dict.fromkeys(frame["by"]))
    figure = new_figure(1.5 + 0.36 * len(methods), note)
    axes = figure.subplots()
    for y, method in enumerate(methods):
        part = frame[frame["method"] == method].set_index("by")["nse"]
        axes.plot([part.min(), part.max()], [y, y], color=FAINT, linewidth=3, zorder=0)
        for i, kind in enumerate(k for k in kinds if k in part):
            shown = kind if y == 0 else None
            axes.plot(part[kind], y, _MARKS[i], color=_COLOURS[i], markersize=7, label=shown)
            axes.annotate(
                number(part[kind], 2),
                (part[kind], y),
                (0, 6),
                textcoords="offset points",
                ha="center",
                fontsize=8,
            )
    axes.axvline(0, color=INK, linewidth=0.8, zorder=0)
    axes.set_yticks(range(len(methods)), [label(m) for m in methods])
    axes.set_ylim(len(methods) - 0.4, -0.7)
    axes.set_xlabel("Nash–Sutcliffe efficiency of carbon density on held-out sites")
    axes.grid(axis="x")
    axes.tick_params(axis="y", length=0)
    figure.legend(loc="outside lower center", ncols=len(kinds), title="splits")
    return figure
