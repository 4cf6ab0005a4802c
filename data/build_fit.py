"""How wrong each way of moving voters would have been from 2017 to 2022: fits and judges them.

The only place where anything is fitted. What the methods are is in ``mulembe/scenario/fit.py``; the
numbers found here are rounded to what a scenario can hold before anything is worked out with them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from tablefile import DATA, write

sys.path.insert(0, str(DATA.parent))  # the build runs from data/; the methods live in mulembe/

from mulembe import people
from mulembe.elections import region_results
from mulembe.regions import parse
from mulembe.scenario import fit, scores
from mulembe.scenario.fit import COUNTY_LEFT_OUT, IN_SAMPLE, LEFT_OUT, Ground, Parameters
from mulembe.tables import Tables

SOURCE = "fit-2017-2022"
# The loss of one constituency grows with the square of its error up to about OUTLIER and with the
# error itself beyond. SCALE is the error at which a constituency weighs as much as a prior that is
# missed by one standard deviation. Both in fractions of valid votes.
OUTLIER, SCALE = 0.05, 0.07
# Priors: normal on the logit of a share and on the log of a reach, centre and standard deviation.
DELIVERY = (0.0, 1.5)  # a half; 8% to 92% in nine of ten
REACH = (np.log(20.0), 0.7)  # 20 km; 6 to 63 km
RATE = (-3.0, 1.0)  # 5%; 1% to 20%
KEEP = (3.0, 1.0)  # 95%; 80% to 99%
SHARE = (0.0, 1.5)  # of the methods that have nothing but a share
APART = 1.0  # how far the county rates stand apart on the logit
# Starts besides the priors' centres, for deliveries, reaches (log), rate and keep.
STARTS = ((1.0, 3.5, -3.0, 2.0), (0.0, 2.3, -2.0, 2.0))


@dataclass(frozen=True)
class Form:
    """A method to be fitted: how a vector becomes its numbers, with priors and starts."""

    numbers: Callable[[np.ndarray], Parameters]
    centre: np.ndarray
    spread: np.ndarray
    starts: tuple[np.ndarray, ...]


def build() -> None:
    """Write the fitted numbers, results, errors and sizes, and how much the homes matter."""
    tables = Tables(DATA)
    where = fit.ground(tables)
    homes = tuple(fit.home(tables, leader) for leader in fit.DECLARED)
    found = {variant: left_out(where, *variant, homes) for variant in fit.variants()}
    write("fit_parameters", parameters(found), ["method", "shape", "parameter", "subject"])
    write("fit_results", results(where, found), ["method", "shape", "code"])
    table = errors(where, found)
    write("fit_errors", table, ["method", "shape", "sample"])
    judged = table[(table["sample"] == LEFT_OUT) & table["shape"].ne("")]
    best = judged.loc[judged["mae"].idxmin()]
    default = found[best["method"], best["shape"]]
    write("fit_sizes", sizes(tables, where, default), ["quantity", "level"])
    table = other_homes(tables, where, best["shape"], found)
    write("fit_homes", table, ["method", "shape", *HOME_COLUMNS])


def sigmoid(value: np.ndarray | float) -> np.ndarray | float:
    """The share with this logit."""
    return 1 / (1 + np.exp(-value))


def form(where: Ground, method: str, shape: str, homes: Sequence[str]) -> Form:
    """The form of a method with a decay, or of one share everywhere."""
    if not shape:
        centre, spread = (np.array([value]) for value in SHARE)
        return Form(
            lambda at: Parameters(method, rates={"": float(sigmoid(at[0]))}), centre, spread, ()
        )
    counties = sorted(set(where.counties)) if method == "decay_county" else []
    count = len(homes)

    def numbers(at: np.ndarray) -> Parameters:
        deliveries, reaches = sigmoid(at[:count]), np.exp(at[count : 2 * count].clip(-2, 6.2))
        rate, keep = at[2 * count], float(sigmoid(at[2 * count + 1]))
        apart = at[2 * count + 2 :]
        rates = {"": float(sigmoid(rate))}
        rates |= {c: float(sigmoid(rate + a)) for c, a in zip(counties, apart, strict=True)}
        movers = tuple(
            fit.Mover(leader, home, float(delivery), float(reach))
            for leader, home, delivery, reach in zip(
                fit.DECLARED, homes, deliveries, reaches, strict=True
            )
        )
        return Parameters(method, shape, movers, rates, keep)

    priors = [DELIVERY] * count + [REACH] * count + [RATE, KEEP] + [(0.0, APART)] * len(counties)
    centre, spread = np.array(priors).T
    starts = [
        np.array([d] * count + [r] * count + [rate, keep] + [0.0] * len(counties))
        for d, r, rate, keep in STARTS
    ]
    return Form(numbers, centre, spread, tuple(starts))


def fitted(
    where: Ground, this: Form, seen: np.ndarray, near: Sequence[np.ndarray] = ()
) -> np.ndarray:
    """The vector with the smallest loss over the constituencies seen, from several starts."""

    def loss(at: np.ndarray) -> float:
        error = (fit.shares(where, this.numbers(at))[:, 1] - where.after[:, 1])[seen]
        bent = np.sqrt(1 + (error / OUTLIER) ** 2) - 1
        misfit = (OUTLIER / SCALE) ** 2 * float((where.weight[seen] * bent).sum())
        return misfit + 0.5 * float((((at - this.centre) / this.spread) ** 2).sum())

    best, least = this.centre, np.inf
    for start in (*near, this.centre, *this.starts):
        answer = minimize(loss, start, method="L-BFGS-B", options={"ftol": 1e-11, "gtol": 1e-7})
        if answer.fun < least - 1e-7:
            best, least = answer.x, answer.fun
    return best


def fit_numbers(
    where: Ground,
    method: str,
    shape: str,
    homes: Sequence[str],
    seen: np.ndarray,
    near: Sequence[np.ndarray] = (),
) -> tuple[Parameters, np.ndarray]:
    """The rounded numbers of a method fitted on the constituencies seen, and their vector."""
    if method == "county":
        return _by_county(where, seen).rounded(), np.empty(0)
    this = form(where, method, shape, homes)
    at = fitted(where, this, seen, near)
    return this.numbers(at).rounded(), at


def _by_county(where: Ground, seen: np.ndarray) -> Parameters:
    """A share per county, each with the share of all together as its prior's centre."""
    everywhere = form(where, "flat", "", ())
    centre = fitted(where, everywhere, seen)
    rates = {}
    for county in sorted(set(where.counties)):
        one = Form(everywhere.numbers, centre, everywhere.spread, ())
        at = fitted(where, one, seen & (where.counties == county))
        rates[str(county)] = float(sigmoid(at[0]))
    return Parameters("county", rates=rates)


