"""Data assimilation: the posterior of the soil model's parameters given observed carbon.

``assimilate``, ``assimilate_batch`` and ``twin`` share these arguments:

profiles : the sites, and the carbon observed there
forcing : of every site of ``profiles``; other sites are ignored
schedule : name of a preset, or a :class:`Schedule`
seed : of all random numbers; results are bitwise the same for the same seed, choices and data
prior : name of a prior of the vocabulary, or a ``Prior``; by default the schedule's own
settings : of the soil model; by default the layers of the forcing and the form of water limitation that the
    prior's parameters belong to
on_progress : called with a ``Progress`` after every chunk of work
should_stop : called every second or so; True stops the computation with ``Cancelled``
workers : threads or processes at most; the result does not depend on their number
"""

from proda_core.lazy_names import lazy_names

_MODULES = {
    "SCHEDULES": "schedules",
    "Schedule": "schedules",
    "assimilate": "many_sites",
    "assimilate_batch": "batch",
}
__all__ = sorted(_MODULES)
__getattr__, __dir__ = lazy_names(__name__, _MODULES)
