"""The pledge ledger on the page: sentence, rows, a base set anew, filters, the running cycle."""

from __future__ import annotations

from opening import opened
from streamlit.testing.v1 import AppTest


def words(app: AppTest) -> str:
    blocks = [*app.markdown, *app.caption, *app.info]
    return "\n".join(block.value for block in blocks).replace("\\", "").replace("\u2060", "")


def rows(app: AppTest) -> list[str]:
    found = [block.value for block in app.markdown if block.value.startswith("- ")]
    text = "\n".join(found).replace("\\", "")
    return [line for line in text.split("\n") if line.startswith("- ")]


def test_the_ledger_opens_with_what_came() -> None:
    told = words(opened("evidence"))
    assert "#### Of 4 pledges on ground with results, none was met and 4 fell short" in told
    assert "by 32.6 to 57.6 points; 2 named another ground; 1 was a demand" in told
    assert "made of the voters; 2 named no share." in told
    assert "90% pledged, William Ruto had 37.4%: \u221252.6 points, \u2212719,868 votes" in told
    assert "no share named, no gap to measure; Raila Odinga had 61.6%" in told
    assert "Bases differ: said of the Luhya community, whose votes nobody counts apart" in told


def test_every_camp_has_its_sentence() -> None:
    told = words(opened("evidence"))
    for sentence in (
        "Azimio, 2022: 2 without a share, so no gap.",
        "Kenya Kwanza, 2022: 7 with a share, 70% to 95%.",
        "OKA, 2022: no pledge held.",
        "Government, 2027: no pledge held.",
        "Opposition, 2027: no pledge held.",
        "Third ticket, 2027: no pledge held.",
    ):
        assert sentence in told
    assert "No pledge of the 2027 cycle is held" in told


def test_a_chosen_base_recalculates_at_once() -> None:
    app = opened("evidence")
    app.selectbox(key="widget_on_pledges").select("county:039").run()
    told = words(app)
    assert "Of 6 pledges with a share, measured on Bungoma, none was met" in told
    assert "6 fell short, by 6.9 to 31.9 points; 1 was a demand" in told
    assert "Every pledge is measured on Bungoma, 9 constituencies, as chosen" in told
    assert "said of Vihiga; measured on Bungoma, as chosen" in told
    assert app.query_params["on"] == "county:039"


def test_the_views_own_region_can_be_the_base() -> None:
    app = opened("evidence", region="west5-216-225-226~Hills%20out", evidence="pledges")
    box = app.selectbox(key="widget_on_pledges")
    assert "Hills out (the view's region)" in box.options
    box.select("west5-216-225-226~Hills%20out").run()
    assert "measured on Hills out, 35 constituencies" in words(app)


def test_filter_and_order() -> None:
    app = opened("evidence")
    app.selectbox(key="widget_for_pledges").select("azimio").run()
    assert [row.split(",")[0] for row in rows(app)] == [
        "- Western elders at Bukhungu II",
        "- Wycliffe Oparanya",
    ]
    app.selectbox(key="widget_told_pledges").select("measured").run()
    assert "None of the 9 pledges held here is of this camp and kind" in words(app)
    app.selectbox(key="widget_for_pledges").select("").run()
    app.selectbox(key="widget_ranked_pledges").select("date").run()
    assert rows(app)[0].startswith("- Kithure Kindiki, 20 May 2022")
    app.selectbox(key="widget_ranked_pledges").select("share").run()
    assert rows(app)[0].startswith("- Boni Khalwale and Kenya Kwanza leaders, 11 Jun 2022")


def test_several_pledges_on_one_base_stand_together() -> None:
    told = words(opened("evidence"))
    assert "8 pledges. 2022: Raila Odinga 61.6%, William Ruto 37.4%" in told
    assert "1 pledge. 2022: Raila Odinga 62.2%, William Ruto 36.7%" in told


def test_the_table_holds_the_ledger_whole() -> None:
    frames = [frame.value for frame in opened("evidence").dataframe]
    table = next(frame for frame in frames if "Pledged (%)" in frame)
    assert len(table) == 9
    assert table["Gap (votes)"].min() == -788_361
    assert table["Source ids"].str.len().gt(0).all()


def test_a_base_that_cannot_be_read_is_told() -> None:
    app = opened("evidence", on="county:999")
    assert any("not a region" in block.value for block in app.warning)
    assert "by 32.6 to 57.6" in words(app)
