"""Polls: each drawn by itself with its margin of error, those without their particulars apart."""

from __future__ import annotations

import re
from textwrap import wrap
from typing import TypeVar

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from components import state, theme
from components.data import tables
from components.explain import explain
from components.places import on_phone
from components.provenance import footer, source_list
from components.text import dated, hover, long_day, plain
from mulembe import polls
from mulembe.polls import Poll
from mulembe.regions import Region

NOT_STATED = "not stated"
LABEL_WIDTH = 20
ROW = 34
Item = TypeVar("Item")


def view(_region: Region) -> None:
    """Draw it; on the days of the ban only the sentence that says why there is nothing.

    Polls have grounds of their own: the region of the view changes nothing here.
    """
    held = tables()
    if polls.hidden(polls.today(), held):
        _banned()
        return
    every = polls.polls(held)
    st.markdown(plain(intro(every)))
    st.caption(plain(polls.LEAVES_OUT))
    explain("polls")
    found = polls.findings(held)
    by_id = {poll.poll_id: poll for poll in every}
    several, single = questions(found)
    chosen = _choice([*several, *single])
    for question in several if not chosen else [chosen]:
        _question(question, found[found["question"] == question], by_id, 2)
    for pair in batched([] if chosen else single, 2):
        for place, question in zip(st.columns(2, gap="large"), pair, strict=False):
            with place:
                _question(question, found[found["question"] == question], by_id, 1)
    _apart([poll for poll in every if not poll.drawn])
    _particulars(every)


def batched(items: list[Item], size: int) -> list[list[Item]]:
    """A list in rows of ``size``: drawn row by row, they keep their order where columns stack."""
    return [items[start : start + size] for start in range(0, len(items), size)]


def _choice(asked_for: list[str]) -> str:
    slugs = {"": "All questions"} | {slug(question): question for question in asked_for}
    held = state.get("asked")
    if held not in slugs:
        st.info("The question of this address is not asked in a poll that is drawn; all are shown.")
        state.put("asked", "")
    st.selectbox(
        "Question",
        list(slugs),
        format_func=slugs.__getitem__,
        width=330,
        **state.bind("asked", "polls"),
    )
    return slugs[state.get("asked")] if state.get("asked") else ""


def intro(every: list[Poll]) -> str:
    """What is held, what is drawn and what a poll is, in words."""
    drawn = sum(poll.drawn for poll in every)
    *most, last = polls.NEEDED.values()
    needed = f"{', '.join(most)} and {last}"
    return (
        f"{len(every)} polls are held. {drawn} of them state {needed}, and are drawn below, each "
        f"by itself; the other {len(every) - drawn} are listed apart and never drawn. A poll is "
        "what a firm says people told it: no result and no forecast. No two are averaged, and no "
        "other number in this tool rests on any. Questions stand as they were keyed, shortened; "
        "their exact wording was not found."
    )


def questions(found: pd.DataFrame) -> tuple[list[str], list[str]]:
    """The questions asked in several polls, and those asked in one, each by name."""
    asked_in = found.groupby("question")["poll_id"].nunique()
    several = [str(question) for question in asked_in.index[asked_in > 1]]
    return several, [str(question) for question in asked_in.index[asked_in == 1]]


def _banned() -> None:
    first, last = polls.ban(tables())
    st.info(
        plain(
            f"No poll is shown from {long_day(first)} to {long_day(last)}. The Publication of "
            "Electoral Opinion Polls Act, section 7(1), forbids publishing a poll's results on "
            "election day and the five days before it. They are shown again the day after; the "
            "download of all tables leaves them out on the same days."
        ),
        icon=":material/event_busy:",
    )
    with st.popover("Sources", icon=":material/source:", key="sources_poll_ban"):
        source_list(polls.LAW)


def _question(question: str, rows: pd.DataFrame, by_id: dict[str, Poll], columns: int) -> None:
    st.subheader(plain(f"{question[0].upper()}{question[1:]}"), anchor=False)
    groups = [(by_id[str(name)], part) for name, part in rows.groupby("poll_id", sort=False)]
    top = float(rows["high"].max())
    for row in batched(groups, columns):
        for place, (poll, part) in zip(st.columns(columns, gap="large"), row, strict=False):
            with place:
                _panel(poll, part, question, top)
    told = f"Polls on “{question}”: shares with margins of error, one panel for each poll."
    footer(
        {*rows["source_id"], *(s for poll, _ in groups for s in poll.sources)},
        twin(rows, by_id),
        f"poll-{slug(question)}",
        alt=told,
    )


