"""What the map can show: one value per constituency, with its unit, classes and words.

A layer knows how to compute itself from the tables; how it is coloured is the drawing's business.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from mulembe import alignment, metrics
from mulembe.elections import (
    MAPPED,
    Change,
    MissingResultsError,
    Results,
    change,
    region_results,
    restrict,
)
from mulembe.regions import Region
from mulembe.tables import Tables

TRANSFER_BASE = 0.10  # below this share of the first line, its apparent transfer means nothing


@dataclass(frozen=True)
class Question:
    """What a map is asked: which layer, where, between which elections, as of when.

    ``region`` None asks for the whole country, which only result layers can answer.
    """

    layer: str
    election: str
    base: str
    day: date
    level: int
    region: Region | None


@dataclass(frozen=True)
class LayerData:
    """The answer: ``values`` and ``text`` (what a reader sees) by constituency code.

    For categories ``values`` are category ids, for numbers floats in ``unit``. ``hatched`` lists
    units drawn hatched (weak evidence, conflicting readings), ``missing`` units without a value.
    ``labels`` names the categories. ``poles`` names what a negative and a positive value mean.
    """

    title: str
    values: pd.Series
    text: pd.Series
    sources: list[str]
    labels: dict[str, str]
    poles: tuple[str, str] = ("", "")
    hatched: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Layer:
    """A layer of the map.

    ``kind`` is category, diverging or sequential; ``needs`` is election, change or date.
    ``breaks`` are fixed class limits in the unit; without them a library classifies the values.
    """

    id: str
    name: str
    kind: str
    needs: str
    unit: str
    national: bool
    explains: str
    compute: Callable[[Tables, Question], LayerData]
    breaks: tuple[float, ...] = ()


def compute(tables: Tables, question: Question) -> LayerData:
    """Compute the layer asked for; raises KeyError on an unknown layer id.

    An election held by county gives each constituency its county's figure, and says so.
    """
    layer = LAYERS[question.layer]
    data = layer.compute(tables, question)
    by_county = layer.needs == "election" and question.election not in MAPPED
    return _to_constituencies(tables, question, data) if by_county else data


def _results(tables: Tables, question: Question, election_id: str) -> Results:
    if election_id in MAPPED:
        return region_results(tables, election_id, question.region, "constituency")
    nation = region_results(tables, election_id)
    if question.region is None:
        return nation
    county = tables["constituencies"].set_index("code")["county_code"]
    return restrict(nation, sorted(set(county.loc[list(question.region.codes)])))


def _to_constituencies(tables: Tables, question: Question, data: LayerData) -> LayerData:
    """Repeat a county's figure on each of its constituencies, and say so in the text."""
    county = tables["constituencies"].set_index("code")["county_code"]
    if question.region is not None:
        county = county.loc[list(question.region.codes)]
    names = tables["counties"].set_index("code")["name"]
    shown = county[county.isin(data.values.index)]
    text = [f"{names[code]} county: {data.text[code]}" for code in shown]
    return replace(
        data,
        title=f"{data.title}, by county",
        values=pd.Series(data.values.loc[shown].to_numpy(), shown.index),
        text=pd.Series(text, shown.index),
        missing=tuple(county.index[~county.isin(data.values.index)]),
        note=f"By county: no results by constituency are held for this election. {data.note}",
    )


def _change(tables: Tables, question: Question) -> Change:
    return change(
        _results(tables, question, question.base), _results(tables, question, question.election)
    )


def candidate_names(tables: Tables, election_id: str) -> dict[str, str]:
    """Full name of each candidate of an election, by candidate id."""
    table = tables["candidates"]
    table = table[table["election_id"] == election_id]
    return dict(zip(table["candidate_id"], table["name"], strict=True))


def surname(tables: Tables, election_id: str, candidate_id: str) -> str:
    """The last word of a candidate's name, as used in short labels."""
    return candidate_names(tables, election_id)[candidate_id].split()[-1]


def _lead(value: float, ahead: str, behind: str) -> str:
    return f"{ahead if value >= 0 else behind} +{abs(value):.1f} points"


