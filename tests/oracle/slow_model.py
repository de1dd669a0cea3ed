"""The soil model once more, slow and independent: fifty digits, loops, exact elimination.

Written from the equations alone and sharing nothing with the package but the tables of layers
and pools, to judge the dense and the compiled model by. Unknowns run layer by layer, so that
elimination stays within a narrow band; in the steady state equation the matrix is a column-wise
dominant M-matrix and needs no pivoting.
"""

from __future__ import annotations

from collections import defaultdict

import mpmath as mp
import numpy as np

from proda_core.vocabulary.soil_layers import GRIDS

POOL = {"cwd": 0, "litr1": 1, "litr2": 2, "litr3": 3, "soil1": 4, "soil2": 5, "soil3": 6}
TAU = ["taucwd", "taul1", "taul2", "taul2", "tau4s1", "tau4s2", "tau4s3"]
YEAR = 365


def steady_state(parameters, column, settings, digits: int = 50) -> np.ndarray:
    """Carbon in steady state, (pool, layer) [gC m-3], rounded from ``digits`` digits.

    parameters : mapping name -> number; column : arrays of one site; settings : the model's choices
    """
    with mp.workdps(digits):
        return np.array(exact_steady_state(parameters, column, settings), dtype=float)


def exact_steady_state(parameters, column, settings) -> list[list]:
    """Carbon in steady state, [pool][layer], at the working precision."""
    p = {
        name: mp.mpf(float(value)) if not isinstance(value, mp.mpf) else value
        for name, value in parameters.items()
    }
    layers = GRIDS[settings.grid].size
    used = min(int(max(column.nbedrock)), layers) if settings.bedrock == "closed" else layers
    rows, right = _equations(p, column, settings, used)
    solution = _eliminate(rows, right)
    zero = mp.mpf(0)
    return [[solution[7 * j + i] if j < used else zero for j in range(layers)] for i in range(7)]


def _equations(p, column, settings, used):
    """Gain minus loss of every pool in every layer, and what must balance it."""
    rows = [defaultdict(mp.mpf) for _ in range(7 * used)]
    right = [mp.mpf(0)] * (7 * used)
    inputs = _input_by_layer(p, column, settings, used)
    for j in range(used):
        for i in range(7):
            loss = _rate(p, column, settings, i, j)
            rows[7 * j + i][7 * j + i] -= loss
            for receiver, fraction in _transfers(p, column, settings, j)[i].items():
                rows[7 * j + receiver][7 * j + i] += fraction * loss
        for i in range(4):
            right[7 * j + i] = -inputs[i][j]
    for (to, frm), velocity in _mixing(p, column, settings, used).items():
        for i in range(1, 7):
            rows[7 * to + i][7 * frm + i] += velocity
    return rows, right


def _rate(p, column, settings, i, j):
    """Decomposition rate of pool i in layer j, mean over the months [d-1]."""
    z = mp.mpf(float(GRIDS[settings.grid].node[j]))
    total = mp.mpf(0)
    for month in range(12):
        t = mp.mpf(float(column.soil_temperature[j, month]))
        scalar = p["q10"] ** ((t - mp.mpf("298.15")) / 10)
        scalar *= _water(p, column, settings, j, month) * mp.mpf(float(column.oxygen_scalar[j, month]))
        if i in (1, 2, 3):
            scalar *= mp.mpf(float(column.nitrogen_scalar[j, month]))
        total += scalar
    return total / 12 * mp.exp(-z / p["efolding"]) / (YEAR * p[TAU[i]])


def _water(p, column, settings, j, month):
    if settings.water == "scalar":
        return min(mp.mpf(1), p["w_scaling"] * mp.mpf(float(column.water_scalar[j, month])))
    low = mp.mpf(float(settings.minpsi))
    psi = min(mp.mpf(float(column.soil_water_potential[j, month])), p["maxpsi"])
    moist = mp.log(low / psi) / mp.log(low / p["maxpsi"]) if psi > low else mp.mpf(0)
    return max(moist, mp.mpf("0.05"))


def _transfers(p, column, settings, j):
    """What becomes of the carbon that leaves each pool: [donor] -> {receiver: fraction}."""
    to_slow, to_passive = p["fs1s2"], p["fs1s3"]
    if settings.texture:
        t = mp.mpf("0.85") - mp.mpf("0.0068") * (100 - mp.mpf(float(column.sand[j])))
        to_passive = mp.mpf("0.004")
        to_slow = 1 - t - to_passive
    return [
        {2: p["fcwdl2"], 3: 1 - p["fcwdl2"]},
        {4: p["fl1s1"]},
        {4: p["fl2s1"]},
        {5: p["fl3s2"]},
        {5: to_slow, 6: to_passive},
        {4: p["fs2s1"], 6: p["fs2s3"]},
        {4: p["fs3s1"]},
    ]


