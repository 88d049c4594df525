"""Location quotients, local shares and leaks: what a territory's branches are likely to buy away.

A statistical hypothesis, never an observation: it supposes that a branch buys here what it buys in
the nation, in proportion to how strongly the supplying branch is represented here.

Formulas: A. T. Flegg and T. Tohmo, "Regional input-output tables and the FLQ formula", Regional
Studies 47(5), 2013, for the FLQ; the simple location quotient replaces the ratio on the diagonal.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .metric import Floats

# Published estimates of the exponent lie between 0.2 and 0.4; the user sees and sets it.
DEFAULT_DELTA = 0.3


@dataclass(frozen=True)
class Leaks:
    """What the formula gives for n branches.

    Attributes:
        quotient: location quotient of each branch, shape (n,); NaN where the nation has none.
        share: share of what branch j buys of branch i that can be bought here, shape (n, n); NaN
            where the nation has no job in branch i.
        purchases: what the territory's branches together buy of each branch, shape (n,), in the
            unit of the table.
        leak: the part of these purchases made elsewhere, shape (n,), same unit; NaN where the
            quotient is.
    """

    quotient: Floats
    share: Floats
    purchases: Floats
    leak: Floats


def sector_leaks(
    coefficients: Floats,
    production: Floats,
    local_jobs: Floats,
    national_jobs: Floats,
    delta: float = DEFAULT_DELTA,
) -> Leaks:
    """Estimate the leak of each supplying branch.

    ``LQ_i = (E_i^T / E^T) / (E_i^N / E^N)``; ``FLQ_ij = (LQ_i / LQ_j) * log2(1 + E^T / E^N)^delta``
    off the diagonal and ``LQ_i * log2(1 + E^T / E^N)^delta`` on it; ``t_ij = min(1, FLQ_ij)``;
    ``L_i = sum_j a_ij * x_j^T * (1 - t_ij)``. The territory's output of a branch is the nation's in
    proportion to its jobs.

    Args:
        coefficients: technical coefficients a_ij, what branch j buys of branch i for one unit of
            its output, shape (n, n).
        production: the nation's output of each branch, shape (n,).
        local_jobs: jobs in the territory, shape (n,).
        national_jobs: jobs in the nation, shape (n,).
        delta: exponent of the size of the territory, 0 to 1.

    Raises:
        ValueError: shapes that do not fit, a negative or unreadable number, no job at all, a branch
            with more jobs here than in the nation, or *delta* out of bounds.
    """
    count = len(production)
    if coefficients.shape != (count, count) or {len(local_jobs), len(national_jobs)} != {count}:
        raise ValueError("shapes do not fit")
    for values in (coefficients, production, local_jobs, national_jobs):
        if not (np.isfinite(values).all() and (values >= 0).all()):
            raise ValueError("numbers must be finite and not negative")
    if not 0 <= delta <= 1:
        raise ValueError("delta must lie between 0 and 1")
    if not local_jobs.sum() > 0:
        raise ValueError("the territory has no job")
    if (local_jobs > national_jobs).any():
        raise ValueError("more jobs here than in the nation")

    weight = local_jobs.sum() / national_jobs.sum()
    here, there = local_jobs / local_jobs.sum(), national_jobs / national_jobs.sum()
    quotient = np.divide(here, there, out=np.full(count, np.nan), where=there > 0)
    known = np.nan_to_num(quotient)
    # A branch that is not here buys nothing here, whatever share it is given.
    ratio = np.divide(
        known[:, None], known[None, :], out=np.zeros((count, count)), where=known[None, :] > 0
    )
    np.fill_diagonal(ratio, known)
    share = np.minimum(1.0, ratio * np.log2(1 + weight) ** delta)
    share[np.isnan(quotient)] = np.nan
    output = production * np.divide(
        local_jobs, national_jobs, out=np.zeros(count), where=national_jobs > 0
    )
    bought = coefficients * output
    return Leaks(quotient, share, bought.sum(axis=1), (bought * (1 - share)).sum(axis=1))