@dataclass(frozen=True)
class Found:
    """A method's numbers on all 38 and on each 37, and its shares by sample (38 x 3)."""

    numbers: Parameters
    without: list[Parameters]
    shares: dict[str, np.ndarray]


def left_out(where: Ground, method: str, shape: str, homes: Sequence[str]) -> Found:
    """Fit a method on all, then without each constituency and without each county."""
    everything = np.ones(len(where.codes), dtype=bool)
    if not fit.find(method).fitted:
        same = fit.shares(where, Parameters(method))
        return Found(Parameters(method), [], dict.fromkeys(fit.SAMPLES, same))
    numbers, at = fit_numbers(where, method, shape, homes, everything)
    worked_out = {sample: fit.shares(where, numbers) for sample in fit.SAMPLES}
    worked_out = {sample: values.copy() for sample, values in worked_out.items()}
    without = []
    near = [at] if len(at) else []
    for unit in range(len(where.codes)):
        seen = everything.copy()
        seen[unit] = False
        again, _ = fit_numbers(where, method, shape, homes, seen, near)
        without.append(again)
        worked_out[LEFT_OUT][unit] = fit.shares(where, again)[unit]
    for county in sorted(set(where.counties)):
        out = where.counties == county
        again, _ = fit_numbers(where, method, shape, homes, ~out, near)
        worked_out[COUNTY_LEFT_OUT][out] = fit.shares(where, again)[out]
    return Found(numbers, without, worked_out)


