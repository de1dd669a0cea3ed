"""The command line: ``proda ...``, and ``python -m proda_core ...`` is the same.

Exit codes: 0 done, 1 failure, 2 bad input (described in one sentence), 130 stopped by Ctrl-C,
SIGTERM or SIGHUP.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import Annotated

import typer

from proda_core.commands import assimilate, data, runs
from proda_core.commands.bench import bench
from proda_core.commands.dashboard import dashboard
from proda_core.commands.errors import exit_on_error
from proda_core.commands.export import export
from proda_core.commands.interruption import interrupt_on_termination, open_closed_streams
from proda_core.commands.map import map_
from proda_core.commands.report import report
from proda_core.commands.run import run
from proda_core.commands.simulate import simulate
from proda_core.commands.skill import skill
from proda_core.commands.twin import twin

app = typer.Typer(
    name="proda",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    help=(
        "Process-guided deep learning and data-driven modelling of soil carbon: from measured profiles, "
        "through the process model and its assimilation, to maps. Start with `proda run`, which needs no "
        "download."
    ),
    epilog=(
        "Results go to stdout, everything else to stderr. "
        "Exit codes: 0 done, 2 bad input, 1 failure, 130 stopped by Ctrl-C."
    ),
)
app.command(epilog="Example: `proda simulate --data example --limit 5 --output carbon.nc`")(simulate)
app.add_typer(assimilate.app, name="assimilate")
app.command(epilog="Example: `proda run --data northeast --schedule quick --seed 1`")(run)
app.add_typer(runs.app, name="runs")
app.command(epilog="Example: `proda report 20260301-120000-northeast-quick-0`")(report)
app.command("map", epilog="Example: `proda map RUN --resolution 0.1 --bounds=-80,40,-72,45 --output fine`")(
    map_
)
app.command(epilog="Example: `proda skill RUN --spatial both --output skill.csv`")(skill)
app.add_typer(data.app, name="data")
app.command(epilog="Example: `proda export RUN --format csv --output posterior.csv`")(export)
app.command(epilog="Example: `proda twin --data northeast --limit 50 --output twin.nc`")(twin)
app.command(epilog="Examples: `proda bench model`, `proda bench all --quick --json`")(bench)
app.command(epilog="Example: `proda dashboard --port 5007 --no-open`")(dashboard)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"proda {version('proda')}")
        raise typer.Exit


@app.callback()
def _root(
    show_version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


def main() -> None:
    """Run the command line; a failure is printed as one sentence on stderr and sets the exit code."""
    open_closed_streams()
    with exit_on_error(), interrupt_on_termination():
        app(prog_name="proda")


if __name__ == "__main__":
    main()
