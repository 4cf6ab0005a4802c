"""The view: what the reader has chosen, its one owner, and its form in the address bar.

Every choice is a field. A page reads fields with ``get``, widgets change them through ``bind``, and
``publish`` writes those that differ from their default into the address, so that the link of a page
is the view. Page switches drop query parameters in Streamlit; the session keeps the fields.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Hashable, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from components.data import tables
from components.evidence.methods_list import IDS as METHODS
from mulembe import alignment, backtest, regions
from mulembe.flows import WEIGHTS
from mulembe.layers import LAYERS
from mulembe.ledger import KINDS as KINDS_OF_CONFLICT
from mulembe.scenario import layers as scenario_layers
from mulembe.scenario import link as scenario_link
from mulembe.scenario.fit import LEFT_OUT
from mulembe.scenario.model import CAMPS, TICKETS
from mulembe.scenario.reading import ScenarioError
from mulembe.scenario.solve import KINDS
from mulembe.tables import Tables

Reader = Callable[[str, Tables], str]
SEARCH_LIMIT = 40
LONGEST = 4 * scenario_link.TEXT_LIMIT  # characters of a value: three links to compare with


class FieldError(ValueError):
    """A value in the address is not usable; the text is a sentence for the reader."""


def _choice(what: str, options: tuple[str, ...]) -> Reader:
    def read(text: str, _tables: Tables) -> str:
        if text not in options:
            raise FieldError(
                f"'{text[:30]}' is not a known {what}: use {', '.join(filter(None, options))}."
            )
        return text

    return read


def _region(text: str, tables: Tables) -> str:
    return regions.parse(text, tables).token


def _date(text: str, tables: Tables) -> str:
    return alignment.parse_date(text, tables).isoformat() if text else ""


def _constituency(text: str, tables: Tables) -> str:
    places = tables["constituencies"]
    if text and text not in set(places["code"]):
        raise FieldError(f"'{text[:20]}' is not a constituency code: use three digits, 001 to 290.")
    return text


def _county(text: str, tables: Tables) -> str:
    counties = tables["counties"]
    known = counties.loc[counties["in_region"], "code"].tolist()
    if text and text not in known:
        raise FieldError(f"'{text[:20]}' is not a county of the region: use {', '.join(known)}.")
    return text


def _politician(text: str, tables: Tables) -> str:
    if text and text not in set(tables["politicians"]["politician_id"]):
        raise FieldError(f"'{text[:40]}' is not a politician known here.")
    return text


def _search(text: str, tables: Tables) -> str:  # noqa: ARG001 - every reader takes both
    return " ".join(text.split())[:SEARCH_LIMIT]


def _camp(text: str, tables: Tables) -> str:
    known = [*tables["camps"]["camp_id"], alignment.UNDECLARED]
    if text and text not in known:
        raise FieldError(f"'{text[:20]}' is not a camp: use {', '.join(known)}.")
    return text


def _cell(text: str, _tables: Tables) -> str:
    if not re.fullmatch(r"[a-z]{1,20}-[a-z]{1,20}", text):
        raise FieldError(f"'{text[:30]}' is not a vote flow: write it as odinga-ruto.")
    return text


def _scenario(text: str, tables: Tables) -> str:
    scenario_link.decode(text, tables)
    return text


def _lever(text: str, _tables: Tables) -> str:
    # Whether the scenario has it is told where it is chosen: scenarios change, the address stays.
    path = r"growth|(moves\.\d|third|inheritance|turnout)(\.[a-z0-9_-]{1,30}){1,3}"
    if text and not re.fullmatch(path, text):
        raise FieldError(f"'{text[:40]}' is not a lever: write it as moves.0.delivery.")
    return text


def _target(text: str, _tables: Tables) -> str:
    if not re.fullmatch(r"\d{1,3}(\.\d{1,2})?", text) or float(text) > 100:
        raise FieldError(f"'{text[:20]}' is not a share to reach: use a percentage up to 100.")
    return text


def _base(text: str, tables: Tables) -> str:
    return regions.parse(text, tables).token if text else ""


def _entry(text: str, _tables: Tables) -> str:
    # Whether it is in the ledger is told there: entries come and go with the data.
    if text and not re.fullmatch(r"[a-z0-9_-]{1,60}", text):
        raise FieldError(f"'{text[:30]}' is not the name of an entry or a question.")
    return text


def _held(text: str, tables: Tables) -> str:
    if text and text not in set(tables["counties"]["code"]):
        raise FieldError(f"'{text[:20]}' is not a county code: use three digits, 001 to 047.")
    return text


def _sweep(text: str, _tables: Tables) -> str:
    if text:
        ends = re.fullmatch(r"(\d{1,3}(?:\.\d{1,2})?)-(\d{1,3}(?:\.\d{1,2})?)", text)
        if not ends or float(ends[1]) >= float(ends[2]):
            raise FieldError(f"'{text[:30]}' is not a range to sweep: write it as 30-90.")
    return text


def _with(text: str, _tables: Tables) -> str:
    # What each part holds is read where the scenarios are compared: the readable ones stay.
    if text and not re.fullmatch(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*", text):
        raise FieldError(
            "The scenarios to compare with hold characters that no link of ours has; copy the "
            "address whole from where it came."
        )
    return text


def _only(text: str, _tables: Tables) -> str:
    # Whether the page has it is told by the page: the same address holds on all of them.
    if text and not re.fullmatch(r"[a-z]{1,20}", text):
        raise FieldError(f"'{text[:20]}' is not the name of a chart: copy the code under it again.")
    return text


def _duo(text: str, _tables: Tables) -> str:
    if text and (not re.fullmatch("[a-d]{2}", text) or text[0] == text[1]):
        raise FieldError(f"'{text[:10]}' is not a pair of scenarios: write it as ab, up to d.")
    return text


# Field: (default, reader). The name is the query parameter.
FIELDS: dict[str, tuple[str, Reader]] = {
    "region": (regions.DEFAULT, _region),
    "depth": ("plain", _choice("depth", ("plain", "analyst"))),
    "date": ("", _date),  # "" is today
    "level": (str(alignment.DEFAULT_LEVEL), _choice("evidence level", tuple("012345"))),
    "election": ("2022", _choice("election", ("2013", "2017", "2022"))),
    "layer": ("margin", _choice("map layer", (*LAYERS, *scenario_layers.LAYERS))),
    "drawn": ("map", _choice("way of drawing the map", ("map", "tiles"))),
    "pair": ("no", _choice("pair view", ("no", "yes"))),
    "scope": ("region", _choice("map scope", ("region", "kenya"))),
    "county": ("", _county),
    "c": ("", _constituency),
    "person": ("", _politician),
    "flow": ("mps", _choice("flow", ("mps", "votes", "own"))),
    "cycle": ("2022", _choice("cycle", ("2022", "2027"))),
    "from": ("2021-12-27", _date),
    "to": ("2022-02-01", _date),
    "weight": ("seats", _choice("weight", tuple(WEIGHTS))),
    "unit": ("votes", _choice("unit of the ranges", ("votes", "origin", "destination"))),
    "area": ("", _choice("area of the vote flows", ("", "kenya"))),  # "": the region or a county
    "exits": ("0", _choice("share that left the register", ("0", "2", "4", "6"))),  # percent
    "cell": ("odinga-ruto", _cell),
    "q": ("", _search),
    "camp": ("", _camp),
    "kind": ("", _choice("kind of event", ("", *alignment.KINDS))),
    "s": ("", _scenario),  # the scenario, as the text of its link
    "view": ("", _choice("kind of view", ("", "1"))),  # 1: to be read, not changed
    "ask": ("solve", _choice("question", ("solve", "sweep", "tornado"))),
    "goal": ("region", _choice("goal", KINDS)),
    "who": ("", _choice("camp of a scenario", ("", *CAMPS))),  # "": the one behind at the base
    "target": ("50", _target),  # percent of the region
    "held": ("", _held),  # the county of the goal "county"
    "lever": ("", _lever),  # "": the first of the scenario
    "sweep": ("", _sweep),  # from-to, in percent, km or times
    "over": ("region", _choice("place of a share", ("region", "nation"))),
    "with": ("", _with),  # scenarios to compare with: links or presets, dots between
    "duo": ("", _duo),  # the two of them set against each other; "": towards the built one
    "tour": ("", _choice("step of the replay", ("", *"123456"))),
    "guess": ("government", _choice("camp of a guess", CAMPS)),
    "follow": ("50", _choice("share that follows", tuple(str(n) for n in range(0, 101, 5)))),
    "span": ("months", _choice("time span", ("months", "year", "cycle"))),
    "result": ("map", _choice("part of the result", ("map", "places", "flow", "nation"))),
    "shows": ("lead", _choice("map of the result", ("lead", "change", "sure", "third"))),
    "listed": ("dots", _choice("way of listing constituencies", ("dots", "table"))),
    "order": ("change", _choice("order of constituencies", ("change", "close", "county"))),
    "side": ("", _choice("ticket", ("", *TICKETS))),  # "" is the region's leading one
    "way": ("", _choice("method of the back-test", ("", *backtest.WAYS))),  # "": the default
    "judged": (LEFT_OUT, _choice("way of judging a method", tuple(backtest.SAMPLES))),
    "evidence": (
        "pledges",
        _choice("part", ("pledges", "backtest", "claims", "ledger", "polls", "methods")),
    ),
    "on": ("", _base),  # base of the pledges; "": each on the nearest to its words
    "for": ("", _camp),  # camp of the pledges
    "told": ("", _choice("kind of pledge", ("", "measured", "bare", "open"))),
    "ranked": ("gap", _choice("order of pledges", ("gap", "date", "share", "who"))),
    "ledger": ("conflicts", _choice("part of the ledger", ("conflicts", "checks", "download"))),
    "find": ("", _search),  # words looked for in the ledger
    "conflict": ("", _choice("kind of conflict", ("", *KINDS_OF_CONFLICT))),
    "year": ("", _choice("election", ("", "2007", "2013", "2017", "2022"))),
    "place": ("", _held),  # county of the ledger, any of the 47
    "asked": ("", _entry),  # question of the polls, as part of an address; "": all
    "entry": ("", _entry),  # the conflict that is open
    "status": ("", _choice("status of a check", ("", "agrees", "documented", "missing", "broken"))),
    "verdict": ("", _choice("verdict", ("", "supported", "partly", "not", "open", "untested"))),
    "method": ("", _choice("method", ("", *METHODS))),  # "": all of them
    "only": ("", _only),  # with embed=true: the one chart that is drawn
}
KEEP = "keep"  # in an address: what it does not name stays as it is
_STORE, _SEEN, _PROBLEMS, _PAGE = "view", "view_address", "view_problems", "view_page"
_QUIET, _BOUND = "view_quiet", "view_bound"


def load(tables: Tables, page: str) -> None:
    """Take the fields from the address when it is new (first visit, back, forward, pasted link).

    An address names every field that is not at its default, so reading one sets all fields. Only a
    page switch, which Streamlit makes with an empty address, keeps them, and so does a link of our
    own that holds KEEP and names only what changes. A field that cannot be read keeps its default
    and leaves one sentence in ``problems``.
    """
    st.session_state.setdefault(_STORE, {})
    address = dict(st.query_params)
    switched = st.session_state.get(_PAGE, page) != page
    st.session_state[_PAGE] = page
    if address == st.session_state.get(_SEEN, {}) or (switched and not address):
        return
    if not address:
        # Back to the moment before this page wrote its address. The view stays, and is not written
        # again now: that would add a step to the history and hold the reader on this page.
        st.session_state[_SEEN], st.session_state[_QUIET] = {}, True
        return
    st.session_state[_SEEN], st.session_state[_PROBLEMS] = address, []
    if KEEP not in address:
        st.session_state[_STORE] = {}
    for name, text in address.items():
        if name in FIELDS:
            _take(name, text, tables)
    # Back to the moment a link of ours was followed: the address it led to must not be added again.
    st.session_state[_QUIET] = KEEP in address and not switched


def _take(name: str, text: str, tables: Tables) -> None:
    try:
        if len(text) > LONGEST:
            raise FieldError(f"'{name}' is longer than {LONGEST:,} characters; no link of ours is.")
        _hold(name, FIELDS[name][1](text, tables))
        if name == "s":
            _tell_of_scenario(text, tables)
    except (FieldError, regions.RegionError, alignment.DateError, ScenarioError) as error:
        st.session_state[_PROBLEMS].append(f"{error} The default is shown instead.")


def _tell_of_scenario(text: str, tables: Tables) -> None:
    """Say what in a link was left out and what moved since; take its region if none is named."""
    opened = scenario_link.decode(text, tables)
    st.session_state[_PROBLEMS].extend(str(problem) for problem in opened.problems)
    if opened.moved:
        told = "; ".join(opened.moved)
        st.session_state[_PROBLEMS].append(f"The data changed since this link was made. {told}.")
    if "region" not in st.query_params:
        put("region", opened.scenario.region)


def problems() -> list[str]:
    """Sentences about what in the address could not be used."""
    return list(st.session_state.get(_PROBLEMS, []))


def get(name: str) -> str:
    """The value of a field."""
    return str(st.session_state.get(_STORE, {}).get(name, FIELDS[name][0]))


def put(name: str, value: str) -> None:
    """Set a field; it reaches the address at the next ``publish``.

    What no address could hold is not taken: a client that is no browser sends any value.
    """
    text = value if value == FIELDS[name][0] else _read(name, value)
    if text is not None:
        _hold(name, text)


def chosen(key: str, options: Container[Any]) -> Any:
    """What a widget holds if it is one of these, else None.

    A list of choices whose labels changed sends back an old label; a forged message sends anything.
    """
    held = st.session_state.get(key)
    return held if isinstance(held, Hashable) and held in options else None


def row_chosen(key: str, ids: Sequence[str]) -> str:
    """The id of the table's row that was picked; "" for none, or for one that is not there."""
    rows = st.session_state[key].selection.rows
    return ids[rows[0]] if rows and rows[0] in range(len(ids)) else ""


