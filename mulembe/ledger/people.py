"""Leaders whose home ground is reported in two places, and polls reported in two ways."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from mulembe.ledger.entry import Entry, Place, Reading
from mulembe.scenario.base import distances
from mulembe.tables import Tables

FITTED = {"musalia-mudavadi": "mudavadi_home", "moses-wetangula": "wetangula_home"}


def homes(tables: Tables) -> Iterator[Entry]:
    """Yield an entry for every leader whom reports place in more than one constituency."""
    place = Place(tables)
    rows = tables["homes"]
    names = tables["politicians"].set_index("politician_id")["name"]
    rows = rows[rows["conflict"]].sort_values("rank")
    for who, held in rows.groupby("politician_id"):
        codes = list(held["constituency_code"])
        yield Entry(
            f"home-{who}",
            "home",
            str(names[who]),
            "Home ground",
            "",
            place.county[codes[0]],
            tuple(
                Reading(
                    place.name[row["constituency_code"]],
                    f"{row['statement']} (confidence {row['confidence']})",
                    row["source_id"],
                    used=place_in_order == 0,
                )
                for place_in_order, row in enumerate(held.to_dict("records"))
            ),
            "Reports disagree; all are kept, and the first in rank is offered first. Any of them "
            "can be chosen in a scenario.",
            _home_effect(tables, place, str(who), codes),
            in_region=place.inside[codes[0]],
        )


def _home_effect(tables: Tables, place: Place, who: str, codes: list[str]) -> str:
    first, *others = codes
    grounds = tables["constituencies"].set_index("code").loc[codes]
    km = distances(grounds)[0]  # from the first to each
    apart = ", ".join(f"{km[i]:.0f} km to {place.name[code]}" for i, code in enumerate(others, 1))
    text = (
        f"From {place.name[first]} it is {apart}. A move of his would be strongest around the "
        "other place instead."
    )
    fits = tables["fit_homes"]
    if who not in FITTED:
        return text
    column = FITTED[who]
    fits = fits[(fits["method"] == fits["method"].iloc[0]) & fits[column].isin(codes)]
    errors = fits.set_index(column)["mae_left_out"]
    if len(errors) < 2:
        return text
    told = ", ".join(f"{errors[code]:.1f} from {place.name[code]}" for code in errors.index)
    return (
        f"{text} Distance decay fitted on 2017 to 2022 misses by {told} (mean absolute error in "
        "points, each constituency left out in turn)."
    )


def polls(tables: Tables) -> Iterator[Entry]:
    """Yield an entry for every poll about which more was found than its row says; no results."""
    for _, rows in tables["polls"].groupby("poll_id"):
        row = rows.iloc[0]
        if not row["note"]:
            continue
        out = row["released"] or row["fieldwork_to"]
        asked = "not stated" if pd.isna(row["sample"]) else f"{int(row['sample']):,} asked"
        yield Entry(
            f"poll-{row['poll_id']}",
            "poll",
            f"{row['pollster']} poll, {out}",
            "Particulars",
            "",
            "",
            (
                Reading("Sample in the table", asked, row["source_id"], used=True),
                Reading("Also found", row["note"], row["note_source_id"]),
            ),
            "The figure most of the pages give stands in the table.",
            _poll_effect(row),
        )


def _poll_effect(row: pd.Series) -> str:
    if pd.isna(row["sample"]):
        return "Without a stated sample the poll is listed apart and never drawn."
    return "Nothing on any other page: polls feed no other figure here."
