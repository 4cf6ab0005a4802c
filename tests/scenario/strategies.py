"""Hypothesis strategies: every scenario that can be written down and run, for both cycles.

>>> from strategies import scenarios
>>> @given(scenarios())
... def test_something(scenario): ...

What ``scenarios`` draws has passed the model, ``reading.problems`` finds nothing in it, and the
column of a candidate who has died has an heir. ``base_of`` is the base of a cycle.
"""

from functools import cache
from itertools import pairwise
from urllib.parse import quote

from hypothesis import strategies as st

from mulembe import regions
from mulembe.scenario.base import Base, load_base
from mulembe.scenario.model import (
    CAMPS,
    CYCLES,
    MOVE_LIMIT,
    NAME_LIMIT,
    REASON_LIMIT,
    SHAPES,
    TICKETS,
    Inheritance,
    Move,
    Override,
    Scenario,
    Third,
    Turnout,
    Uncertainty,
)
from mulembe.scenario.outcome import register_of
from mulembe.tables import Tables

AREA_COUNTIES = ("026", "037", "038", "039", "040")
PIECES = 10_000  # a share is kept to four decimals
HEIRLESS = {"2027": "odinga"}

shares = st.integers(0, PIECES).map(lambda n: n / PIECES)
reaches = st.integers(1, 5000).map(lambda n: n / 10)
sizes = st.integers(0, 3000).map(lambda n: n / 1000)
flags = st.booleans()


@cache
def held() -> Tables:
    """The tables, read once."""
    return Tables()


def base_of(cycle: str) -> Base:
    """The base of a cycle."""
    return load_base(held(), cycle)


def texts(limit: int) -> st.SearchStrategy[str]:
    """Names and reasons as the model keeps them: any characters, single spaces, cut."""
    return st.text(max_size=limit).map(lambda text: " ".join(text.split()))


@cache
def leaders() -> tuple[str, ...]:
    """Every politician known here."""
    return tuple(held()["politicians"]["politician_id"])


@st.composite
def row_shares(draw, third: bool) -> tuple[float, ...]:
    """Shares per ticket that sum to 1, or as nearly as four decimals may (0.0004)."""
    tickets = [t for t in range(len(TICKETS)) if third or TICKETS[t] != "third"]
    cuts = sorted(draw(st.lists(st.integers(0, PIECES), min_size=3, max_size=3)))
    pieces = [0] * len(TICKETS)
    between = pairwise([0, *cuts, PIECES])
    for ticket, (low, high) in zip(draw(st.permutations(tickets)), between, strict=False):
        pieces[ticket] += high - low
    pieces[tickets[0]] += PIECES - sum(pieces)
    if draw(st.integers(0, 3)) == 0:
        largest = pieces.index(max(pieces))
        pieces[largest] = min(PIECES, pieces[largest] + draw(st.integers(-4, 4)))
    return tuple(piece / PIECES for piece in pieces)


@st.composite
def pulls(draw, base: Base) -> dict:
    """The fields a move and a third ticket share."""
    spread = draw(st.sampled_from(["decay", "flat", "county"]))
    least = 1 if spread == "county" else 0
    counties = draw(
        st.lists(st.sampled_from(AREA_COUNTIES), min_size=least, max_size=5, unique=True)
    )
    return {
        "home": draw(st.sampled_from(base.area_codes)),
        "delivery": draw(shares),
        "reach": draw(reaches),
        "spread": spread,
        "counties": tuple((county, draw(shares)) for county in counties),
    }


@st.composite
def moves(draw, base: Base, leader: str, third: bool) -> Move:
    """A move of this leader."""
    camp = draw(st.sampled_from(CAMPS if third else CAMPS[:2]))
    rest_home = draw(st.integers(0, PIECES))
    rest_third = draw(st.integers(0, PIECES - rest_home)) if third else 0
    origins = draw(st.lists(st.sampled_from(base.origins[:3]), max_size=3))
    return Move(
        leader=leader,
        camp=camp,
        rest_home=rest_home / PIECES,
        rest_third=rest_third / PIECES,
        origins=tuple(origins),
        **draw(pulls(base)),
    )


@st.composite
def thirds(draw, base: Base) -> Third:
    """A third ticket led by somebody known, somebody of one's own, or nobody named."""
    leader = draw(st.sampled_from(["", *leaders()]))
    return Third(leader=leader, name=draw(texts(NAME_LIMIT)), **draw(pulls(base)))