def parameters(found: dict[tuple[str, str], Found]) -> pd.DataFrame:
    """One row per fitted number, with its range when one constituency is left out."""
    rows = []
    for (method, shape), one in found.items():
        others = [_values(numbers) for numbers in one.without]
        for key, value in _values(one.numbers).items():
            again = [other[key] for other in others]
            homes = {m.leader: m.home for m in one.numbers.movers}
            rows.append(
                {
                    "method": method,
                    "shape": shape,
                    "parameter": key[0],
                    "subject": key[1],
                    "home": homes.get(key[1], ""),
                    "value": value,
                    "low": min(again),
                    "high": max(again),
                    "source_id": SOURCE,
                }
            )
    return pd.DataFrame(rows)


def _values(numbers: Parameters) -> dict[tuple[str, str], float]:
    values = {("delivery", m.leader): m.delivery for m in numbers.movers}
    values |= {("reach", m.leader): m.reach for m in numbers.movers}
    values |= {("rate", scope): rate for scope, rate in numbers.rates.items()}
    return values | ({("keep", ""): numbers.keep} if numbers.shape else {})


def results(where: Ground, found: dict[tuple[str, str], Found]) -> pd.DataFrame:
    """Shares per method and constituency in percent, and the interval around the one left out."""
    parts = []
    for (method, shape), one in found.items():
        part = pd.DataFrame({"method": method, "shape": shape, "code": list(where.codes)})
        for sample, worked_out in one.shares.items():
            part[f"government_{sample}"] = _percent(worked_out[:, 1])
            part[f"opposition_{sample}"] = _percent(worked_out[:, 0])
        for sample in (LEFT_OUT, COUNTY_LEFT_OUT):
            part[f"size_{sample}"] = np.round(_own_sizes(where, one, sample), 4)
        low, high = scores.interval(one.shares[LEFT_OUT], _own_sizes(where, one, LEFT_OUT))
        parts.append(part.assign(low=_percent(low), high=_percent(high), source_id=SOURCE))
    return pd.concat(parts, ignore_index=True)


def _percent(values: np.ndarray) -> np.ndarray:
    return np.round(100 * values, 3)


def _log_errors(where: Ground, one: Found, sample: str) -> np.ndarray:
    return scores.log_ratio(where.after) - scores.log_ratio(one.shares[sample])


def _own_sizes(where: Ground, one: Found, sample: str, *, stretched: bool = True) -> np.ndarray:
    """Size of the error per constituency, from the errors of the others (or other counties)."""
    groups = where.counties if sample == COUNTY_LEFT_OUT else np.arange(len(where.codes))
    found = _log_errors(where, one, sample)
    return scores.own_sizes(found, where.counties, groups, stretched=stretched)


def errors(where: Ground, found: dict[tuple[str, str], Found]) -> pd.DataFrame:
    """The errors of every method and sample; intervals only where something was left out."""
    rows = []
    actual = where.after[:, 1]
    for (method, shape), one in found.items():
        for sample, worked_out in one.shares.items():
            error = 100 * (worked_out[:, 1] - actual)
            won = (worked_out[:, 1] > worked_out[:, 0]) == (where.after[:, 1] > where.after[:, 0])
            row: dict[str, object] = {
                "method": method,
                "shape": shape,
                "sample": sample,
                "mae": round(float(np.abs(error).mean()), 3),
                "bias": round(float(error.mean()), 3),
                "rmse": round(float(np.sqrt((error**2).mean())), 3),
                "called": int(won.sum()),
            }
            if sample != IN_SAMPLE:
                row |= _judged(where, one, sample)
            rows.append(row | {"source_id": SOURCE})
    table = pd.DataFrame(rows)
    counts = ["covered", "covered_normal"]
    return table.astype(dict.fromkeys(counts, "Int64"))


