"""The parts of a report in their order: which table, which figure, which words, and what each needs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

import pandas as pd

from proda_core import figures
from proda_core.comparison.agreement import agreement
from proda_core.comparison.components import bulk_processes, component_control
from proda_core.comparison.coverage import coverage
from proda_core.comparison.density import densities, regression
from proda_core.comparison.depth_profiles import profiles_by_class
from proda_core.comparison.deviation import profile_deviation
from proda_core.comparison.folds import fold_skill
from proda_core.comparison.headline import table_37_1
from proda_core.comparison.map_products import difference, map_products
from proda_core.comparison.parameter_fit import parameter_fit, parameter_scores
from proda_core.comparison.places import Places
from proda_core.comparison.strata import scores_by_class, scores_by_region
from proda_core.comparison.taylor import taylor
from proda_core.comparison.totals import totals
from proda_core.comparison.vegetation import by_vegetation
from proda_core.records.checks import InputError
from proda_core.records.products import Product
from proda_core.report import section_tables, words
from proda_core.runs import Run

Frames = pd.DataFrame | Sequence[pd.DataFrame]
_PAIRS = (("proda", "default"), ("proda", "batch"), ("end_to_end", "proda"))


@dataclass(frozen=True, eq=False)
class Context:
    """What a report is made from. ``study`` is None where the data set is not available."""

    run: Run
    study: Places | None
    references: dict[str, Product] = field(default_factory=dict)
    skill: dict[str, pd.DataFrame] = field(default_factory=dict)


@dataclass(frozen=True)
class Section:
    """One figure with its table. ``key`` names the files beside the page."""

    key: str
    title: str
    compute: Callable[[Context], Frames]
    draw: Callable[[Frames], object]  # to an element of HoloViews or GeoViews
    see: Callable[[Frames], str]
    how: str
    table: Callable[[Frames], pd.DataFrame] | None = None  # what the page itself shows of the numbers


def _with_study(make: Callable[[Context], Frames]) -> Callable[[Context], Frames]:
    def made(context: Context) -> Frames:
        if context.study is None:
            raise InputError("the data set of the run is not at hand, so nothing is known of its places")
        return make(context)

    return made


def _differences(context: Context) -> list[pd.DataFrame]:
    products = context.run["carbon_map"].products
    pairs = [pair for pair in _PAIRS if set(pair) <= set(products)]
    ours = "proda" if "proda" in products else products[-1]
    pairs += [(ours, name) for name in context.references]
    if not pairs:
        raise InputError(f"expected two products to compare, found {', '.join(products)} alone")
    refs = context.references
    return [difference(context.run, None, one, two, "0-100", refs) for one, two in pairs]


def _skill(context: Context) -> pd.DataFrame:
    if not context.skill:
        raise InputError("no tables of folds were given (see --skill)")
    return fold_skill(context.skill)


SECTIONS: tuple[Section, ...] = (
    Section(
        "table_37_1",
        "Scores of carbon density (table 37.1)",
        lambda c: table_37_1(c.run),
        figures.scores,
        words.of_scores,
        "Modelled density at every observation's depth against the measured one. R² is that of the"
        " regression, as published; efficiency, bias and RMSE see what it does not. Intervals: 90 %, 500"
        " bootstrap draws of whole profiles. Diamonds and the published columns are the chapter's, of"
        " other profiles. All sites include those the networks were trained on; “site by site” has seen"
        " every profile it is judged by and is the upper bound.",
        section_tables.score_table,
    ),
    Section(
        "figure_37_2_deviation",
        "Where carbon is missed (figure 37.2, maps)",
        _with_study(lambda c: profile_deviation(c.run, c.study)),
        partial(figures.deviation, scaled=True),
        words.of_deviation,
        "Modelled minus measured stock of the whole profile, from the surface to the deepest observation, of"
        " all held-out profiles; both are integrated through the depths of the observations. As in the"
        " chapter, too much is divided by the 95 % quantile of the method's overestimates and too little by"
        " the size of the 5 % quantile of its underestimates; the titles give both, because colours of two"
        " maps can not be compared in size.",
    ),
    Section(
        "figure_37_2_density",
        "Modelled against measured density (figure 37.2, scatter)",
        lambda c: densities(c.run),
        figures.density,
        words.of_density,
        "Held-out observations, counted in pixels; axes end at the 99 % quantile of all values. The dashed"
        " line is modelled = observed, the red one the linear regression of modelled on observed.",
        regression,
    ),
    Section(
        "figure_37_3",
        "Maps of every product (figure 37.3)",
        lambda c: map_products(c.run, c.study, c.references),
        figures.maps,
        words.of_maps,
        "Stocks on half-degree cells, exact integrals of the model's layers; measured stocks, integrated over"
        " horizons, where these cover at least 80 % of the interval. One colour scale in each column.",
    ),
    Section(
        "figure_37_4",
        "Carbon in all (figure 37.4)",
        lambda c: totals(c.run, c.study, c.references),
        figures.totals,
        words.of_totals,
        "Sum of stock × cell area × land fraction over the cells of the run; cells without a value are"
        " left out. Paler bars are totals others published for the conterminous United States; grey where"
        " only the whole is known. The mean error is that of held-out profiles whose horizons cover the"
        " interval, on the land of the map; its standard deviation is from a variogram of their errors,"
        " which neighbouring places share, beside what it would be if they did not.",
        section_tables.total_table,
    ),
    Section(
        "figure_37_5",
        "Carbon by vegetation (figure 37.5)",
        _with_study(lambda c: by_vegetation(c.run, c.study, c.references)),
        figures.vegetation,
        words.of_vegetation,
        "Means over the sites of a class whose horizons cover the interval, bars of half a standard"
        " deviation to each side, as in the chapter. Every product is taken at the same sites, so n is"
        " the same for all; below each class, how many of its profiles cover the interval.",
    ),
    Section(
        "differences",
        "Differences between products",
        _differences,
        figures.difference,
        words.of_differences,
        "Stock to one metre of one product minus that of another, cell by cell; one scale, centred on zero.",
    ),
    Section(
        "agreement",
        "Agreement with other maps",
        lambda c: agreement(c.run, None, c.references),
        figures.agreement,
        words.of_agreement,
        "Stocks of two products on the cells where all products have a value, weighted by the land of each"
        " cell. Bias is the first product minus the second; concordance is Lin's coefficient, 1 only where"
        " both are equal in every cell. The pairs below the line are of reference maps with each other: no"
        " product can be expected to agree with them better than they agree. The file also holds 0–100 cm,"
        " 0–200 cm and the products of the run with each other.",
        section_tables.agreement_table,
    ),
    Section(
        "scores_by_region",
        "Scores by region",
        _with_study(lambda c: scores_by_region(c.run, c.study)),
        figures.strata,
        words.of_strata,
        "Held-out sites of six groups of states, or of single states where the data lie in fewer than"
        " three of them; at least 10 profiles. An arrow at the left edge is an efficiency below −1.",
    ),
    Section(
        "scores_by_class",
        "Scores by vegetation class",
        _with_study(lambda c: scores_by_class(c.run, c.study)),
        figures.strata,
        words.of_strata,
        "Held-out sites of each class with at least 10 profiles.",
    ),
    Section(
        "profiles_by_class",
        "Carbon against depth by vegetation class",
        _with_study(lambda c: profiles_by_class(c.run, c.study)),
        figures.depth_profiles,
        words.of_depth,
        "All sites. Modelled values are those at the depths of the observations, so every line stands"
        " for the same places and depths; slices with fewer than 8 observations are left out.",
    ),
    Section(
        "taylor",
        "Spread, correlation and error in one diagram",
        lambda c: taylor(c.run),
        figures.taylor,
        words.of_taylor,
        "After Taylor (2001), carbon density of held-out sites. Dotted: centred error over the observed"
        " standard deviation.",
    ),
    Section(
        "coverage",
        "Do the intervals hold what they promise?",
        _with_study(lambda c: coverage(c.run, c.study)),
        figures.coverage,
        words.of_coverage,
        "Densities inside the 5 % to 95 % quantiles predicted for one profile at the site, from the"
        " network and from the posteriors of sites that did not fit it; “site by site” is the profile's own"
        " posterior, which has seen it. Both are intervals of true carbon; “and measurement” adds the error"
        " of measurement, the scatter of observations about their own profile's posterior. Stocks inside the"
        " log-normal interval of the cell they lie in, from the spreads of the map. Below the grey line,"
        " intervals are too narrow.",
    ),
    Section(
        "bulk_processes",
        "Bulk processes",
        lambda c: bulk_processes(c.run),
        figures.processes,
        words.of_processes,
        "From the matrices of the soil model, cell by cell; each map has its own scale. Transfer"
        " efficiency is the part of what litter and soil pools lose that soil pools gain; decomposition and"
        " the environmental modifier are weighted by carbon; the input allocation is the apparent beta of"
        " the carbon input; the residence time is that of carbon in the column.",
    ),
    Section(
        "parameter_fit",
        "Parameters predicted against retrieved",
        _with_study(lambda c: parameter_fit(c.run, c.study)),
        figures.parameter_fits,
        words.of_parameters,
        "Posterior means of the sites with a kept posterior against what the network predicts from their"
        " covariates, over the range of the prior; the best predicted parameter first. Spread is the median"
        " posterior over the prior standard deviation: near 1 the profiles hold no information on a"
        " parameter, and what is retrieved is the prior.",
        parameter_scores,
    ),
    Section(
        "component_control",
        "What each part of the model is worth",
        lambda c: component_control(c.run),
        figures.component_control,
        words.of_control,
        "One group of parameters is held at its mean over the sites, everything else stays as predicted;"
        " skill is judged on held-out sites, stocks on all cells.",
        section_tables.control_table,
    ),
    Section(
        "folds",
        "Random beside spatial folds",
        _skill,
        figures.folds,
        words.of_folds,
        "Mean efficiency over the splits of each kind, every method trained anew for every split.",
        lambda frame: frame[["by", "method", "nse", "nse_sd", "r2", "rmse", "bias", "nse_lost", "splits"]],
    ),
)
