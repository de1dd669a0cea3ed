"""The letters of the soil carbon matrix equation, dense and plain, for one column.

    dX/dt = B u + A xi K X - V X            (37.1)
    X_ss  = [A xi K - V]^-1 (-B u)          (37.2)

X holds the seven pools pool by pool, each with its layers from the top: X[pool * layers + layer],
gC m-3. Rates are per day. Written to be read, shown and trusted; the compiled kernel solves the
same system a thousand times faster. Source: Tao & Luo, chapter 37 [ch37], and [CTSM].
"""

from __future__ import annotations

import numpy as np

from proda_core.records.checks import InputError
from proda_core.soil_model.column import Column, by_name
from proda_core.soil_model.mixing import mixing_rows
from proda_core.soil_model.scalars import texture_transfers, xi_D, xi_T, xi_W_potential, xi_W_scalar
from proda_core.soil_model.settings import ModelSettings
from proda_core.vocabulary.constants import DAYS_PER_YEAR
from proda_core.vocabulary.pools import INPUT_POOLS, POOLS
from proda_core.vocabulary.soil_layers import LayerGrid

TURNOVER = ("taucwd", "taul1", "taul2", "taul2", "tau4s1", "tau4s2", "tau4s3")  # tau of each pool


def transfers(parameters, sand: np.ndarray | None = None) -> dict[tuple[str, str], np.ndarray]:
    """Fractions of what leaves a pool that enter another, by (donor, receiver) [1].

    With sand [%] the two fractions of fast soil carbon follow from texture, layer by layer.

    >>> from proda_core.vocabulary.parameters import DEFAULTS
    >>> round(float(transfers(DEFAULTS, sand=np.array(50.0))["soil1", "soil2"]), 3)
    0.486
    """
    p = by_name(parameters)
    fs1s2, fs1s3 = p["fs1s2"], p["fs1s3"]
    if sand is not None:
        fs1s2, fs1s3 = texture_transfers(sand)
    return {
        ("cwd", "litr2"): p["fcwdl2"],
        ("cwd", "litr3"): 1.0 - p["fcwdl2"],
        ("litr1", "soil1"): p["fl1s1"],
        ("litr2", "soil1"): p["fl2s1"],
        ("litr3", "soil2"): p["fl3s2"],
        ("soil1", "soil2"): fs1s2,
        ("soil1", "soil3"): fs1s3,
        ("soil2", "soil1"): p["fs2s1"],
        ("soil2", "soil3"): p["fs2s3"],
        ("soil3", "soil1"): p["fs3s1"],
    }


def A(parameters, grid: LayerGrid, sand: np.ndarray | None = None) -> np.ndarray:
    """Transfer matrix A, (7 layers, 7 layers) [1]: -1 on the diagonal, fractions f_ij off it.

    Column j says where the carbon that leaves pool j goes, within its layer; what the column
    lacks to zero is respired.
    """
    n = grid.size
    matrix = -np.eye(len(POOLS) * n)
    for (donor, receiver), fraction in transfers(parameters, sand).items():
        rows = POOLS.index(receiver) * n + np.arange(n)
        matrix[rows, POOLS.index(donor) * n + np.arange(n)] = fraction
    return matrix


def xi_W(parameters, column: Column, settings: ModelSettings) -> np.ndarray:
    """Water scalar of the chosen form, (layer, month) [1]."""
    p = by_name(parameters)
    given = column.water_scalar if settings.water == "scalar" else column.soil_water_potential
    if given is None:
        raise InputError(f"forcing: expected the variable of the {settings.water} form of water, found none.")
    if settings.water == "scalar":
        return xi_W_scalar(given, p["w_scaling"])
    return xi_W_potential(given, p["maxpsi"], settings.minpsi)


def xi_O(column: Column) -> np.ndarray:
    """Oxygen scalar, (layer, month) [1]: CLM's O_SCALAR as it is."""
    return column.oxygen_scalar


def xi_N(column: Column) -> np.ndarray:
    """Nitrogen scalar, (pool, layer, month) [1]: CLM's FPI_vr for the litter pools, 1 for the others."""
    litter = np.array([pool.startswith("litr") for pool in POOLS])[:, None, None]
    return np.where(litter, column.nitrogen_scalar, 1.0)