def _winner(tables: Tables, q: Question) -> LayerData:
    results = _results(tables, q, q.election)
    shares, winner = results.shares(), results.winner()
    names = candidate_names(tables, q.election)
    text = pd.Series(
        {code: f"{names[w]} {100 * shares.at[code, w]:.1f}%" for code, w in winner.items()}
    )
    labels = {candidate: names[candidate] for candidate in winner.value_counts().index}
    return _answer(f"Winner, {q.election}", winner, text, results, labels=labels)


def _margin(tables: Tables, q: Question) -> LayerData:
    results = _results(tables, q, q.election)
    a, b = (surname(tables, q.election, line) for line in (results.line_a, results.line_b))
    values = 100 * results.margin()
    text = values.map(lambda value: _lead(value, a, b))
    return _answer(f"Lead of {a} over {b}, {q.election}", values, text, results, poles=(b, a))


def _swing(tables: Tables, q: Question) -> LayerData:
    moved = _change(tables, q)
    a = surname(tables, q.election, moved.after.line_a)
    rival = surname(tables, q.election, moved.after.line_b)
    before = surname(tables, q.base, moved.before.line_b)
    note = (
        f"{moved.method} swing between {a} and {before} ({q.base}) or {rival} ({q.election}). "
        f"Over all units shown: {_lead(moved.total_swing, 'to ' + a, 'to ' + rival)}."
    )
    text = moved.swing.map(lambda value: _lead(value, "to " + a, "to " + rival))
    title = f"Swing {q.base} to {q.election}"
    return _answer(title, moved.swing, text, moved.after, poles=(rival, a), note=note, extra=moved)


def _transfer(tables: Tables, q: Question) -> LayerData:
    moved = _change(tables, q)
    a, rival = (surname(tables, q.election, x) for x in (moved.after.line_a, moved.after.line_b))
    own = moved.before.shares()[moved.before.line_a]
    values = (100 * moved.transfer).where(own >= TRANSFER_BASE)
    note = (
        f"{rival}'s gain on his forerunner's {q.base} share, as a percentage of {a}'s {q.base} "
        "share. Apparent only: turnout, new voters and incumbency are in it. Over all units shown: "
        f"{100 * moved.total_transfer:.1f}%."
    )
    text = values.map(
        lambda value: f"{value:.1f}% of {a}'s {q.base} share" if pd.notna(value) else ""
    )
    title = f"Apparent transfer to {rival}, {q.base} to {q.election}"
    return _answer(title, values, text, moved.after, note=note, extra=moved)


def _turnout(tables: Tables, q: Question) -> LayerData:
    results = _results(tables, q, q.election)
    values = (100 * results.turnout_rate()).astype(float)
    total = results.total_turnout()
    note = f"Over all units shown: {100 * total:.1f}%." if total is not None else ""
    text = values.map(lambda value: f"{value:.1f}% of the register" if pd.notna(value) else "")
    return _answer(f"Turnout, {q.election}", values, text, results, note=note)


def _turnout_change(tables: Tables, q: Question) -> LayerData:
    moved = _change(tables, q)
    values = moved.turnout_change.astype(float)
    text = values.map(lambda value: f"{value:+.1f} points" if pd.notna(value) else "")
    title = f"Change in turnout, {q.base} to {q.election}"
    return _answer(title, values, text, moved.after, extra=moved)


def _registered(tables: Tables, q: Question) -> LayerData:
    results = _results(tables, q, q.election)
    values = results.turnout["registered"].astype(float)
    text = values.map(lambda value: f"{value:,.0f} registered voters")
    note = f"All units shown: {values.sum():,.0f}."
    return _answer(f"Registered voters, {q.election}", values, text, results, note=note)


def _growth(tables: Tables, q: Question) -> LayerData:
    moved = _change(tables, q)
    values = 100 * moved.register_growth
    text = values.map(lambda value: f"{value:+.1f}%")
    title = f"Growth of the register, {q.base} to {q.election}"
    return _answer(title, values, text, moved.after, extra=moved)


