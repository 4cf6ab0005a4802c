"""The reader's own two tables: how to write them, where to put them, and what they can tell."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import PurePath
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from components import heavy, state, theme
from components.provenance import footer
from components.ranges import UNITS
from components.text import plain
from components.transfer import own_files
from components.transfer.diagnostics import diagnostics_words, few_shown, few_units
from components.transfer.own_files import NO_GROUP, SIDES, TOLERANCES, Own
from components.transfer.sankey import drawing_note, vote_sankey
from components.transfer.sentence import sentences
from components.transfer.table import column_config, flow_table, height, in_unit
from mulembe.regions import Region
from mulembe.spreadsheets.grid import MOST_BYTES, MOST_CHARACTERS, MOST_COLUMNS, MOST_ROWS
from mulembe.transfer.counts import TransferError
from mulembe.transfer.own import UNACCOUNTED, Pair, same_codes
from mulembe.transfer.reading import held as held_flows
from mulembe.transfer.sizes import Result, estimated, too_much

TAG = "Estimated from area totals; individuals can differ."
FORMAT = (
    "One table for each election, as CSV or XLSX (its first visible sheet). Row 1 names the "
    "columns. The **first column** names the unit: a ward, a polling station, a constituency; the "
    "same names in both tables. **Every other column** counts the voters of one option in whole "
    "numbers; an empty cell is not a zero. The voters of a unit must be as many in both tables: "
    "add columns for those who did not vote, who came and who left. One column, in either table, "
    "may name the **group** of the unit (county, ward): units of a group are estimated together. "
    "Leave out rows and columns of totals."
)
SHORT = (
    "Upload two tables of your own, units by options, and see who moved where: the bounds, an "
    "estimate with its interval, and the flows drawn."
)
LIMITS = (
    f"At most {MOST_BYTES // 10**6} MB, {MOST_ROWS:,} units, {MOST_COLUMNS} columns, "
    f"{MOST_CHARACTERS} characters in a cell."
)
PRIVATE = (
    "Your tables stay in this session's memory: they are not stored, nobody else sees them, and "
    "the link of this page does not hold them. They are gone when you clear them, close or reload "
    "the page (from memory a few minutes later)."
)
METHOD = (
    "Every unit's table keeps both its totals exactly. The odds of each origin going to each "
    "destination are shared by the units of a group, and groups lean on the whole. The 90% "
    "interval comes from random tables that vary all of this. Lowest and highest possible are what "
    "the totals alone allow; nothing is ever outside them."
)
# Told apart on both pages; none is a camp's colour, for the options are the reader's own.
COLOURS = ("#534A86", "#3C8D93", "#A7577B", "#7A6A3A", "#6F8FC4", "#8A5A44", "#5F7F5A", "#9A86C8")
GREY = "#8A8F98"
SMALL = pd.DataFrame(
    {
        "Ward": ["Ward 1", "Ward 2"],
        "County": ["County A", "County A"],
        "List A": [4210, 3875],
        "List B": [1630, 2104],
        "Did not vote": [2160, 2021],
    }
)
BUSIEST = 60  # flows that a drawing can carry
TITLE = 14  # characters that fit over a column of the drawing


def view(region: Region) -> None:
    """Draw the format, the fields for the files, their problems or what they tell."""
    held = own_files.own()
    st.markdown(SHORT)
    _format(region, open_=not held.files)
    _uploads(held)
    if len(held.files) < len(SIDES):
        missing = [name for side, name in SIDES.items() if side not in held.files]
        st.info(
            "Nothing to show yet. "
            + ("Upload both tables" if len(missing) == 2 else f"Still to come: {missing[0]}")
            + ", or open the example to see what comes of two tables."
        )
        if held.files:
            _clear()
        return
    _settings(held)
    if not own_files.read():
        return
    if held.problems:
        _problems(held)
    elif held.pair is not None:
        _outcome(held, held.pair)


def _format(region: Region, *, open_: bool) -> None:
    with st.expander("How to write the tables, and examples to start from", expanded=open_):
        st.markdown(FORMAT)
        with st.container(key="own_example"):
            st.dataframe(SMALL, hide_index=True, width=560)
        st.caption(f"{LIMITS} {PRIVATE}")
        st.markdown(
            plain(
                f"Examples from our own tables: the registers of the constituencies of "
                f"{region.name} in 2017 and 2022."
            )
        )
        with st.container(horizontal=True, key="own_examples"):
            for kind in ("csv", "xlsx"):
                for year in ("2017", "2022"):
                    st.download_button(
                        f"{year} as {kind.upper()}",
                        lambda year=year, kind=kind: own_files.as_file(
                            own_files.examples(region)[year], kind
                        ),
                        file_name=f"example-{year}.{kind}",
                        icon=":material/download:",
                        key=f"own_example_{year}_{kind}",
                        on_click="ignore",
                    )
            st.button(
                "Open the example here",
                icon=":material/play_arrow:",
                key="own_open",
                on_click=_open_example,
                args=(region,),
            )


def _open_example(region: Region) -> None:
    own_files.clear()
    for side, (year, table) in zip(SIDES, own_files.examples(region).items(), strict=True):
        own_files.take(side, f"example-{year}.csv", own_files.as_file(table, "csv"))


def _uploads(held: Own) -> None:
    for column, (side, label) in zip(st.columns(2, gap="large"), SIDES.items(), strict=True):
        key = f"own_{side}_{held.turn}"
        with column:
            chosen = st.file_uploader(
                label, key=key, on_change=_uploaded, args=(side, key), help=LIMITS
            )
            if chosen is None and side in held.files:
                st.caption(plain(f"Held in this session: {own_files.sizes(held.files)[side]}"))


def _clear() -> None:
    st.button(
        "Clear the tables",
        icon=":material/delete:",
        key="own_clear",
        on_click=own_files.clear,
    )


def _uploaded(side: str, key: str) -> None:
    file = st.session_state.get(key)
    if not isinstance(file, UploadedFile):  # none, or one whose bytes never came
        own_files.drop(side)
    else:
        own_files.take(side, file.name, file.getvalue())


def _settings(held: Own) -> None:
    names = [NO_GROUP, *own_files.groups()]
    with st.container(horizontal=True, vertical_alignment="bottom", key="own_settings"):
        _choice("Group column", names, "group", lambda name: name or "No groups", held)
        _choice("Tolerated difference", list(TOLERANCES), "tolerance", TOLERANCES.__getitem__, held)
        _clear()
    if held.tolerance:
        st.caption(
            "Where the totals of a unit differ by no more than this, nothing is rescaled: the "
            f"missing voters become an option of their own, called {UNACCOUNTED}."
        )


def _choice(
    label: str,
    values: Sequence[Any],
    name: str,
    told: Callable[[Any], str],
    held: Own,
    of: str = "edition",
) -> None:
    """A select box for a setting; its options are drawn as text by Streamlit itself.

    ``of`` is what the setting belongs to: the files' edition, or the key of what was read.
    """
    mark = getattr(held, of)
    key = f"own_{name}_{mark}"
    chosen = getattr(held, name)
    st.session_state[key] = chosen if chosen in values else values[0]

    def changed() -> None:
        now = own_files.own()
        picked = state.chosen(key, values)
        if getattr(now, of) == mark and picked is not None:
            setattr(now, name, picked)

    st.selectbox(label, values, key=key, format_func=told, on_change=changed, width=240)


def _problems(held: Own) -> None:
    count = len(held.problems)
    st.error(
        "Nothing was loaded. "
        + ("There is one problem" if count == 1 else "There are problems")
        + " to mend: in the file, which is then uploaded again, or by the settings above where the "
        "group column or the tolerated difference is what has to change."
    )
    # A word joiner in front: a file's name may begin like a list of its own.
    st.markdown("\n".join(f"- \u2060{plain(problem)}" for problem in held.problems))


def _outcome(held: Own, pair: Pair) -> None:
    if held.result is None:
        refused = too_much(pair)
        if refused:
            st.error(plain(refused))
            return
        try:
            held.result = heavy.result(
                "Estimating who moved where",
                estimated,
                pair,
                key=held.key,
                smaller="Options weigh most: join small ones, or upload fewer units.",
                long=True,
                keep=False,
            )
        except TransferError as error:
            st.error(plain(f"These tables cannot be used: {error}."))
            return
    if held.result is not None:
        _result(held, pair, held.result)


def _result(held: Own, pair: Pair, result: Result) -> None:
    areas = list(result.flows)
    with st.container(horizontal=True, vertical_alignment="bottom", key="own_controls"):
        if len(areas) > 1:
            _choice("Area", areas, "area", lambda name: name or "All units", held, "key")
        st.segmented_control(
            "Flows in",
            list(UNITS),
            format_func=UNITS.__getitem__,
            required=True,
            **state.bind("unit", "own"),
        )
    area = held.area if held.area in areas else ""
    flows = result.flows[area]
    titles = _titles(held)
    names = [{str(option): str(option) for option in table} for table in _tables(pair)]
    place = area or _all(len(pair.origins))
    st.subheader(plain(f"Who moved where · {place}"), anchor=False)
    st.badge("Estimate", icon=":material/texture:", color="gray")
    st.caption(TAG)
    if not flows["estimate"].sum():
        st.info(plain(f"Every count is 0 in {place}: there are no voters, and nothing to show."))
        return
    _doubts(pair, area)
    left, right = st.columns([60, 40], gap="large")
    with right:
        st.subheader("Of ten voters", anchor=False)
        st.caption("The largest flows. Between: 90% interval; the estimate can sit off its middle.")
        who = {o: f"voters counted under {o} ({titles[0]})" for o in names[0]}
        did = {o: f"are counted under {o} ({titles[1]})" for o in names[1]}
        for sentence in sentences(flows, who, did):
            st.markdown(sentence)
    with left:
        _drawing(flows, pair, names, titles, place)
    _table(flows, names, titles, area or "All units")
    if state.analyst():
        st.subheader("How the estimate sits on the data", anchor=False)
        for line in diagnostics_words(result.diagnostics):
            st.markdown(line)


def _all(units: int) -> str:
    return "the one unit" if units == 1 else f"all {units:,} units"


def _doubts(pair: Pair, area: str) -> None:
    """Why this estimate is to be read with care: few units, or a number that counts nobody."""
    told = [few_units(len(pair.origins))]
    if area:
        part = sum(group == area for group in pair.groups or ())
        told.append(few_shown(part, len(pair.origins), "the other groups"))
    code = same_codes(pair)
    if code:
        told.append(
            f"'{code}' holds the same few small numbers in both tables and is counted as an "
            "option: if it is the number of a group, choose it as the group column."
        )
    if any(told):
        st.info(plain(" ".join(filter(None, told))))


def _tables(pair: Pair) -> tuple[pd.DataFrame, pd.DataFrame]:
    return pair.origins, pair.destinations


def _titles(held: Own) -> tuple[str, str]:
    """What the two columns are called: the files' names without their endings, where short."""
    first, second = (PurePath(held.files[side][0]).stem.strip() for side in SIDES)
    short = 0 < len(first) <= TITLE and 0 < len(second) <= TITLE
    return (first, second) if short and first != second else ("before", "after")


