"""Simulated pairs of elections whose joint counts are known."""

import numpy as np


def simulated(
    random,
    *,
    units=38,
    options=4,
    voters=50_000,
    context=0.4,
    loyalty=0.25,
    lean=0.25,
    theta=None,
):
    """Origins (units x R), destinations (units x C) and joint counts of random elections.

    ``loyalty`` and ``lean`` are deviations in log-odds of each origin in a unit and of the unit.
    """
    if theta is None:
        theta = random.normal(0, 1.3, (options, options))
    theta = theta - theta.mean(axis=1, keepdims=True)
    makeup = random.dirichlet(random.dirichlet(np.full(len(theta), 3.0)) * 3 * len(theta), units)
    x = random.multinomial(voters, makeup)
    middle = x.sum(axis=0) / x.sum()
    leans = context * (x / voters - middle) @ (theta - middle @ theta)
    leans = leans + random.normal(0, lean, leans.shape)
    logits = theta + leans[:, None, :] + random.normal(0, loyalty, (units, *theta.shape))
    odds = np.exp(logits)
    joint = random.multinomial(x, odds / odds.sum(axis=2, keepdims=True))
    return x, joint.sum(axis=1), joint
