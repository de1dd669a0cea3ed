"""Every figure of the method: a table, a record or a run goes in, a HoloViews or GeoViews element comes out.

Elements know neither page nor server; they are drawn by Bokeh in a browser and by Matplotlib in print.
HoloViews is imported when the first figure is asked for.

>>> from proda_core import figures
>>> "totals" in dir(figures)
True
"""

from __future__ import annotations

from importlib import import_module

_HOME = {
    "method_scores": ("headline", "scores"),
    "pair_counts": ("density", "density_counts"),
    "carbon_maps": ("maps", "difference", "deviation", "processes"),
    "total_carbon": ("totals",),
    "vegetation_classes": ("vegetation",),
    "profiles": ("profile", "depth_profiles"),
    "taylor_diagram": ("taylor",),
    "groups": ("strata", "folds", "coverage", "component_control"),
    "assimilation": ("chains", "acceptance", "posterior", "histogram", "pairs", "identifiability"),
    "network": ("losses", "parameter_fit", "parameter_skill", "ensemble_spread", "importance", "dependence"),
    "browser": ("plots", "prepare", "use_theme"),
}
_MODULES = {name: module for module, names in _HOME.items() for name in names}
__all__ = sorted(_MODULES)


def __getattr__(name: str):
    """Import a figure when it is first asked for."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
