"""PRODA: soil carbon from profiles to maps. The public names: the verbs and the records.

>>> import proda_core
>>> "simulate" in dir(proda_core)
True
"""

from __future__ import annotations

from proda_core.lazy_names import lazy_names

_MODULES = {
    # records
    "Profiles": "records.profiles",
    "Forcing": "records.forcing",
    "Covariates": "records.covariates",
    "Posterior": "records.posterior",
    "ParameterMap": "records.maps",
    "CarbonMap": "records.maps",
    "Product": "records.products",
    "Study": "records.study",
    "Progress": "records.progress",
    "Cancelled": "records.progress",
    "InputError": "records.checks",
    "save": "records.store",
    "load": "records.store",
    # data
    "open_study": "studies",
    # the method, in its order
    "simulate": "soil_model.steady_state",
    "assimilate": "assimilation",
    "assimilate_batch": "assimilation",
    "prior_predictive": "assimilation.prior_predictive",
    "pooled_prior": "assimilation.pooled_prior",
    "split": "network.split",
    "train": "network.train",
    "train_ensemble": "network.ensemble",
    "train_end_to_end": "network.end_to_end",
    "TrainedNetwork": "network.trained",
    "Ensemble": "network.ensemble",
    "predict_map": "mapping.parameter_maps",
    "soil_carbon": "mapping.soil_carbon",
    "carbon_map": "mapping.carbon_maps",
    "score": "comparison.scores",
    # the whole method
    "run": "journey",
    "Run": "runs",
    "list_runs": "runs",
}
__all__ = sorted(_MODULES)
__getattr__, __dir__ = lazy_names(__name__, _MODULES)