@st.composite
def inheritances(draw, base: Base, cycle: str, third: bool) -> tuple[Inheritance, ...]:
    """Entries for distinct origins and scopes; the heir is always there."""
    scopes = st.sampled_from(["", "region", "rest", *base.county_codes])
    where = draw(
        st.lists(st.tuples(st.sampled_from(base.origins), scopes), max_size=39, unique=True)
        if draw(st.integers(0, 9)) == 0
        else st.lists(st.tuples(st.sampled_from(base.origins), scopes), max_size=4, unique=True)
    )
    heirless = HEIRLESS.get(cycle)
    if heirless and (heirless, "") not in where:
        where.insert(draw(st.integers(0, len(where))), (heirless, ""))
    return tuple(
        Inheritance(origin=origin, scope=scope, shares=draw(row_shares(third)))
        for origin, scope in where
    )


@st.composite
def turnouts(draw, base: Base) -> tuple[Turnout, ...]:
    """Rates for distinct origins and counties."""
    counties = st.sampled_from(["", *base.county_codes])
    most = 40 if draw(st.integers(0, 9)) == 0 else 4
    where = draw(
        st.lists(st.tuples(st.sampled_from(base.origins), counties), max_size=most, unique=True)
    )
    return tuple(
        Turnout(origin=origin, county=county, rate=draw(shares)) for origin, county in where
    )


@st.composite
def region_tokens(draw, base: Base) -> str:
    """Regions as a link or a person writes them, changes in any order and a name."""
    known = [region.token for region in regions.presets(held())]
    known += [f"county:{county}" for county in AREA_COUNTIES] + ["Bungoma"]
    start = draw(st.sampled_from(known))
    if start == "Bungoma" or not draw(flags):
        return start
    changes = draw(
        st.lists(st.tuples(st.sampled_from("+-"), st.sampled_from(base.area_codes)), max_size=38)
    )
    name = " ".join(draw(st.text(max_size=20)).split())[: regions.NAME_LIMIT]
    changed = start + "".join(sign + code for sign, code in changes)
    changed += f"~{quote(name)}" if name else ""
    try:
        regions.parse(changed, held())
    except regions.RegionError:  # every constituency is gone
        return start
    return changed if len(changed) <= regions.TOKEN_LIMIT else start


@st.composite
def overrides(draw, start: Scenario, base: Base) -> tuple[Override, ...]:
    """Constituencies set by hand, within the scenario's register."""
    most = 38 if draw(st.integers(0, 9)) == 0 else 3
    codes = draw(st.lists(st.sampled_from(base.area_codes), max_size=most, unique=True))
    made = []
    for code in codes:
        left, votes = register_of(start, base, code), []
        for ticket in TICKETS:
            stands = ticket != "third" or start.third is not None
            votes.append(draw(st.integers(0, left)) if stands else 0)
            left -= votes[-1]
        kind = draw(st.sampled_from(["lock", "override"]))
        reason = draw(texts(REASON_LIMIT))
        made.append(Override(code=code, votes=tuple(votes), kind=kind, reason=reason))
    return tuple(made)


@st.composite
def runoffs(draw) -> tuple[float, float, float]:
    """Shares of which any two are at most everybody."""
    first = draw(st.integers(0, PIECES))
    second = draw(st.integers(0, PIECES - first))
    third = draw(st.integers(0, PIECES - max(first, second)))
    order = draw(st.permutations([first, second, third]))
    return tuple(piece / PIECES for piece in order)


@st.composite
def scenarios(draw, cycle: str | None = None) -> Scenario:
    """Any valid scenario, of one cycle or of both."""
    cycle = cycle or draw(st.sampled_from(sorted(CYCLES)))
    base = base_of(cycle)
    third = draw(st.none() | thirds(base))
    free = [leader for leader in leaders() if third is None or leader != third.leader]
    movers = draw(st.lists(st.sampled_from(free), max_size=MOVE_LIMIT, unique=True))
    start = Scenario(
        cycle=cycle,
        preset=draw(st.just("") | texts(NAME_LIMIT)),
        name=draw(texts(NAME_LIMIT)),
        region=draw(region_tokens(base)),
        inheritance=draw(inheritances(base, cycle, third is not None)),
        moves=tuple(draw(moves(base, leader, third is not None)) for leader in movers),
        third=third,
        turnout=draw(turnouts(base)),
        roll=draw(st.sampled_from(["base", "grown"])),
        growth=draw(sizes),
        shape=draw(st.sampled_from(SHAPES)),
        runoff=draw(runoffs()),
        uncertainty=draw(
            st.none() | st.builds(Uncertainty, **dict.fromkeys(Uncertainty.model_fields, sizes))
        ),
        seed=draw(st.integers(0, 2**31 - 1)),
    )
    return start.but(overrides=draw(overrides(start, base)))
