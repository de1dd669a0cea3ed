"""The choices of a run in words, from its settings alone."""

from __future__ import annotations

from collections.abc import Mapping

from proda_core.method_options import METHOD_OPTIONS
from proda_core.runs import Run
from proda_core.soil_model.settings import ModelSettings


def method_facts(run: Run) -> dict[str, str]:
    """Return likelihood, soil model and data by heading; what a run does not state is left out."""
    chosen, details = run.settings.get("choices", {}), run.settings.get("details", {})
    npp = chosen.get("npp")
    facts = {
        "likelihood": _named(details.get("site_level", {}), model=False),
        "soil model": _named(chosen.get("model", {}), model=True),
        "batch assimilation": f"of {chosen['batch_sites']} sites" if "batch_sites" in chosen else "",
        "carbon input": f"net primary production of {npp['file']}" if npp else "",
    }
    return {name: text for name, text in facts.items() if text}


def _named(values: Mapping[str, object], *, model: bool) -> str:
    """Values of the named options of schedule or soil model, such as ``errors gaussian, weights none``."""
    options = [option for option in METHOD_OPTIONS.values() if (option.record is ModelSettings) is model]
    return ", ".join(f"{o.name} {_text(values[o.field])}" for o in options if o.field in values)


def _text(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