def _effective(tables: Tables, q: Question) -> LayerData:
    results = _results(tables, q, q.election)
    values = metrics.effective_number(results.shares())
    text = values.map(lambda value: f"{value:.2f} effective candidates")
    total = metrics.effective_total(results.votes)
    note = f"1 over the sum of squared shares. All units together: {total:.2f}."
    title = f"Effective number of candidates, {q.election}"
    return _answer(title, values, text, results, note=note)


def _contribution(tables: Tables, q: Question) -> LayerData:
    if q.election not in MAPPED:
        raise MissingResultsError(
            f"{q.election} is held by county, so constituencies have no part."
        )
    results = _results(tables, q, q.election)
    a, b = (surname(tables, q.election, line) for line in (results.line_a, results.line_b))
    values = metrics.contributions(
        results.votes[results.line_a], results.votes[results.line_b], results.valid
    )
    unity = results.unity()
    note = f"They add up to the region's lead: {_lead(100 * unity.lead, a, b)}."
    text = values.map(lambda value: _lead(round(value, 2), a, b))
    title = f"Contribution to the region's lead, {q.election}"
    return _answer(title, values, text, results, poles=(b, a), note=note)


QUALITY_NAMES = {
    "agreed": "Two readings agree",
    "single": "One reading only",
    "conflict": "Readings differ",
    "form": "Official form text",
}


def _quality(tables: Tables, q: Question) -> LayerData:
    results = _results(tables, q, q.election)
    values = results.turnout["quality"]
    return _answer(
        f"Data quality, {q.election}",
        values,
        values.map(QUALITY_NAMES),
        results,
        labels={key: name for key, name in QUALITY_NAMES.items() if key in set(values)},
        hatched=tuple(values.index[values == "conflict"]),
        note="Only the electoral commission declares results; 2022 is a public transcription.",
    )


def _mp_party(tables: Tables, q: Question) -> LayerData:
    seats = alignment.seats(tables, q.day, q.level, q.region)
    held = alignment.members(tables, q.day)
    values = seats["party"].where(seats["party"].ne(""), "vacant")
    text = seats["politician"] + ", elected on " + seats["party"]
    labels = {party: party for party in values.value_counts().index}
    sources = sorted(set(held["source_id"]))
    title = f"Party the member was elected on, as of {q.day.day} {q.day:%B %Y}"
    return LayerData(title, values, text.where(values.ne("vacant"), "Seat vacant"), sources, labels)


def _alignment(tables: Tables, q: Question) -> LayerData:
    seats = alignment.seats(tables, q.day, q.level, q.region)
    camps = tables["camps"].set_index("camp_id")["name"]
    labels = {
        camp: str(camps[camp]) for camp in seats["camp"].value_counts().index if camp in camps
    }
    labels |= {"undeclared": "Undeclared", "vacant": "Seat vacant"}
    text = pd.Series({str(code): _stand_text(seat, camps) for code, seat in seats.iterrows()})
    hatched = seats.index[seats["weaker_camp"].ne("") & seats["camp"].eq("undeclared")]
    return LayerData(
        f"Member's alignment as of {q.day.day} {q.day:%B %Y}, evidence L{q.level} or stronger",
        seats["camp"],
        text,
        sorted(set(seats["source_id"]) - {""}),
        {camp: name for camp, name in labels.items() if camp in set(seats["camp"])},
        hatched=tuple(hatched),
        note="Hatched: undeclared at this level, with weaker evidence. Attending is not declaring.",
    )


def _stand_text(seat: pd.Series, camps: pd.Series) -> str:
    if seat["camp"] == "vacant":
        return "Seat vacant"
    shown = camps.get(seat["camp"], "undeclared")
    level = f" (L{int(seat['level'])})" if seat["camp"] in camps else ""
    weaker = ""
    if seat["weaker_camp"]:
        weaker = f"; weaker: {camps[seat['weaker_camp']]} (L{int(seat['weaker_level'])})"
    return f"{seat['politician']}: {shown}{level}{weaker}"