def _hold(name: str, value: str) -> None:
    st.session_state.setdefault(_STORE, {})[name] = value


def bind(name: str, place: str = "", **decode: Any) -> dict[str, Any]:
    """Keyword arguments that tie a widget to a field: its key, current value and callback.

    ``place`` tells apart two widgets for one field. ``to_widget`` and ``to_field`` in ``decode``
    convert between the field's text and what the widget holds.
    """
    to_widget = decode.get("to_widget", lambda value: value)
    to_field = decode.get("to_field", str)
    key = f"widget_{name}_{place}"
    held = to_widget(get(name))
    page, bound = st.session_state.get(_PAGE), st.session_state.setdefault(_BOUND, {})
    # Setting what is already there would throw back a reader who has moved on since; but after a
    # page switch what is there belongs to the other page's widget and is lost with it.
    if bound.get(key) != page or st.session_state.get(key) != held:
        st.session_state[key] = held
    bound[key] = page

    def changed() -> None:
        value = st.session_state.get(key)
        if value is not None:
            put(name, to_field(value))

    return {"key": key, "on_change": changed}


def _read(name: str, text: str) -> str | None:
    """What a field holds of this text, cut as one from an address is; None where it holds none.

    A select box whose labels changed sends back an old label; any client can send what no widget
    of ours would.
    """
    try:
        return FIELDS[name][1](text, tables())
    except (FieldError, regions.RegionError, alignment.DateError, ScenarioError):
        return None