def _judged(where: Ground, one: Found, sample: str) -> dict[str, object]:
    worked_out, actual = one.shares[sample], where.after[:, 1]
    own = _own_sizes(where, one, sample)
    normal = _own_sizes(where, one, sample, stretched=False)
    won = where.after[:, 1] > where.after[:, 0]
    score = scores.crps(scores.quantiles(worked_out, own, scores.STEPS), actual)
    size = scores.sizes(_log_errors(where, one, sample), where.counties)
    return {
        "covered": _covered(worked_out, own, actual),
        "covered_normal": _covered(worked_out, normal, actual),
        "crps": round(100 * float(score.mean()), 3),
        "brier": round(float(scores.brier(scores.chance(worked_out, own), won).mean()), 4),
        "county_size": round(size.county, 3),
        "constituency_size": round(size.constituency, 3),
    }


def _covered(worked_out: np.ndarray, size: np.ndarray, actual: np.ndarray) -> int:
    return round(len(actual) * scores.coverage(*scores.interval(worked_out, size), actual))


def sizes(tables: Tables, where: Ground, one: Found) -> pd.DataFrame:
    """Sizes of a scenario's errors: transfer from what was left out, turnout from its change."""
    constituency = scores.sizes(_log_errors(where, one, LEFT_OUT), where.counties).constituency
    county = scores.sizes(_log_errors(where, one, COUNTY_LEFT_OUT), where.counties).county
    rows = [
        ("transfer", "region", county, "set equal to the county's; one election cannot tell it"),
        ("transfer", "county", county, "errors of the default method on counties left out"),
        ("transfer", "constituency", constituency, "its errors on constituencies left out"),
    ]
    for quantity, held in (("turnout", True), ("turnout_grown", False)):
        rows += _turnout_sizes(quantity, turnout_change(tables, held=held), where)
    return pd.DataFrame(rows, columns=["quantity", "level", "size", "method"]).assign(
        size=lambda table: table["size"].round(3), source_id=SOURCE
    )


def _turnout_sizes(
    quantity: str, change: np.ndarray, where: Ground
) -> list[tuple[str, str, float, str]]:
    mean = float(change.mean())
    turnout = scores.sizes(change, where.counties, centre=mean)
    return [
        (quantity, "region", abs(mean), "mean change of the logit of turnout"),
        (quantity, "county", turnout.county, "county means of the change about that mean"),
        (quantity, "constituency", turnout.constituency, "the change within counties"),
    ]


def turnout_change(tables: Tables, *, held: bool) -> np.ndarray:
    """Change of the logit of turnout, valid votes over the register, 2017 to 2022.

    With the register ``held`` both are taken over that of 2017, as a scenario on the base's own
    register does; else each over its own, and those who entered and stayed away are in the change.
    """
    before, after = (
        region_results(tables, election, parse(fit.REGION, tables))
        for election in (fit.BEFORE, fit.AFTER)
    )
    registers = (before, before if held else after)
    logits = []
    for found, register in zip((before, after), registers, strict=True):
        rate = found.valid / register.turnout["registered"].astype(float)
        logits.append(np.log(rate / (1 - rate)).to_numpy())
    return np.asarray(logits[1] - logits[0])


HOME_COLUMNS = [f"{leader.split('-')[1]}_home" for leader in fit.DECLARED]


def other_homes(
    tables: Tables, where: Ground, shape: str, found: dict[tuple[str, str], Found]
) -> pd.DataFrame:
    """The error with every home ground the tables hold for the two leaders."""
    grounds = [people.homes(tables, leader) for leader in fit.DECLARED]
    used = tuple(homes[0].constituency_code for homes in grounds)
    choices = [sorted({home.constituency_code for home in homes}) for homes in grounds]
    rows = []
    for method, homes in product(("decay", "decay_county"), product(*choices)):
        one = found[method, shape] if homes == used else left_out(where, method, shape, homes)
        mae = {
            sample: round(100 * float(np.abs(worked_out[:, 1] - where.after[:, 1]).mean()), 3)
            for sample, worked_out in one.shares.items()
        }
        rows.append(
            {"method": method, "shape": shape}
            | dict(zip(HOME_COLUMNS, homes, strict=True))
            | {f"mae_{sample}": value for sample, value in mae.items()}
            | {"source_id": SOURCE}
        )
    return pd.DataFrame(rows)