def _answer(
    title: str,
    values: pd.Series,
    text: pd.Series,
    results: Results,
    *,
    labels: dict[str, str] | None = None,
    poles: tuple[str, str] = ("", ""),
    hatched: tuple[str, ...] = (),
    note: str = "",
    extra: Change | None = None,
) -> LayerData:
    missing = {*results.missing, *values.index[values.isna()]}
    sources = set(results.sources())
    if extra is not None:
        missing |= {*extra.before.missing, *extra.after.missing}
        sources |= {*extra.before.sources(), *extra.after.sources()}
    return LayerData(
        title,
        values.dropna(),
        text,
        sorted(sources),
        labels or {},
        poles,
        hatched,
        tuple(sorted(missing)),
        note,
    )


LAYERS: dict[str, Layer] = {
    layer.id: layer
    for layer in (
        Layer("winner", "Winner", "category", "election", "", True,
              "Who got most valid votes.", _winner),
        Layer("margin", "Margin", "diverging", "election", "points", True,
              "Lead of one line over the other in points of valid votes.", _margin,
              (-40.0, -20.0, -5.0, 5.0, 20.0, 40.0)),
        Layer("swing", "Swing", "diverging", "change", "points", True,
              "Half of the change in the gap between the two lines.", _swing,
              (-30.0, -15.0, -5.0, 5.0, 15.0, 30.0)),
        Layer("transfer", "Apparent transfer", "sequential", "change", "%", True,
              "The rival's gain as a part of what the first line had.", _transfer),
        Layer("turnout", "Turnout", "sequential", "election", "%", True,
              "Votes cast over registered voters.", _turnout),
        Layer("turnout_change", "Change in turnout", "sequential", "change", "points", True,
              "Turnout after less turnout before.", _turnout_change),
        Layer("registered", "Registered voters", "sequential", "election", "voters", True,
              "Voters on the register used for the election.", _registered),
        Layer("growth", "Growth of the register", "sequential", "change", "%", True,
              "Change of the register between the two elections.", _growth),
        Layer("mp_party", "Member's party", "category", "date", "", False,
              "The party the member was elected on; a separate fact from alignment.", _mp_party),
        Layer("alignment", "Member's alignment", "category", "date", "", False,
              "Where the member stands on the chosen date at the chosen evidence level.",
              _alignment),
        Layer("effective", "Effective candidates", "sequential", "election", "candidates", True,
              "How many equal candidates the vote would be split between.", _effective),
        Layer("contribution", "Contribution to unity", "diverging", "election", "points", True,
              "What a constituency adds to the lead of one line over the other.", _contribution),
        Layer("quality", "Data quality", "category", "election", "", True,
              "How many independent readings stand behind the figures.", _quality),
    )
}  # fmt: skip


def difference(before: LayerData, after: LayerData, layer: Layer) -> tuple[LayerData, Layer]:
    """What changed between two answers of one layer: its data, and the layer to classify it by.

    Numbers are subtracted; of categories it says whether they changed. Units that one of the two
    lacks are missing.
    """
    common = before.values.index.intersection(after.values.index)
    missing = tuple(sorted({*before.missing, *after.missing}))
    sources = sorted({*before.sources, *after.sources})
    title = f"{layer.name}: what changed"
    note = "The change in the lead is twice the swing." if layer.id == "margin" else ""
    if layer.kind == "category":
        same = before.values[common].map(_line) == after.values[common].map(_line)
        values = same.map({True: "kept", False: "changed"})
        text = before.text[common] + ", then " + after.text[common]
        labels = {"kept": "Same as before", "changed": "Changed"}
        note = "Kenyatta 2017 and Ruto 2022 count as one line." if layer.id == "winner" else ""
        return LayerData(title, values, text, sources, labels, missing=missing, note=note), layer
    values = after.values[common] - before.values[common]
    shown = replace(layer, breaks=(), unit="points" if layer.unit == "%" else layer.unit)
    digits = 0 if layer.unit == "voters" else 2 if layer.unit == "candidates" else 1
    text = values.map(lambda value: f"{value:+,.{digits}f} {shown.unit}".replace("-", "\u2212"))
    poles = (f"To {after.poles[0]}", f"To {after.poles[1]}") if after.poles[0] else ("", "")
    data = LayerData(title, values, text, sources, {}, poles, missing=missing, note=note)
    return data, shown


def _line(candidate: str) -> str:
    return "rival" if candidate in ("kenyatta", "ruto") else candidate
