"""Data assimilation: the posterior of the soil model's parameters given observed carbon.

``assimilate``, ``assimilate_batch`` and ``twin`` share these arguments:

profiles : the sites, and the carbon observed there
forcing : of every site of ``profiles``; other sites are ignored
schedule : name of a preset, or a :class:`Schedule`
seed : of all random numbers; results are bitwise the same for the same seed, choices and data
prior : name of a prior of the vocabulary, or a ``Prior``; by default the schedule's own
settings : of the soil model; by default the layers and the form of water limitation of the forcing
on_progress : called with a ``Progress`` after every chunk of work
should_stop : called every second or so; True stops the computation with ``Cancelled``
workers : threads or processes at most; the result does not depend on their number
"""

from proda_core.assimilation.batch import assimilate_batch
from proda_core.assimilation.many_sites import assimilate
from proda_core.assimilation.schedules import SCHEDULES, Schedule

__all__ = ["SCHEDULES", "Schedule", "assimilate", "assimilate_batch"]