def _panel(poll: Poll, rows: pd.DataFrame, question: str, top: float) -> None:
    st.markdown(f"**{plain(heading(poll))}**")
    st.caption(plain(f"{poll.population}. {asked(poll)}"))
    name = f"mulembe-poll-{poll.poll_id}-{slug(question)}"
    st.plotly_chart(
        drawn(poll, rows, top),
        key=f"poll_{poll.poll_id}_{slug(question)}",
        theme=None,
        config=theme.chart_config(name),
        alt=spoken(poll, rows),
    )
    st.markdown(plain(lead(rows, question)))


def drawn(poll: Poll, rows: pd.DataFrame, top: float) -> go.Figure:
    """One poll's answers as dots with margins; every answer in the same ink, whoever it names."""
    look = theme.mode()
    names = ["<br>".join(hover(line) for line in wrap(o, LABEL_WIDTH)) for o in rows["option"]]
    figure = go.Figure(
        go.Scatter(
            x=rows["share"],
            y=names,
            mode="markers",
            marker={"size": 10, "color": look.ink},
            error_x={
                "type": "data",
                "symmetric": False,
                "array": rows["high"] - rows["share"],
                "arrayminus": rows["share"] - rows["low"],
                "color": look.muted,
                "thickness": 2,
                "width": 4,
            },
            hovertext=[
                f"{hover(o)}: {share(s, m)}"
                for o, s, m in zip(rows["option"], rows["share"], rows["margin"], strict=True)
            ],
            hoverinfo="text",
        )
    )
    for at, value, margin, high in zip(
        names, rows["share"], rows["margin"], rows["high"], strict=True
    ):
        figure.add_annotation(
            x=high,
            y=at,
            text=share(value, margin),
            xanchor="left",
            xshift=6,
            showarrow=False,
            font={"size": 12, "color": look.ink},
        )
    theme.style(figure, ROW * len(rows) + 78)
    theme.lay(
        figure, xaxis={"range": [0, 1.3 * top], "ticksuffix": "%", "nticks": 5, "fixedrange": True}
    )
    theme.lay(figure, yaxis={"autorange": "reversed", "fixedrange": True, "tickfont": {"size": 12}})
    return theme.sign(figure, f"{heading(poll)}; {poll.sample:,} asked", 28 if on_phone() else 52)


def share(value: float, margin: float) -> str:
    """A share with its margin: 35% ± 3.8."""
    return f"{value:g}% ± {margin:.1f}"


def heading(poll: Poll) -> str:
    """Who asked, and when."""
    days = dated(poll.to_day)
    if poll.from_day != poll.to_day:
        days = f"{dated(poll.from_day)} to {days}"
    return f"{poll.pollster}, {days}"


def asked(poll: Poll) -> str:
    """How many were asked and what the margin is, with who worked it out."""
    if poll.sample is None:
        return "How many were asked is not stated."
    if poll.margin_points is not None:
        return f"{poll.sample:,} asked; margin as stated: ± {poll.margin_points:g} points."
    most = polls.margin(50, poll.sample)
    return f"{poll.sample:,} asked; margin worked out by us: ± {most:.1f} points at a share of 50%."


def lead(rows: pd.DataFrame, question: str) -> str:
    """Whether the first answer is ahead of the second by more than chance, in a sentence."""
    if polls.MULTIPLE in question:
        return "Each person could name several, so the shares add up to more than 100%."
    (first, second), sample = rows["share"].iloc[:2], int(rows["sample"].iloc[0])
    margin = polls.lead_margin(float(first), float(second), sample)
    names = list(rows["option"].iloc[:2])
    gap = float(first) - float(second)
    verdict = (
        "more than chance in the sample alone would give"
        if gap > margin
        else "no more than chance in the sample could give"
    )
    return (
        f"“{names[0]}” leads “{names[1]}” by {gap:.1f} points; the margin of that lead is "
        f"± {margin:.1f}. It is {verdict}."
    )


