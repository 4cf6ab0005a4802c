"""The replay of December 2021 as a tour of six steps: what was known, promised, guessed; what came.

The step, the guessed camp and the guessed share are fields of the view, so that each step has an
address. The numbers come from ``mulembe.scenario.replay``.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import lru_cache

import numpy as np
import pandas as pd
import streamlit as st

from components import seat_tiles, state, theme, whatif
from components.data import region, tables
from components.explain import open_page
from components.person import cited
from components.places import places, short_name
from components.provenance import footer
from components.replay import december, pledged, reckoning
from components.replay.misses import RIVAL, error_sentence, own_error
from components.scenario import tickets
from components.scenario.shown import TAG
from components.text import dated, long_day, plain
from components.tiles import add_legend, tile_figure
from mulembe import alignment
from mulembe.scenario import presets, replay
from mulembe.scenario.model import Scenario
from mulembe.scenario.outcome import Outcome
from mulembe.scenario.replay import OwnError
from mulembe.tables import Tables

STEPS = {
    "1": "The talks",
    "2": "Who stood where",
    "3": "January 2022",
    "4": "Your guess",
    "5": "What came",
    "6": "How wrong",
}
_HIDDEN, _SHOWN = "tour_hidden", "tour_shown"  # kept for the session, not for the address
SHORT_FOR = 0.4  # s; a busy browser needs that long to draw the short page
IN_SAMPLE = "In-sample: its numbers were fitted on this very result."
_COUNTED = {
    alignment.DEFAULT_LEVEL: "L3: endorsed on record",
    1: "L1: was seen there",
}
_QUESTION = {
    "government": "Share of Odinga's 2017 votes in the five counties that goes to Ruto",
    "opposition": "Share of Kenyatta's 2017 votes in the five counties that goes to Odinga",
    "third": "Share of every 2017 vote in the five counties that OKA takes",
}


def offer() -> None:
    """Offer the tour in one line on the first visit, and as a plain button afterwards."""
    with st.container(horizontal=True, vertical_alignment="center", key="tour_offer"):
        if st.session_state.get(_HIDDEN):
            _start_button("Replay December 2021", "tertiary")
            return
        st.markdown(
            "**New here?** See in a minute what was known in December 2021, make a guess, and see "
            "how wrong it was.",
            width="content",
        )
        _start_button("Start the replay", "secondary")
        st.button(
            "Not now",
            key="tour_hide",
            type="tertiary",
            on_click=st.session_state.__setitem__,
            args=(_HIDDEN, True),
        )


def _start_button(label: str, kind: str) -> None:
    st.button(
        label,
        icon=":material/replay:",
        key="tour_start",
        type=kind,  # type: ignore[arg-type]
        on_click=_go,
        args=("1",),
    )


def _go(step: str) -> None:
    """Go to a step; "" leaves the tour and gives the reader's own view back."""
    state.put("tour", step)
    st.session_state[_HIDDEN] = True
    if not step:
        december.leave()


def _restart() -> None:
    for field in ("guess", "follow"):
        state.put(field, state.FIELDS[field][0])
    for field, value in december.FIELDS.items():
        state.put(field, value)
    _go("1")


def tour() -> None:
    """Draw the step of the view, and the way on, back and out."""
    step = state.get("tour")
    st.title("December 2021, replayed", anchor=False)
    _navigation(step)
    body = st.empty()
    if st.session_state.get(_SHOWN) not in (None, step):
        # A page that is short for a moment is shown from its top; Streamlit has no other way.
        body.caption("One moment.")
        time.sleep(SHORT_FOR)
    st.session_state[_SHOWN] = step
    with body.container():
        _DRAWN[step]()
        st.divider()
        _onwards(step)


def _navigation(step: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="tour_steps"):
        st.pills(
            "Step of the replay",
            list(STEPS),
            format_func=lambda number: f"{number} {STEPS[number]}",
            required=True,
            label_visibility="collapsed",
            **state.bind("tour", "steps"),
        )
        st.button(
            "Leave",
            icon=":material/close:",
            key="tour_leave",
            type="tertiary",
            on_click=_go,
            args=("",),
        )
    st.caption(
        f"Step {step} of {len(STEPS)}. The app stands in December 2021: votes of August 2017, "
        f"camps as of {long_day(replay.AFTER_TALKS)}, all five counties. Leave gives your own view "
        "back."
    )


def _onwards(step: str) -> None:
    number = int(step)
    with st.container(horizontal=True, vertical_alignment="center", key="tour_onwards"):
        if number > 1:
            st.button(
                "Back",
                icon=":material/arrow_back:",
                key="tour_back",
                on_click=_go,
                args=(str(number - 1),),
            )
        if number < len(STEPS):
            st.button(
                f"Next: {STEPS[str(number + 1)]}",
                icon=":material/arrow_forward:",
                key="tour_next",
                type="primary",
                on_click=_go,
                args=(str(number + 1),),
            )
            return
        if st.button("Now try 2027", icon=":material/tune:", key="tour_2027", type="primary"):
            _to_2027()
        st.button("Start again", icon=":material/replay:", key="tour_again", on_click=_restart)