def _input_by_layer(p, column, settings, used):
    """Carbon input of the four input pools in each layer [gC m-3 d-1]."""
    grid = GRIDS[settings.grid]
    edge = [mp.mpf(0), *(mp.mpf(float(b)) for b in grid.bottom)]
    if sum(column.altmax_last_year) > 0:
        share = [p["beta"] ** (100 * edge[j]) - p["beta"] ** (100 * edge[j + 1]) for j in range(used)]
    else:
        share = [mp.mpf(1)] + [mp.mpf(0)] * (used - 1)
    daily = [sum(mp.mpf(float(month)) for month in stream) / YEAR for stream in column.carbon_input]
    thickness = [mp.mpf(float(t)) for t in grid.thickness]
    return [[d * share[j] / sum(share) / thickness[j] for j in range(used)] for d in daily]


def _mixing(p, column, settings, used):
    """Rates at which carbon arrives in a layer from another (or, negative, leaves it) [d-1]."""
    grid = GRIDS[settings.grid]
    thickness = [mp.mpf(float(t)) for t in grid.thickness]
    rates = defaultdict(mp.mpf)
    for month in range(12):
        rock = int(column.nbedrock[month])
        g = _conductances(p, column, settings, month)
        thawed = max(column.altmax[month], column.altmax_last_year[month])
        wind = mp.mpf(float(settings.advection)) / YEAR if thawed > 2 else mp.mpf(0)
        for j in range(used - 1):
            if settings.bedrock == "closed" and j >= rock - 1:
                continue
            f = wind if j < rock - 1 else mp.mpf(0)
            here = g[j] * max(mp.mpf(0), 1 - abs(f) / g[j] / 10) ** 5
            down, up = here + max(f, mp.mpf(0)), here + max(-f, mp.mpf(0))
            # row j: what it exchanges with the layer below; in the published scheme the rows from
            # the first bedrock layer on use the exchange with the layer above instead
            if settings.bedrock == "authors" and j >= rock:
                down = up = g[j - 1]
            rates[j, j] -= down / thickness[j] / 12
            rates[j, j + 1] += up / thickness[j] / 12
            # row j + 1: what it exchanges with the layer above
            down, up = here + max(f, mp.mpf(0)), here + max(-f, mp.mpf(0))
            rates[j + 1, j + 1] -= up / thickness[j + 1] / 12
            rates[j + 1, j] += down / thickness[j + 1] / 12
    return rates


def _conductances(p, column, settings, month):
    """Conductance between layers j and j + 1 [m d-1]."""
    grid = GRIDS[settings.grid]
    node = [mp.mpf(float(z)) for z in grid.node]
    edge = [mp.mpf(float(z)) for z in grid.bottom]
    rock = int(column.nbedrock[month])
    thawed = mp.mpf(float(max(column.altmax[month], column.altmax_last_year[month])))
    d = []
    for j in range(grid.size):
        if thawed <= 0 or j > rock:
            value = mp.mpf(0)
        elif thawed > 2:
            value = p["diffus"]
        elif edge[j] < thawed:
            value = p["cryo"]
        else:
            vanishing = min(mp.mpf(3), edge[rock])
            value = (
                mp.mpf(0)
                if edge[j] >= vanishing
                else p["cryo"] * (vanishing - edge[j]) / (vanishing - thawed)
            )
        d.append(max(value / YEAR, mp.mpf("1e-30")))
    g = []
    for j in range(grid.size - 1):
        w = (node[j + 1] - edge[j]) / (node[j + 1] - node[j])
        g.append(1 / ((1 - w) / d[j] + w / d[j + 1]) / (node[j + 1] - node[j]))
    return g


def _eliminate(rows, right):
    """Solve rows @ x = right by elimination without pivoting; rows are {column: number}."""
    n = len(rows)
    users = defaultdict(set)
    for r, row in enumerate(rows):
        for c in row:
            users[c].add(r)
    for k in range(n):
        for r in [r for r in users[k] if r > k]:
            factor = rows[r].pop(k) / rows[k][k]
            for c, value in rows[k].items():
                if c > k:
                    rows[r][c] -= factor * value
                    users[c].add(r)
            right[r] -= factor * right[k]
    x = [mp.mpf(0)] * n
    for k in range(n - 1, -1, -1):
        rest = sum((value * x[c] for c, value in rows[k].items() if c > k), mp.mpf(0))
        x[k] = (right[k] - rest) / rows[k][k]
    return x
