"""Floor 3: data assimilation, the posterior of the soil model's parameters given observed carbon."""

from proda_core.assimilation.batch import assimilate_batch
from proda_core.assimilation.many_sites import assimilate
from proda_core.assimilation.schedules import SCHEDULES, Schedule

__all__ = ["SCHEDULES", "Schedule", "assimilate", "assimilate_batch"]
