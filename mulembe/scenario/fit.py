"""How wrong each way of moving voters would have been from 2017 to 2022, and the best of them.

>>> from mulembe.tables import Tables
>>> tables = Tables()
>>> best = default(tables)
>>> len(residuals(tables, best.method, best.shape))
38

Each method works out the shares of 2022 in the 38 constituencies from those of 2017: Odinga's line
against the government's, Ruto after Kenyatta. The alignments are those known before the vote: both
leaders declared on 23 January 2022. Fitted methods are judged where they were not fitted, on the
constituency or the county left out.

The numbers come from the tables ``fit_*``, which ``data/build_fit.py`` writes. Nothing is fitted
here. Apart from the swings, the bloc and the MPs every method is a scenario, and ``shares`` is what
``outcome.run`` gives for it before whole voters are made.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Literal

import numpy as np
import pandas as pd

from mulembe import people, regions
from mulembe.elections import region_results
from mulembe.scenario import bloc
from mulembe.scenario.base import load_base
from mulembe.scenario.decay import decay
from mulembe.scenario.model import INSIDE, SHAPES, Inheritance, Move, Scenario, Uncertainty
from mulembe.scenario.scores import log_ratio
from mulembe.schemas import SAMPLES
from mulembe.tables import Tables

CYCLE: Literal["2022"] = "2022"
BEFORE, AFTER = "2017", "2022"
REGION = "west5"
# The leaders who moved, each with the event that says so; both are dated 2022-01-23.
DECLARED = {"musalia-mudavadi": "A059", "moses-wetangula": "A058"}
IN_SAMPLE, LEFT_OUT, COUNTY_LEFT_OUT = SAMPLES
COLUMNS = ("opposition", "government", "others")
EVERYWHERE = ""


@dataclass(frozen=True)
class Method:
    """A way to move voters. ``fitted`` says whether it has numbers found from 2022 itself.

    ``shaped`` methods exist once per SHAPES of the decay; ``scenario`` is False where no scenario
    does the same.
    """

    id: str
    name: str
    text: str
    fitted: bool = True
    shaped: bool = False
    scenario: bool = True


METHODS = (
    Method("no_change", "No change", "Every share stays as it was in 2017.", fitted=False),
    Method(
        "uniform",
        "Uniform national swing",
        "The points a line won or lost in the nation are added everywhere.",
        fitted=False,
        scenario=False,
    ),
    Method(
        "proportional",
        "Proportional national swing",
        "Every share is multiplied by the nation's share after over before.",
        fitted=False,
        scenario=False,
    ),
    Method(
        "bloc_government",
        "Bloc vote for Kenya Kwanza",
        "Every constituency votes alike: what was pledged of the old province (the middle of the "
        "pledges) goes to the leaders' camp, the rest to its rival.",
        fitted=False,
        scenario=False,
    ),
    Method(
        "bloc_opposition",
        "Bloc vote for Azimio",
        "Every constituency gives Azimio what was pledged to its rival; it named no share itself.",
        fitted=False,
        scenario=False,
    ),
    Method(
        "members",
        "MPs' camps, on record",
        "A constituency gives the share pledged of the old province to the camp its MP stood with "
        "on the eve (L3 or stronger); the others stay as in 2017.",
        fitted=False,
        scenario=False,
    ),
    Method(
        "members_seen",
        "MPs' camps, any report",
        "As MPs' camps on record, and having been seen with a camp (L1) counts too.",
        fitted=False,
        scenario=False,
    ),
    Method("flat", "One share everywhere", "The same share goes over in every constituency."),
    Method("county", "One share per county", "A share per county goes over: five numbers."),
    Method(
        "decay",
        "Falls with distance",
        "Each leader takes a share at home and less with distance; a share goes over anywhere.",
        shaped=True,
    ),
    Method(
        "decay_county",
        "Falls with distance, by county",
        "Each leader takes a share at home and less with distance; what goes over anywhere differs "
        "by county, held together.",
        shaped=True,
    ),
)


@dataclass(frozen=True)
class Mover:
    """A leader with what he delivers at home (a fraction) and how far he reaches (km)."""

    leader: str
    home: str
    delivery: float
    reach: float


@dataclass(frozen=True)
class Parameters:
    """The numbers of a method: fractions, and kilometres for a reach.

    ``rates`` is the share that goes over to the government at any distance, by scope: "" is the
    region, a county code counts before it. In "flat" and "county" it is all there is. ``keep`` is
    the share of the government's own voters of 2017 that it keeps.
    """

    method: str
    shape: str = ""
    movers: tuple[Mover, ...] = ()
    rates: dict[str, float] = field(default_factory=dict)
    keep: float = 1.0

    def rounded(self) -> Parameters:
        """The same in the steps a scenario can hold: 0.01 points of a share, 0.1 km."""
        movers = (
            replace(m, delivery=round(m.delivery, 4), reach=max(0.1, round(m.reach, 1)))
            for m in self.movers
        )
        rates = {scope: round(rate, 4) for scope, rate in self.rates.items()}
        return replace(self, movers=tuple(movers), rates=rates, keep=round(self.keep, 4))


@dataclass(frozen=True)
class Default:
    """The method and shape with the smallest error on constituencies left out."""

    method: str
    shape: str


@dataclass(frozen=True, eq=False)
class Ground:
    """The 38 constituencies: 2017 as the methods see it, and 2022 as it came.

    ``before`` and ``after`` are 38 x 3 shares of valid votes (COLUMNS), ``nation_before`` and
    ``nation_after`` the nation's; ``weight`` is the valid votes of 2022 over their mean;
    ``distance`` is in km. ``promised`` is the share pledged of the old province; ``members`` has
    the column of the camp each MP stood with on the eve (-1: undeclared) by method.
    """

    codes: tuple[str, ...]
    counties: np.ndarray
    before: np.ndarray
    after: np.ndarray
    nation_before: np.ndarray
    nation_after: np.ndarray
    weight: np.ndarray
    distance: np.ndarray
    promised: float
    members: dict[str, np.ndarray]


@lru_cache(maxsize=4)
def ground(tables: Tables) -> Ground:
    """Shares, weights and distances of the 38, in the order of their codes."""
    base = load_base(tables, CYCLE)
    voted = base.voters[base.area][:, : len(COLUMNS)].astype(float)
    after = region_results(tables, AFTER, regions.parse(REGION, tables))
    if tuple(after.votes.index) != base.area_codes:
        raise ValueError("the base and the results hold different constituencies")
    return Ground(
        base.area_codes,
        np.array([base.county_codes[county] for county in base.counties[base.area]]),
        voted / voted.sum(axis=1, keepdims=True),
        _lines(after.shares(), after.line_a, after.line_b),
        _nation(tables, BEFORE),
        _nation(tables, AFTER),
        (after.valid / after.valid.mean()).to_numpy(),
        base.distance,
        bloc.promised(tables),
        {name: bloc.members(tables, level, CYCLE) for name, level in bloc.MEMBERS.items()},
    )


def _nation(tables: Tables, election: str) -> np.ndarray:
    results = region_results(tables, election)
    shares_of_all = results.total_shares().to_frame().T
    return np.asarray(_lines(shares_of_all, results.line_a, results.line_b)[0])


def _lines(shares: pd.DataFrame, line_a: str, line_b: str) -> np.ndarray:
    a, b = shares[line_a].to_numpy(), shares[line_b].to_numpy()
    return np.column_stack([a, b, 1 - a - b])


def shares(where: Ground, numbers: Parameters) -> np.ndarray:
    """Shares of 2022 a method works out, 38 x 3 (COLUMNS).

    With S the leaders' pulls together (at most 1), b the rate and k what the government keeps, of
    Odinga's voters b + (1 - b) S go to the government, of Kenyatta's k + (1 - k) S and of the
    others' S.
    """
    if numbers.method == "no_change":
        return where.before.copy()
    if numbers.method == "uniform":
        moved = where.before + (where.nation_after - where.nation_before)
        return _whole(moved)
    if numbers.method == "proportional":
        return _whole(where.before * (where.nation_after / where.nation_before))
    if numbers.method in bloc.CAMPS:
        return bloc.alike(where.before, where.promised, bloc.CAMPS[numbers.method])
    if numbers.method in bloc.MEMBERS:
        return bloc.by_member(where.before, where.promised, where.members[numbers.method])
    rate, pull = _rates(where, numbers), np.zeros(len(where.codes))
    if not numbers.shape:
        rate, pull = pull, rate
    for mover in numbers.movers:
        listening = decay(where.distance[where.codes.index(mover.home)], mover.reach, numbers.shape)
        pull = pull + mover.delivery * listening
    pull = np.minimum(pull, 1)
    line_a, line_b, others = where.before.T
    opposition = (line_a * (1 - rate) + line_b * (1 - numbers.keep)) * (1 - pull)
    others = others * (1 - pull)
    return np.column_stack([opposition, 1 - opposition - others, others])


def _whole(moved: np.ndarray) -> np.ndarray:
    moved = moved.clip(min=0)
    return np.asarray(moved / moved.sum(axis=1, keepdims=True))


def _rates(where: Ground, numbers: Parameters) -> np.ndarray:
    rates = np.full(len(where.codes), numbers.rates.get(EVERYWHERE, 0.0))
    for scope, rate in numbers.rates.items():
        if scope != EVERYWHERE:
            rates[where.counties == scope] = rate
    return rates


def scenario(numbers: Parameters, tables: Tables) -> Scenario:
    """The scenario that does what a method does; ValueError for a national swing.

    One share everywhere or per county is a move in the name of the leader who declared first.
    """
    if not find(numbers.method).scenario:
        raise ValueError(f"{numbers.method} is not a scenario")
    numbers = numbers.rounded()
    if numbers.shape:
        moves = [
            Move(
                leader=mover.leader,
                camp="government",
                home=mover.home,
                delivery=mover.delivery,
                reach=mover.reach,
            )
            for mover in numbers.movers
        ]
        return Scenario(
            cycle=CYCLE,
            region=REGION,
            shape=numbers.shape,  # type: ignore[arg-type]
            inheritance=_inherited(numbers, tables),
            moves=tuple(moves),
        )
    if not numbers.rates:
        return Scenario(cycle=CYCLE, region=REGION)
    leader = next(iter(DECLARED))
    everywhere = EVERYWHERE in numbers.rates
    move = Move(
        leader=leader,
        camp="government",
        home=home(tables, leader),
        delivery=numbers.rates.get(EVERYWHERE, 0.0),
        spread="flat" if everywhere else "county",
        counties=() if everywhere else tuple(sorted(numbers.rates.items())),
    )
    return Scenario(cycle=CYCLE, region=REGION, moves=(move,))


def _inherited(numbers: Parameters, tables: Tables) -> tuple[Inheritance, ...]:
    results = region_results(tables, BEFORE)
    entries = [
        (results.line_a, scope or INSIDE, rate) for scope, rate in sorted(numbers.rates.items())
    ]
    entries.append((results.line_b, INSIDE, numbers.keep))
    return tuple(
        Inheritance(origin=origin, scope=scope, shares=(round(1 - share, 4), share, 0.0, 0.0))
        for origin, scope, share in entries
    )


def home(tables: Tables, leader: str) -> str:
    """Constituency of the home ground that is offered first."""
    return people.homes(tables, leader)[0].constituency_code


def methods() -> tuple[Method, ...]:
    """All methods, from the simplest on."""
    return METHODS


def find(method: str) -> Method:
    """The method with this id; KeyError if there is none."""
    return {m.id: m for m in METHODS}[method]


def variants() -> tuple[tuple[str, str], ...]:
    """Every method with every shape it has ("" for none)."""
    return tuple((m.id, shape) for m in METHODS for shape in (SHAPES if m.shaped else ("",)))


def errors(tables: Tables) -> pd.DataFrame:
    """The errors of every method, shape and sample; see ``fit_errors`` in data/README.md."""
    return tables["fit_errors"]


def default(tables: Tables) -> Default:
    """The method and shape with the smallest mean error where a constituency was left out."""
    table = tables["fit_errors"]
    table = table[(table["sample"] == LEFT_OUT) & table["shape"].ne("")]
    best = table.loc[table["mae"].idxmin()]
    return Default(str(best["method"]), str(best["shape"]))


def default_shape(tables: Tables) -> str:
    """The shape of the decay with the smallest error."""
    return default(tables).shape


def parameters(tables: Tables, shape: str = "", method: str = "") -> Parameters:
    """The fitted numbers of a method; without one, of the best there is for this shape.

    Without a shape too, those of ``default``. An unfitted method has none; an unknown one raises
    KeyError.
    """
    if not method:
        chosen = default(tables)
        method, shape = chosen.method, shape or chosen.shape
    if not find(method).fitted:
        return Parameters(method)
    table = tables["fit_parameters"]
    table = table[(table["method"] == method) & (table["shape"] == shape)]
    if table.empty:
        raise KeyError(f"{method} has no shape '{shape}'")
    values = table.set_index(["parameter", "subject"])["value"].astype(float).to_dict()
    homes = table.set_index(["parameter", "subject"])["home"].to_dict()
    movers = tuple(
        Mover(
            leader,
            str(homes["delivery", leader]),
            values["delivery", leader],
            values["reach", leader],
        )
        for leader in DECLARED
        if ("delivery", leader) in values
    )
    rates = {scope: value for (name, scope), value in values.items() if name == "rate"}
    return Parameters(method, shape, movers, rates, values.get(("keep", ""), 1.0))


def residuals(tables: Tables, method: str, shape: str = "", sample: str = LEFT_OUT) -> pd.DataFrame:
    """What a method gave and what came, by constituency code, in percent of valid votes.

    Columns: ``government`` and ``opposition`` as worked out, ``actual`` (the government's share),
    ``error`` (worked out less actual, points), ``log_ratio`` (actual less worked out, of the
    government over the opposition) and, for LEFT_OUT, ``low`` and ``high`` of the 90% interval.
    """
    table = tables["fit_results"]
    table = table[(table["method"] == method) & (table["shape"] == shape)].set_index("code")
    where = ground(tables)
    actual = pd.DataFrame(100 * where.after, index=pd.Index(where.codes), columns=list(COLUMNS))
    actual = actual.loc[table.index]
    found = pd.DataFrame({c: table[f"{c}_{sample}"] for c in ("government", "opposition")})
    found["actual"] = actual["government"]
    found["error"] = found["government"] - found["actual"]
    pair = ["opposition", "government"]
    found["log_ratio"] = log_ratio(actual[pair].to_numpy() / 100) - log_ratio(
        found[pair].to_numpy() / 100
    )
    if sample == LEFT_OUT:
        found[["low", "high"]] = table[["low", "high"]]
    return found


def measured_uncertainty(tables: Tables, roll: str = "base") -> Uncertainty:
    """Sizes of a scenario's errors as measured on 2017 to 2022; ``fit_sizes`` says how.

    ``roll`` is the scenario's register: turnout on a grown one was harder to tell.
    """
    turnout = "turnout" if roll == "base" else "turnout_grown"
    table = tables["fit_sizes"].set_index(["quantity", "level"])["size"].astype(float)
    return Uncertainty(
        region=table["transfer", "region"],
        county=table["transfer", "county"],
        constituency=table["transfer", "constituency"],
        turnout_region=table[turnout, "region"],
        turnout_county=table[turnout, "county"],
        turnout_constituency=table[turnout, "constituency"],
    )
