"""The claims on the page: verdicts, both sides, what is missing, the filter, the untestable."""

from __future__ import annotations

from opening import opened, tables_opened
from streamlit.testing.v1 import AppTest


def words(app: AppTest) -> str:
    blocks = [*app.markdown, *app.caption, *app.info]
    return "\n".join(block.value for block in blocks).replace("\\", "").replace("\u2060", "")


def labels(app: AppTest) -> list[str]:
    return [box.label.replace("\\", "") for box in app.expander if " · " in box.label]


def test_the_page_opens_with_the_count_of_verdicts() -> None:
    told = words(opened("evidence", evidence="claims"))
    assert (
        "#### Of 16 claims 13 can be put to a test: 7 supported, 3 partly, 2 not supported, "
        "1 cannot be told; 3 cannot be tested." in told
    )
    assert "'Backed' means more than 50% of the valid votes" in told


def test_the_claim_that_carries_most_has_both_sides_and_what_is_missing() -> None:
    told = words(opened("evidence", evidence="claims"))
    assert "Verdict: **Partly**" in told
    assert "2013, the province as one: 63.1%." in told
    assert "Half or less in Vihiga 47.0% (Musalia Mudavadi led)" in told
    assert "between 27.1% and 89.8% (more than half in 19 of 24 old constituencies)" in told
    assert "**Missing:** Presidential votes of 1997 by Western constituency or county." in told


def test_places_by_election_in_words() -> None:
    frames = [frame.value for frame in opened("evidence", evidence="claims").dataframe]
    table = next(f for f in frames if "More than half for Odinga" in f)
    table = table.set_index("More than half for Odinga")
    assert table.loc["Vihiga", "2007"] == "yes"
    assert table.loc["Vihiga", "2013"] == "no, 47.0%"
    assert table.loc["Bungoma", "2007"] == "cannot be told"
    assert table.loc["Trans Nzoia", "2007"] == "no"
    assert set(table["1997"]) == {"not held"}


def test_the_views_own_region_joins_the_places() -> None:
    app = opened("evidence", evidence="claims", region="core30")
    table = next(
        f.value for f in app.dataframe if "More than half for Odinga" in f.value
    ).set_index("More than half for Odinga")
    assert table.loc["Four counties less Teso and Mt. Elgon", "2013"] == "not held"
    assert "some elections cannot be cut so" in words(app)


def test_the_filter_keeps_one_verdict_and_the_address_has_it() -> None:
    app = opened("evidence", evidence="claims", verdict="not")
    assert labels(app) == [
        "The goal was to bring in ANC so that the Luhya community would vote as one · "
        "**Not supported**",
        "Raila's side hoped that Mudavadi would come over to him · **Not supported**",
    ]
    assert "Not testable, and why" not in words(app)


def test_the_untestable_stand_apart_with_the_reason() -> None:
    app = opened("evidence", evidence="claims", verdict="untested")
    told = words(app)
    assert labels(app) == []
    assert "- The talks went on for over six hours: Only the article gives a length" in told


def test_every_part_is_in_the_table_with_its_sources() -> None:
    app = tables_opened(opened("evidence", evidence="claims"))
    frames = [frame.value for frame in app.dataframe]
    table = next(frame for frame in frames if "What the tables say" in frame)
    assert table["Claim"].nunique() == 16
    assert (table["Source ids"].ne("") | table["Part"].eq("1997")).all()
    assert table.loc[table["It"].eq("cannot be told"), "Missing"].ne("").all()