def _colours(pair: Pair) -> tuple[dict[str, str], dict[str, str]]:
    """A colour for each option; one that stands in both tables keeps its colour."""
    options = list(dict.fromkeys(str(option) for table in _tables(pair) for option in table))
    plainly = [option for option in options if not option.startswith(UNACCOUNTED)]
    given = {option: COLOURS[i % len(COLOURS)] for i, option in enumerate(plainly)}
    found = {option: given.get(option, GREY) for option in options}
    first, second = ({str(o): found[str(o)] for o in table} for table in _tables(pair))
    return first, second


def _drawing(
    flows: pd.DataFrame,
    pair: Pair,
    names: list[dict[str, str]],
    titles: tuple[str, str],
    place: str,
) -> None:
    unit = state.get("unit")
    if len(flows) > BUSIEST:
        st.caption(
            f"{len(flows):,} flows are too many to be told apart in a drawing of every one; the "
            "table has them all."
        )
    largest = flows.loc[flows["estimate"].idxmax()]
    spoken = (
        f"Flows of {len(names[0])} options to {len(names[1])} in {place}, estimated. The largest: "
        f"{largest['estimate']:,.0f} voters from {largest['origin']} to {largest['destination']}."
    )
    before, after = _colours(pair)
    st.plotly_chart(
        vote_sankey(
            flows,
            names[0],
            names[1],
            before,
            after,
            unit,
            titles=titles,
            sign=f"{titles[0]} to {titles[1]}, {place}. {TAG} Own tables, {UNITS[unit].lower()}.",
        ),
        key="own_sankey",
        theme=None,
        config=theme.chart_config("own-vote-flows"),
        alt=spoken,
    )
    st.caption(plain(drawing_note(flows, unit)))


def _table(
    flows: pd.DataFrame, names: list[dict[str, str]], titles: tuple[str, str], area: str
) -> None:
    unit = state.get("unit")
    st.subheader(f"Every flow: estimate, interval and bounds, {UNITS[unit].lower()}", anchor=False)
    st.dataframe(
        in_unit(flows, unit).rename(
            columns={"origin": f"From ({titles[0]})", "destination": f"To ({titles[1]})"}
        ),
        key="own_flows",
        hide_index=True,
        width="stretch",
        height=height(len(held_flows(flows))),
        column_config=column_config(unit),
    )
    twin = flow_table(flows, names[0], names[1], titles=titles, area=area, unit=unit)
    footer(
        (), twin, "own-vote-flows", METHOD, "Every flow in voters and shares.", method="transfer"
    )