def _to_2027() -> None:
    _go("")
    if whatif.scenario().cycle != whatif.CYCLE:
        whatif.open_preset(presets.DEFAULTS[whatif.CYCLE])
    st.switch_page("components/pages/scenario.py")


def _talks() -> None:
    told = replay.talks(tables())
    st.subheader("26 December 2021: talks at Khwisero", anchor=False)
    people = told.present["politician"].nunique()
    st.markdown(
        plain(
            f"Raila Odinga met members of Mudavadi's party at Francis Atwoli's home; {people} "
            "people are on record as present. What was claimed of it:"
        )
    )
    st.markdown(f"> #### {plain(told.claim)}\n>\n> {cited(told.claim_source)}")
    strong = told.present[told.present["level"] >= alignment.DEFAULT_LEVEL]["politician"]
    st.markdown(
        plain(
            f"On what evidence? Only {', '.join(strong)}, the candidate himself, is at L3 or "
            "stronger. Being there is L1: attending is not declaring."
        )
    )
    table = _events_table(told.present)
    drawn = table.drop(columns=["Date", "Source"])
    st.dataframe(drawn, hide_index=True, key="tour_present", width="stretch")
    footer(told.sources, table, "mulembe-replay-talks", method="evidence-levels")


def _events_table(events: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Who": events["politician"],
            "Then": events["office_then"],
            "Evidence": [f"L{n} {alignment.LEVELS[n].lower()}" for n in events["level"]],
            "Date": [
                dated(day, note)
                for day, note in zip(events["date"], events["date_note"], strict=True)
            ],
            "What is said": events["statement"],
            "Source": events["source_id"].map(pledged.title),
        }
    )


def _stands() -> None:
    st.subheader(f"{long_day(replay.AFTER_TALKS)}: who stood where", anchor=False)
    level = st.segmented_control(
        "Count a member for a camp from",
        list(_COUNTED),
        format_func=_COUNTED.__getitem__,
        default=alignment.DEFAULT_LEVEL,
        required=True,
        key="tour_level",
    )
    found = replay.standing(tables(), level=level)
    st.markdown(plain(seat_tiles.headline(found.seats, found.day, found.level)))
    left, right = st.columns([55, 45], gap="medium")
    with left:
        _seat_picture(found)
    with right:
        _undeclared_then(replay.standing(tables()), level)
    footer(
        found.sources,
        _seat_rows(found),
        "mulembe-replay-seats",
        "Hatched: undeclared, with weaker evidence. Attending is not declaring.",
        method="alignment",
    )


def _undeclared_then(found: replay.Standing, level: int) -> None:
    """The members who had been at the talks and had not declared, and what counting them does."""
    latest = found.weaker[found.weaker["date"] == replay.TALKS]
    st.markdown(f"**{len(latest)} of them had been at the talks, and had not declared**")
    if level < found.level:
        st.caption(
            "They are coloured now because being there, or meaning to urge somebody, is counted. "
            "None of them had endorsed a camp on record."
        )
    for row in latest.to_dict("records"):
        st.markdown(
            f"**{plain(row['politician'])}**, {plain(row['constituency'])}: L{row['level']} "
            f"{plain(alignment.LEVELS[row['level']].lower())}, {dated(row['date'])}  \n"
            f":small[{plain(row['statement'])} {cited(row['source_id'])}]"
        )


def _seat_picture(found: replay.Standing) -> None:
    region, seats = places(tuple(found.seats.index)), found.seats
    names = seat_tiles.camp_names()
    colours = {str(c): seat_tiles.camp_colour(camp) for c, camp in seats["camp"].items()}
    hatched = list(found.weaker.index)
    labels = {
        str(code): f"{seat['constituency']}\n{seat['politician'] or 'vacant'}\n"
        f"{names[seat['camp']]}"
        for code, seat in seats.iterrows()
    }
    figure = tile_figure(
        region, colours, region["name"].map(short_name).to_dict(), labels, hatched, "", 430
    )
    counts = seats["camp"].value_counts()
    add_legend(figure, [(names[c], seat_tiles.camp_colour(c), int(n)) for c, n in counts.items()])
    st.plotly_chart(
        figure,
        key="tour_seats",
        theme=None,
        config=theme.chart_config("mulembe-replay-seats"),
        alt=seat_tiles.headline(seats, found.day, found.level),
    )


def _seat_rows(found: replay.Standing) -> pd.DataFrame:
    names, seats = seat_tiles.camp_names(), found.seats
    return pd.DataFrame(
        {
            "Constituency": seats["constituency"],
            "Member": seats["politician"],
            "Elected on": seats["party"],
            "Camp": seats["camp"].map(names),
            "Evidence": [f"L{n:.0f}" if pd.notna(n) else "" for n in seats["level"]],
            "Weaker evidence": found.weaker["camp"].reindex(seats.index).fillna(""),
            "Source": [pledged.title(s) if s else "" for s in seats["source_id"]],
        }
    )


