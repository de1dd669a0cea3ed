"""What a run holds, printed: its settings, the stages it has finished, its scores."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from proda_core.commands.output import emit_facts, emit_table

if TYPE_CHECKING:
    from proda_core.runs import Run

_TABLES = {
    "scores": "held-out sites: carbon density, RMSE and bias in kgC m-3",
    "scores_by_interval": "held-out sites: stocks by depth interval in cm, RMSE and bias in kgC m-2",
}
_COLUMNS = ("interval", "method", "r2", "nse", "rmse", "bias", "n", "profiles", "extrapolated")


def run_facts(run: Run) -> dict[str, Any]:
    """Return everything about a run except its arrays."""
    scores = {name: run[name].to_dict("records") for name in _TABLES if name in run.finished}
    return {
        **_convergence(run),
        "run": run.id,
        "directory": run.directory,
        "complete": run.complete,
        "finished": run.finished,
        "unfinished": run.unfinished,
        **run.settings,
        **scores,
    }


def _convergence(run: Run) -> dict[str, str]:
    """Return what share of the sites converged and whether the batch did; empty before either exists."""
    from proda_core.comparison.convergence import run_sentence

    return {"convergence": run_sentence(run)} if {"posterior", "batch"} & set(run.finished) else {}


def emit_run(run: Run) -> None:
    """Print the facts of a run, convergence first, then its scores on held-out sites."""
    from proda_core.run_facts import method_facts

    stages = {"finished": ", ".join(run.finished) or "nothing yet"}
    stages |= {"unfinished": ", ".join(run.unfinished)} if run.unfinished else {}
    facts = _convergence(run) | run.summary() | method_facts(run)
    emit_facts(facts | {"directory": run.directory} | stages)
    for name, title in _TABLES.items():
        if name in run.finished:
            table = run[name]
            columns = [column for column in _COLUMNS if column in table]
            emit_table(table.loc[table["part"] == "held out", columns].to_dict("records"), title=title)