def spoken(poll: Poll, rows: pd.DataFrame) -> str:
    """The panel in words."""
    answers = "; ".join(
        f"{o} {share(s, m)}"
        for o, s, m in zip(rows["option"], rows["share"], rows["margin"], strict=True)
    )
    return f"{heading(poll)}, {poll.population}. {asked(poll)} {answers}."


def slug(text: str) -> str:
    """A question as part of a file name."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def twin(rows: pd.DataFrame, by_id: dict[str, Poll]) -> pd.DataFrame:
    """The drawn findings as a table, every row with its poll's particulars and source."""
    poll = rows["poll_id"].map(by_id)
    return pd.DataFrame(
        {
            "Question (shortened)": rows["question"],
            "Pollster": poll.map(lambda p: p.pollster),
            "Fieldwork from": poll.map(lambda p: p.from_day),
            "Fieldwork to": poll.map(lambda p: p.to_day),
            "Who was asked": rows["population"],
            "Asked (persons)": rows["sample"],
            "Answer": rows["option"],
            "Share (%)": rows["share"].round(1),
            "Margin (± points)": rows["margin"].round(1),
            "Margin is": rows["stated"].map({True: "as stated", False: "worked out here"}),
            "Source id": rows["source_id"],
        }
    )


def _apart(lacking: list[Poll]) -> None:
    st.subheader("Polls that are not drawn", anchor=False)
    if not lacking:
        st.info("Every poll held states its particulars; there is none to list apart.")
        return
    st.markdown("What we read of these does not say enough to judge them. Their shares stay out.")
    table = pd.DataFrame(
        {
            "Pollster": [poll.pollster for poll in lacking],
            "Released": [dated(poll.released or poll.to_day) for poll in lacking],
            "Who was asked": [poll.population for poll in lacking],
            "Question (shortened)": ["; ".join(poll.questions) for poll in lacking],
            "Lacks": [", ".join(poll.lacking) for poll in lacking],
            "Also found": [poll.note for poll in lacking],
        }
    )
    st.dataframe(
        table,
        hide_index=True,
        key="polls_apart",
        column_config={
            "Lacks": st.column_config.TextColumn(width="medium"),
            "Also found": st.column_config.TextColumn(width="large"),
        },
    )
    footer({s for poll in lacking for s in poll.sources}, table, "polls-not-drawn")


def _particulars(every: list[Poll]) -> None:
    st.subheader("What each poll states about itself", anchor=False)
    st.markdown(
        plain(
            "The Publication of Electoral Opinion Polls Act, 2012, asks whoever publishes a poll "
            "in the twelve months before an election to name the sponsor, who conducted it, the "
            "days, the population and how many were contacted (section 4); a report on it adds "
            "margin of error, method and education of those asked. “Not stated” means: not in "
            "what we read of the poll. No page we read names a sponsor or gives a question in "
            "full, so that no poll here is complete in all the Act asks for."
        )
    )
    table = pd.DataFrame(
        {
            "Pollster": [poll.pollster for poll in every],
            "Fieldwork": [days_of(poll) for poll in every],
            "Released": [dated(poll.released) if poll.released else NOT_STATED for poll in every],
            "Who was asked": [poll.population for poll in every],
            "Asked": [NOT_STATED if poll.sample is None else f"{poll.sample:,}" for poll in every],
            "Sponsor": [poll.sponsor or NOT_STATED for poll in every],
            "Margin stated": [
                NOT_STATED if poll.margin_points is None else f"± {poll.margin_points:g} points"
                for poll in every
            ],
            "Question in full": NOT_STATED,
            "In the year before an election": [
                "yes, the Act applied" if poll.in_period else "no" for poll in every
            ],
            "Drawn": ["yes" if poll.drawn else "no" for poll in every],
            "Note": [poll.note for poll in every],
        }
    )
    st.dataframe(table, hide_index=True, key="polls_particulars")
    sources = {s for poll in every for s in poll.sources} | {*polls.LAW}
    footer(sources, table, "polls-particulars")


def days_of(poll: Poll) -> str:
    """The days of fieldwork, or that they are not stated."""
    return f"{dated(poll.from_day)} to {dated(poll.to_day)}" if poll.from_day else NOT_STATED