def _january() -> None:
    found = replay.realignment(tables())
    st.subheader(f"{long_day(replay.REALIGNED)}: the realignment", anchor=False)
    for event in found.declared.to_dict("records"):
        st.markdown(
            f"**{plain(event['politician'])}** to {plain(event['camp_name'])}, L{event['level']} "
            f"{plain(alignment.LEVELS[event['level']].lower())}: {plain(event['statement'])} "
            f":small[{cited(event['source_id'])}]"
        )
    there = ", ".join(found.attended["politician"])
    st.markdown(plain(f"At the congress, and no more than that (L1): {there}."))
    pledged.promised(found)


def _guess() -> None:
    st.subheader("Your guess, before you see the result", anchor=False)
    st.markdown("Mudavadi and Wetang'ula have moved. Whom do voters follow, and how many?")
    names = tickets.names(replay.guess("third", 0.5, tables()))
    st.segmented_control(
        "Camp that gains",
        ("government", "opposition", "third"),
        format_func=names.__getitem__,
        required=True,
        **state.bind("guess", "tour"),
    )
    st.slider(
        _QUESTION[state.get("guess")],
        0,
        100,
        step=5,
        format="%d%%",
        **state.bind("follow", "tour", to_widget=int),
    )
    outcome = _guessed()
    shares = 100 * outcome.total_shares()
    told = ", ".join(
        f"{names[t]} {shares[i]:.1f}%" for i, t in enumerate(replay.CAMPS) if shares[i] > 0
    )
    st.markdown(f"#### {plain(f'Then the five counties give {told}.')}")
    st.caption(
        f"{TAG}. Worked out on the votes of August 2017; the rest of both columns stays "
        "where it was. The result of 2022 is not in it."
    )


def _guessed() -> Outcome:
    scenario = replay.guess(state.get("guess"), int(state.get("follow")) / 100, tables())
    return whatif.outcome(scenario)


def _came() -> None:
    parts = replay.reveal(tables())
    st.subheader("9 August 2022: what came", anchor=False)
    province, five = parts
    left, right = st.columns([34, 66], gap="large")
    with left:
        st.metric("Ruto in the old province", f"{province.share:.1f}%")
        st.markdown(
            plain(
                f"Pledged of it: {province.least:.0f}% to {province.most:.0f}%. Over the five "
                f"counties he had {five.share:.1f}%; Odinga led with {five.rival:.1f}%."
            )
        )
    with right:
        outcome = _guessed()
        guessed = {
            part.region: _ruto(outcome, outcome.base.mask(region(part.region).codes))
            for part in parts
        }
        reckoning.reveal_chart(parts, guessed)
    pledged.kept(replay.realignment(tables()))
    st.markdown("**Your guess, by constituency**")
    own_error(_own(tables(), _guessed().scenario), "guess", "Your guess")


def _ruto(outcome: Outcome, mask: np.ndarray) -> float:
    """The government's share over some units, percent."""
    return 100 * float(outcome.total_shares(mask)[tickets.place("government")])


@lru_cache(maxsize=32)
def _own(held: Tables, scenario: Scenario) -> OwnError:
    return replay.own_error(whatif.outcome(scenario), held)


def _how_wrong() -> None:
    st.subheader("How wrong would each way of reckoning have been?", anchor=False)
    reckoning.methods_chart(replay.methods(tables()))
    st.markdown("**Beside them**")
    own = _own(tables(), _guessed().scenario)
    st.markdown(f"- {plain(error_sentence(own, 'Your guess'))} {_rival_miss(own)}")
    preset = presets.preset("jan-2022", tables())
    fitted = _own(tables(), preset.scenario)
    told = error_sentence(fitted, f"'{preset.title}'")
    st.markdown(f"- {plain(told)} {_rival_miss(fitted)} {IN_SAMPLE}")
    reckoning.method_misses()
    open_page("evidence", "All scores in the back-test", ":material/table:", evidence="backtest")


def _rival_miss(error: OwnError) -> str:
    """The same miss on the other side's share, in a sentence."""
    return f"Of {RIVAL}'s share it misses {error.rival().mae:.1f} points."


def scenario_error() -> None:
    """For any page: how wrong the scenario of the view is against 2022, if it is of that cycle."""
    scenario = whatif.scenario()
    if scenario.cycle != replay.CYCLE:
        return
    st.subheader("How wrong it would have been", anchor=False)
    own_error(_own(tables(), scenario), "scenario", "This scenario")
    if scenario.preset == "jan-2022":
        st.caption("In-sample: the numbers of this preset were fitted on the result itself.")


_DRAWN: dict[str, Callable[[], None]] = {
    "1": _talks,
    "2": _stands,
    "3": _january,
    "4": _guess,
    "5": _came,
    "6": _how_wrong,
}
