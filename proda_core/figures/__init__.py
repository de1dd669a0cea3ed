"""Every figure of the method: a table, a record or a run goes in, a HoloViews or GeoViews element comes out.

Elements know neither page nor server; they are drawn by Bokeh in a browser and by Matplotlib in print.
HoloViews is imported when the first figure is asked for.

>>> from proda_core import figures
>>> "totals" in dir(figures)
True
"""

from __future__ import annotations

from proda_core.lazy_names import lazy_names

_HOME = {
    "method_scores": ("headline", "scores"),
    "pair_counts": ("density", "density_counts"),
    "carbon_maps": ("maps", "difference", "deviation", "processes"),
    "total_carbon": ("totals",),
    "map_agreement": ("agreement",),
    "vegetation_classes": ("vegetation",),
    "profiles": ("profile", "depth_profiles"),
    "taylor_diagram": ("taylor",),
    "groups": ("strata", "folds", "coverage", "component_control"),
    "assimilation": ("chains", "acceptance", "posterior", "histogram", "pairs", "identifiability"),
    "parameter_fits": ("parameter_fits",),
    "network": ("losses", "parameter_fit", "parameter_skill", "ensemble_spread", "importance", "dependence"),
    "browser": ("plots", "prepare", "use_theme"),
}
_MODULES = {name: module for module, names in _HOME.items() for name in names}
__all__ = sorted(_MODULES)
__getattr__, __dir__ = lazy_names(__name__, _MODULES)
