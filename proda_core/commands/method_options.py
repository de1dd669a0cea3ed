"""Options for the choices of the method, made from the fields of schedule and soil model."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from proda_core.method_options import METHOD_OPTIONS, MethodOption, assignments, method_choices

if TYPE_CHECKING:
    from proda_core.records.study import Study

_PANEL = "Method"
_SET = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="NAME=VALUE",
        rich_help_panel=_PANEL,
        help="Any other field of the schedule or the soil model, such as 'chains=4'; may be repeated.",
    ),
]


def with_method_options(names: Iterable[str] = tuple(METHOD_OPTIONS), any_field: bool = True) -> Callable:
    """Give a command the named options; it gets what was chosen as one argument ``method``.

    any_field : also ``--set NAME=VALUE`` for every other field
    """
    chosen = {name: METHOD_OPTIONS[name] for name in names}

    def decorate(command: Callable) -> Callable:
        @functools.wraps(command)
        def wrapped(**given: Any) -> Any:
            method = {name: given.pop(name) for name in chosen}
            method |= assignments(given.pop("set_fields") or ()) if any_field else {}
            return command(**given, method={n: v for n, v in method.items() if v is not None})

        more = {name: _annotation(option) for name, option in chosen.items()}
        more |= {"set_fields": _SET} if any_field else {}
        known = inspect.signature(command, eval_str=True).parameters.values()
        kept = [parameter for parameter in known if parameter.name != "method"]
        optional = {"default": None, "kind": inspect.Parameter.KEYWORD_ONLY}
        new = [inspect.Parameter(name, annotation=hint, **optional) for name, hint in more.items()]
        wrapped.__signature__ = inspect.Signature([*kept, *new])
        wrapped.__annotations__ = {p.name: p.annotation for p in (*kept, *new)}
        return wrapped

    return decorate


def apply_method(
    study: Study, choices: Mapping[str, Any], method: Mapping[str, Any], *, batch: bool = False
) -> tuple[Study, dict[str, Any]]:
    """Return the study on the chosen layers, and choices with schedule, prior and soil model as chosen."""
    from proda_core.assimilation.batch_schedules import batch_schedule_of
    from proda_core.assimilation.schedules import prior_of, schedule_of
    from proda_core.run_study import changed_study
    from proda_core.soil_model.water_form import settings_of_prior
    from proda_core.vocabulary.parameters import PRIORS

    chosen = method_choices(method)
    model = {"grid": study.forcing.grid.name, "bedrock": "closed"} | dict(chosen.model)
    study = changed_study(study, model["grid"], None, bedrock=model["bedrock"])
    find = batch_schedule_of if batch else schedule_of
    schedule = find(choices["schedule"]).with_(**chosen.schedule)
    prior = PRIORS[choices["prior"] or prior_of(schedule)]
    settings = settings_of_prior(study.forcing, prior, **chosen.model)
    return study, {**choices, "schedule": schedule, "prior": prior, "settings": settings}


def _annotation(option: MethodOption) -> Any:
    kind = Literal[option.choices] | None if option.choices else float | None
    help_ = option.help[0].upper() + option.help[1:]
    return Annotated[kind, typer.Option(f"--{option.name}", rich_help_panel=_PANEL, help=help_)]
