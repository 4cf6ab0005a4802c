"""The back-test: what each method would have said of 2022 from 2017, and how wrong it was.

>>> from mulembe.tables import Tables
>>> rows = summary(Tables())
>>> best = rows[rows["sample"].eq("left_out")].iloc[0]
>>> best["method"], best["shape"], f"{best['mae']:.1f}"
('decay_county', 'exponential', '4.2')

One pair of elections, 38 constituencies. Nothing is fitted here: shares and the sizes of their
errors are read from ``fit_results`` (``data/README.md`` says how they came about), the scores are
worked out from them. All are of the government's share of valid votes in 2022, Ruto's.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import lru_cache
from statistics import NormalDist
from typing import Any

import numpy as np
import pandas as pd

from mulembe import alignment, pledges, regions
from mulembe.elections import region_results
from mulembe.scenario import bloc, fit, scores
from mulembe.scenario.fit import COUNTY_LEFT_OUT, IN_SAMPLE, LEFT_OUT
from mulembe.tables import Tables

SAMPLES = {  # how a method was judged, in words
    LEFT_OUT: "each constituency is worked out by a fit on the other 37",
    COUNTY_LEFT_OUT: "each county is worked out by a fit on the other four",
    IN_SAMPLE: "in-sample, fitted on the very result it is judged by, which flatters",
}
UNFITTED = "nothing is fitted"
# Every method with every shape it has, by one word for both.
WAYS = {f"{method}-{shape}".rstrip("-"): (method, shape) for method, shape in fit.variants()}
LEVELS = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
CAUTIONS = (
    "One pair of elections, 2017 to 2022: what held then need not hold in 2027.",
    "The methods were chosen with 2022 known; the best of many flatters itself a little.",
    "National swings use the nation's real swing of 2022, which nobody had before the vote.",
    "August 2017 was annulled; 2022 is a public transcription of the forms.",
)
SCORED = (
    "mae", "bias", "rmse", "called", "brier", "crps", "covered", "covered_normal", "units"
)  # fmt: skip


def places(tables: Tables, method: str, shape: str = "", sample: str = LEFT_OUT) -> pd.DataFrame:
    """What a method said and what came, by constituency code, the largest miss first.

    Columns: ``name``, ``county``, ``county_code``, ``said`` and ``actual`` (percent), ``error``
    (said less actual, points), ``rival`` and ``rival_actual`` (the opposition's), ``called``
    (whether it named who led), and, NaN in sample, ``low`` and ``high`` of the 90% interval,
    ``inside``, ``inside_normal`` (without the stretch), ``chance`` (that the government leads, 0 to
    1), ``brier`` and ``crps`` (points).
    KeyError for an unknown method, shape or sample.
    """
    return _places(tables, method, shape, sample).copy()


@lru_cache(maxsize=128)
def _places(tables: Tables, method: str, shape: str, sample: str) -> pd.DataFrame:
    if (method, shape) not in fit.variants() or sample not in SAMPLES:
        raise KeyError(f"no method '{method}' with shape '{shape}' judged '{sample}'")
    where, said = _said(tables, method, shape, sample)
    known = tables["constituencies"].set_index("code").loc[list(where.codes)]
    county = tables["counties"].set_index("code")["name"]
    led = where.after[:, 1] > where.after[:, 0]
    found = pd.DataFrame(
        {
            "name": known["name"],
            "county": known["county_code"].map(county),
            "county_code": known["county_code"],
            "said": 100 * said[:, 1],
            "actual": 100 * where.after[:, 1],
            "error": 100 * (said[:, 1] - where.after[:, 1]),
            "rival": 100 * said[:, 0],
            "rival_actual": 100 * where.after[:, 0],
            "called": (said[:, 1] > said[:, 0]) == led,
        }
    )
    sized: dict[str, Any] = dict.fromkeys(
        ("low", "high", "inside", "inside_normal", "chance", "brier", "crps"), np.nan
    )
    if sample != IN_SAMPLE:
        size = _sizes(tables, method, shape, sample)
        low, high = scores.interval(said, size)
        chance = scores.chance(said, size)
        values = scores.quantiles(said, size, scores.STEPS)
        sized = {
            "low": 100 * low,
            "high": 100 * high,
            "inside": _inside(said, size, where),
            "inside_normal": _inside(said, _plain_sizes(tables, method, shape, sample), where),
            "chance": chance,
            "brier": scores.brier(chance, led),
            "crps": 100 * scores.crps(values, where.after[:, 1]),
        }
    found = found.assign(**sized)
    return found.sort_values("error", key=np.abs, ascending=False, kind="stable")


def _inside(said: np.ndarray, size: np.ndarray, where: fit.Ground) -> np.ndarray:
    low, high = scores.interval(said, size)
    return np.asarray((low <= where.after[:, 1]) & (where.after[:, 1] <= high))


def _plain_sizes(tables: Tables, method: str, shape: str, sample: str) -> np.ndarray:
    """Sizes of the errors without the stretch, from the errors of the others."""
    where, said = _said(tables, method, shape, sample)
    groups = where.counties if sample == COUNTY_LEFT_OUT else np.arange(len(where.codes))
    logs = scores.log_ratio(where.after) - scores.log_ratio(said)
    return scores.own_sizes(logs, where.counties, groups, stretched=False)


def _said(tables: Tables, method: str, shape: str, sample: str) -> tuple[fit.Ground, np.ndarray]:
    """The ground and what a method said of it, 38 x 3 shares."""
    where, held = fit.ground(tables), _held(tables, method, shape)
    pair = held[[f"opposition_{sample}", f"government_{sample}"]].to_numpy(float) / 100
    return where, np.column_stack([pair, (1 - pair.sum(axis=1)).clip(min=0)])


def _sizes(tables: Tables, method: str, shape: str, sample: str) -> np.ndarray:
    return np.asarray(_held(tables, method, shape)[f"size_{sample}"].to_numpy(float))


def _held(tables: Tables, method: str, shape: str) -> pd.DataFrame:
    table = tables["fit_results"]
    table = table[(table["method"] == method) & (table["shape"] == shape)].set_index("code")
    return table.loc[list(fit.ground(tables).codes)]


def counties(tables: Tables, method: str, shape: str = "", sample: str = LEFT_OUT) -> pd.DataFrame:
    """What a method said of each county and what came, by county code, the largest miss first.

    ``said``, ``actual`` and ``error`` are of the county's whole vote: its constituencies by their
    valid votes of 2022. ``mae``, ``bias``, ``called``, ``covered``, ``brier`` and ``crps`` are over
    its constituencies (``units``). ``low`` and ``high``, NaN in sample, are the 90% interval of the
    county's share by normal errors as large as those of the other counties, not stretched.
    """
    where, said = _said(tables, method, shape, sample)
    by_place = _places(tables, method, shape, sample)
    names = tables["counties"].set_index("code")["name"]
    logs = scores.log_ratio(where.after) - scores.log_ratio(said)
    rows = []
    for code in np.unique(where.counties):
        inside = where.counties == code
        weight = where.weight[inside] / where.weight[inside].sum()
        whole, came = weight @ said[inside], weight @ where.after[inside]
        row: dict[str, Any] = {
            "code": str(code),
            "county": str(names[code]),
            "said": 100 * whole[1],
        }
        row |= {"actual": 100 * came[1], "error": 100 * (whole[1] - came[1])}
        row |= {"low": np.nan, "high": np.nan}
        if sample != IN_SAMPLE:
            size = scores.sizes(logs[~inside], where.counties[~inside])
            spread = np.hypot(size.county, size.constituency / inside.sum() ** 0.5)
            low, high = scores.interval(whole[None, :], np.array([spread]))
            row |= {"low": 100 * float(low[0]), "high": 100 * float(high[0])}
        rows.append(row | _scored(by_place[by_place["county_code"] == code]))
    found = pd.DataFrame(rows).set_index("code")
    return found.sort_values("error", key=np.abs, ascending=False, kind="stable")


def _scored(found: pd.DataFrame) -> dict[str, object]:
    """The scores over some constituencies; in sample NaN or <NA> where an interval is needed."""
    judged = found["crps"].notna().all()
    return {
        "mae": float(found["error"].abs().mean()),
        "bias": float(found["error"].mean()),
        "rmse": float((found["error"] ** 2).mean() ** 0.5),
        "called": int(found["called"].sum()),
        "brier": float(found["brier"].mean()),
        "crps": float(found["crps"].mean()),
        "covered": int(found["inside"].sum()) if judged else pd.NA,
        "covered_normal": int(found["inside_normal"].sum()) if judged else pd.NA,
        "units": len(found),
    }


def summary(tables: Tables, codes: Collection[str] | None = None) -> pd.DataFrame:
    """Every method, shape and sample with its scores, the smallest mean error of a sample first.

    ``codes`` narrows the scores to some of the 38 (the fits and the sizes of errors stay those of
    all). Columns: ``method``, ``shape``, ``sample``, ``name``, ``text``, ``fitted`` and SCORED.
    ValueError when none of the codes is among the 38.
    """
    rows = []
    for method, shape in fit.variants():
        described = fit.find(method)
        for sample in SAMPLES:
            found = _places(tables, method, shape, sample)
            if codes is not None:
                found = found[found.index.isin(list(codes))]
            if found.empty:
                raise ValueError("none of these constituencies is among the 38 of the back-test")
            row: dict[str, Any] = {
                "method": method,
                "shape": shape,
                "sample": sample,
                "name": described.name,
            }
            row |= {"text": described.text, "fitted": described.fitted}
            rows.append(row | _scored(found))
    table = (
        pd.DataFrame(rows)
        .astype({"covered": "Int64", "covered_normal": "Int64"})
        .sort_values("mae", kind="stable")
    )
    order = table["sample"].map(list(SAMPLES).index)
    return table.iloc[order.argsort(kind="stable")].reset_index(drop=True)


def reach(
    tables: Tables,
    method: str,
    shape: str = "",
    sample: str = LEFT_OUT,
    levels: Sequence[float] = LEVELS,
) -> pd.DataFrame:
    """How many of the 38 results lie inside intervals of several levels.

    Indexed by level: ``wanted`` (level x 38), ``covered`` with the stretch, ``normal`` without it.
    KeyError in sample, where nothing was left out to measure the errors on.
    """
    if sample == IN_SAMPLE:
        raise KeyError("there are no intervals in sample")
    where, said = _said(tables, method, shape, sample)
    logs = scores.log_ratio(where.after) - scores.log_ratio(said)
    plain = _plain_sizes(tables, method, shape, sample)
    rows = {}
    for level in levels:
        wide = NormalDist().inv_cdf((1 + level) / 2)
        stretched = np.abs(logs) <= wide * _sizes(tables, method, shape, sample)
        rows[level] = {
            "wanted": level * len(logs),
            "covered": int(stretched.sum()),
            "normal": int((np.abs(logs) <= wide * plain).sum()),
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("level")


def intervals(tables: Tables, method: str = "", shape: str = "", sample: str = LEFT_OUT) -> str:
    """What the intervals of a method are and what their coverage can tell, in words.

    Without a method, those of the default one. KeyError in sample.
    """
    if not method:
        method, shape = vars(fit.default(tables)).values()
    at = reach(tables, method, shape, sample, [scores.LEVEL]).loc[scores.LEVEL]
    units, others = len(fit.ground(tables).codes), "constituencies"
    if sample == COUNTY_LEFT_OUT:
        others = "counties"
    return (
        f"The interval of a constituency is as wide as the misses of the other {others} make it, "
        "never its own, and is stretched until it would hold nine in ten of theirs. So that it "
        f"holds {at['covered']:.0f} of {units} says little: the stretch does that nearly by "
        f"itself. Without it, as normal errors, it would hold {at['normal']:.0f} of {units}, "
        f"where {at['wanted']:.0f} are wanted. What tells methods apart is how wide the intervals "
        "are, which CRPS counts."
    )


def parameters(tables: Tables, method: str, shape: str = "") -> pd.DataFrame:
    """The fitted numbers of a method with their range when one constituency is left out.

    Columns: ``parameter``, ``subject``, ``home``, ``value``, ``low``, ``high``; empty where nothing
    is fitted.
    """
    table = tables["fit_parameters"]
    table = table[(table["method"] == method) & (table["shape"] == shape)]
    columns = ["parameter", "subject", "home", "value", "low", "high"]
    return table[columns].reset_index(drop=True)


def sources(tables: Tables, method: str = "") -> tuple[str, ...]:
    """Ids of what a method rests on: both results, the computation, and what it takes besides."""
    region = regions.parse(fit.REGION, tables)
    found = {source for year in (fit.BEFORE, fit.AFTER)
             for source in region_results(tables, year, region).sources()}  # fmt: skip
    found |= set(tables["fit_errors"]["source_id"])
    if method in bloc.CAMPS or method in bloc.MEMBERS:
        rows = pledges.ledger(tables)
        found |= set(rows.loc[rows["cycle"].eq(fit.CYCLE) & pledges.of_western(rows), "source_id"])
    if method in bloc.MEMBERS:
        seats = alignment.seats(tables, bloc.eve(tables), bloc.MEMBERS[method], region)
        found |= set(seats["source_id"]) - {""}
    return tuple(sorted(found))