def publish() -> None:
    """Write the fields that differ from their default into the address."""
    if st.session_state.pop(_QUIET, False):
        return
    address = _address()
    if dict(st.query_params) != address:
        st.query_params.from_dict(address)
    st.session_state[_SEEN] = address


def reset() -> None:
    """Back to the defaults of every field."""
    st.session_state[_STORE] = {}
    st.session_state[_PROBLEMS] = []


def here() -> str:
    """The address of the page without its view.

    In a frame Streamlit gives the address of the page around it, which is somebody else's; there
    the origin of our own connection tells who we are.
    """
    origin = st.context.headers.get("Origin", "") if st.context.is_embedded else ""
    if re.fullmatch(r"https?://[A-Za-z0-9.:-]+", origin):
        return f"{origin}/{page()}"
    return (st.context.url or "").split("?")[0]


def link(**changes: str) -> str:
    """The full address of this view; ``changes`` names what differs in it, "" leaves it out."""
    base = here()
    fields = _address() | changes
    query = urlencode({name: text for name, text in fields.items() if text})
    return f"{base}?{query}" if query else base


def page() -> str:
    """The path of the page that is drawn; "" for the brief."""
    return str(st.session_state.get(_PAGE, ""))


def day() -> date:
    """The as-of date: the chosen one, or today (the end of the last cycle once that is past)."""
    return date.fromisoformat(get("date")) if get("date") else alignment.date_range(tables())[1]


def level() -> int:
    """The chosen evidence level, 0 to 5."""
    return int(get("level"))


def analyst() -> bool:
    """Whether the reader wants analyst depth."""
    return get("depth") == "analyst"


def _address() -> dict[str, str]:
    store = st.session_state.get(_STORE, {})
    return {name: get(name) for name in FIELDS if name in store and get(name) != FIELDS[name][0]}