def xi(parameters, column: Column, settings: ModelSettings) -> np.ndarray:
    """Environmental scalar xi = xi_T xi_W xi_O xi_N xi_D, (pool, layer, month) [1]."""
    p = by_name(parameters)
    climate = xi_T(column.soil_temperature, p["q10"]) * xi_W(p, column, settings) * xi_O(column)
    depth = xi_D(settings.layers, p["efolding"])[:, None]
    return climate * depth * xi_N(column)


def K(parameters) -> np.ndarray:
    """Baseline decomposition rates K = 1 / (365 tau), (pool,) [d-1]: without any limitation."""
    p = by_name(parameters)
    return np.array([1.0 / (DAYS_PER_YEAR * p[tau]) for tau in TURNOVER])


def xiK(parameters, column: Column, settings: ModelSettings) -> np.ndarray:
    """Diagonal matrix xi K, mean over the months, (7 layers, 7 layers) [d-1]."""
    rates = K(parameters)[:, None] * xi(parameters, column, settings).mean(axis=-1)
    return np.diag(rates.ravel())


def V(parameters, column: Column, settings: ModelSettings) -> np.ndarray:
    """Vertical mixing V, mean over the months, (7 layers, 7 layers) [d-1]: none for cwd."""
    p = by_name(parameters)
    rows = mixing_rows(p["diffus"], p["cryo"], column.active_layer, column.nbedrock, settings)
    lower, diagonal, upper = (row.mean(axis=0) / DAYS_PER_YEAR for row in rows)
    one_pool = np.diag(diagonal) + np.diag(lower[1:], -1) + np.diag(upper[:-1], 1)
    return np.kron(np.diag([0.0] + [1.0] * (len(POOLS) - 1)), one_pool)


def input_allocation(parameters, column: Column, settings: ModelSettings) -> np.ndarray:
    """Share of the carbon input that enters each layer, (layer,) [1]; they add up to 1.

    beta^(100 zi_{j-1}) - beta^(100 zi_j), zi in m, over the layers of the column (those above
    bedrock in ``closed``); all of it into the first layer if the ground never thaws.
    """
    grid = settings.layers
    if not column.ever_thaws:
        return np.eye(grid.size)[0]
    beta = by_name(parameters)["beta"]
    share = -np.diff(beta ** (100.0 * np.concatenate([[0.0], grid.layer_bottom])))
    if settings.bedrock == "closed":
        share[column.soil_layers :] = 0.0
    return share / share.sum()


def Bu(parameters, column: Column, settings: ModelSettings) -> np.ndarray:
    """Carbon input B u, (7 layers,) [gC m-3 d-1]: the four streams of a year, spread over depth."""
    share = input_allocation(parameters, column, settings) / settings.layers.thickness
    vector = np.zeros((len(POOLS), settings.layers.size))
    vector[: len(INPUT_POOLS)] = column.carbon_input.sum(axis=1)[:, None] / DAYS_PER_YEAR * share
    return vector.ravel()


def system(parameters, column: Column, settings: ModelSettings) -> np.ndarray:
    """The matrix A xi K - V of the column, mean over the months, (7 layers, 7 layers) [d-1]."""
    transfer = A(parameters, settings.layers, column.sand if settings.texture else None)
    return transfer @ xiK(parameters, column, settings) - V(parameters, column, settings)


def steady_state_dense(parameters, column: Column, settings: ModelSettings) -> np.ndarray:
    """Steady state X = [A xi K - V]^-1 (-B u), (pool, layer) [gC m-3], by a dense solve.

    In ``closed`` the layers in bedrock hold no carbon and are left out of the system.
    """
    n = settings.layers.size
    soil = min(column.soil_layers, n) if settings.bedrock == "closed" else n
    kept = (np.arange(len(POOLS))[:, None] * n + np.arange(soil)).ravel()
    carbon = np.zeros(len(POOLS) * n)
    matrix = system(parameters, column, settings)[np.ix_(kept, kept)]
    carbon[kept] = np.linalg.solve(matrix, -Bu(parameters, column, settings)[kept])
    return carbon.reshape(len(POOLS), n)
