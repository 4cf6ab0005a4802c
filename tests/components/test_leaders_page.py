"""The Leaders & MPs page: who stands where on a date, shown as the tables have it."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pandas as pd
import pytest
from opening import opened
from streamlit.testing.v1 import AppTest

from components import theme
from components.member_gap import gap_sentence
from components.seat_table import filtered, seat_rows
from components.seat_tiles import headline
from components.text import dated
from components.timeline import ROWS, in_span, table_of, widened
from mulembe import alignment, people, regions
from mulembe.elections import region_results
from mulembe.scenario.link import decode
from mulembe.tables import Tables

FOUR = {"199": "Savula", "206": "Nabulindo", "215": "Milemba", "208": "Aseka"}


@pytest.fixture(scope="module")
def tables() -> Tables:
    return Tables()


def open_page(**view: str) -> AppTest:
    return opened("leaders", **view)


def text_of(app: AppTest) -> str:
    """All text blocks, without the escapes that keep table text out of the markup."""
    blocks = [*app.markdown, *app.caption, *app.info, *app.warning]
    return "\n".join(block.value for block in blocks).replace("\\", "")


def seats_table(app: AppTest) -> pd.DataFrame:
    return next(frame.value for frame in app.dataframe if "Weaker evidence" in frame.value)


def tile_bar(app: AppTest) -> dict[str, Any]:
    chart = next(c for c in app.get("plotly_chart") if c.key.startswith("seats_"))
    return json.loads(chart.proto.spec)["data"][0]


def test_on_27_december_2021_four_members_are_undeclared_at_l3() -> None:
    app = open_page(date="2021-12-27")
    told = text_of(app)
    assert "2 of 38 members stood with Azimio, 1 with Kenya Kwanza, 1 with OKA" in told
    assert "34 were undeclared, 8 of them with weaker evidence." in told
    table = seats_table(app).set_index("Member")
    for surname in FOUR.values():
        member = next(name for name in table.index if name.endswith(surname))
        assert table.loc[member, "Camp"] == "Undeclared"
        assert table.loc[member, "Weaker evidence"].startswith("Azimio L")


def test_on_27_december_2021_the_four_stand_with_azimio_at_l1() -> None:
    app = open_page(date="2021-12-27", level="1")
    table = seats_table(app).set_index("Member")
    for surname in FOUR.values():
        member = next(name for name in table.index if name.endswith(surname))
        assert table.loc[member, "Camp"] == "Azimio"
        assert table.loc[member, "Evidence"] in {"L1", "L2"}
    assert "10 of 38 members stood with Azimio" in text_of(app)


def test_february_2022_differs_from_december_2021() -> None:
    app = open_page(date="2022-02-01")
    assert "6 of 38 members stood with Azimio, 4 with Kenya Kwanza" in text_of(app)
    table = seats_table(app).set_index("Constituency")
    assert table.loc["Lugari", ["Camp", "Evidence"]].tolist() == ["Azimio", "L4"]


def test_on_election_day_the_new_members_stand_at_l5() -> None:
    table = seats_table(open_page(date="2022-08-09")).set_index("Constituency")
    assert set(table["Evidence"]) == {"L5"}
    assert table.loc["Lugari", "Member"] == "Nabii Nabwera"
    assert table.loc["Nambale", "Camp"] == "Undeclared"


def test_a_vacant_seat_is_shown_as_vacant() -> None:
    app = open_page(date="2021-01-15", c="206")
    told = text_of(app)
    assert "of 36 members" in told
    assert "2 seats were vacant" in told
    assert "**Seat vacant** on 15 January 2021" in told
    assert "Justus Murunga (ANC)" in told
    table = seats_table(app).set_index("Constituency")
    assert table.loc["Matungu", ["Member", "Camp"]].tolist() == ["vacant", "Seat vacant"]


def test_the_card_of_a_member_has_the_claims_the_level_and_the_source() -> None:
    app = open_page(date="2021-12-31", person="ayub-savula")
    told = text_of(app)
    assert "Opposing claims" not in told  # the party's notice against him names no camp
    assert "Elected on **ANC**, 8 Aug 2017" in told
    assert "### Azimio" in told
    assert "L3 explicit endorsement · 31 Dec 2021" in told
    assert "](https://" in told
    assert [box.label for box in app.expander] == ["Full history: 8 dated events"]


def test_the_card_lists_what_opposes_a_stand() -> None:
    told = text_of(open_page(date="2022-09-01", person="omboko-milemba"))
    assert "### Kenya Kwanza" in told
    assert "**Opposing claims** by this date:" in told


def test_the_card_of_a_member_below_the_level_shows_the_weaker_event() -> None:
    told = text_of(open_page(date="2021-12-27", c="208"))
    assert "### Undeclared" in told
    assert "**Weaker evidence**, which does not count at L3" in told
    assert "L2 will urge or work with · 26 Dec 2021 (day inferred)" in told


def test_choosing_a_politician_in_the_search_shows_the_card() -> None:
    app = open_page(date="2021-12-31")
    assert "**No seat chosen.**" in text_of(app)
    find = next(box for box in app.selectbox if box.label.startswith("Find an MP"))
    find.set_value("wycliffe-oparanya").run()
    assert "Governor, Kakamega" in text_of(app)
    assert app.query_params["person"] == "wycliffe-oparanya"


def test_a_date_button_and_the_slider_move_the_page() -> None:
    app = open_page(date="2021-12-27")
    assert "The day after the Khwisero talks." in text_of(app)
    app.pills[0].set_value("2021-12-31").run()
    assert "3 of 38 members stood with Azimio" in text_of(app)
    assert app.query_params["date"] == "2021-12-31"
    app.select_slider[0].set_value("2022-08-09").run()
    assert "21 of 38 members stood with Azimio" in text_of(app)


def test_tiles_are_hatched_for_weaker_evidence_and_outlined_for_the_chosen_seat() -> None:
    bar = tile_bar(open_page(date="2021-12-27", c="208"))
    codes, shapes = bar["customdata"], bar["marker"]["pattern"]["shape"]
    hatched = {code for code, shape in zip(codes, shapes, strict=True) if shape}
    assert len(codes) == 38
    assert len(hatched) == 8
    assert set(FOUR) <= hatched
    widths = dict(zip(codes, bar["marker"]["line"]["width"], strict=True))
    assert max(widths, key=widths.get) == "208"
    fills = dict(zip(codes, bar["marker"]["color"], strict=True))
    assert fills["220"] == theme.SLOTS["opposition"]
    assert {fills[code] for code in FOUR} == {theme.SLOTS["undeclared"]}


def test_the_filters_narrow_the_seats_table() -> None:
    app = open_page(date="2021-12-27", county="038")
    assert len(seats_table(app)) == 5
    assert "5 of 38 seats on 27 December 2021" in text_of(app)
    app.text_input[0].set_value("emuhaya").run()
    assert seats_table(app)["Constituency"].tolist() == ["Emuhaya"]
    app.text_input[0].set_value("no such place").run()
    assert "No seat fits the filters." in text_of(app)
    assert "No event of this cycle fits the filters." in text_of(app)


def test_the_agreement_index_needs_ten_declared_members() -> None:
    app = open_page(date="2021-12-27")
    assert app.metric[0].value == "4 of 38"
    assert "Azimio 2, Kenya Kwanza 1, OKA 1." in text_of(app)
    assert "Too few declared for an agreement index (needs 10)." in text_of(app)
    assert "Agreement index 0" not in text_of(app)
    none = open_page(date="2021-12-27", level="5")
    assert none.metric[0].value == "0 of 38"
    assert "No member is declared at this level" in text_of(none)


def test_the_formula_of_the_index_is_for_analysts() -> None:
    plain_reader = open_page(date="2022-08-09")
    assert plain_reader.metric[0].value == "37 of 38"
    assert "Agreement index 0.14" in text_of(plain_reader)  # |21 - 16| / 37
    assert "Rice" not in text_of(plain_reader)
    assert "Rice's index" in text_of(open_page(date="2022-08-09", depth="analyst"))


def test_the_side_of_the_parties_stands_beside_the_undeclared() -> None:
    told = text_of(open_page(date="2026-03-01"))
    assert "of the 35 undeclared, 25 sat for parties with the government" in told
    assert "6 for parties with the opposition (DAP-K 5, JP 1)" in told
    assert "4 for no party with a recorded side (ANC 3, independent 1)" in told
    assert "a party's side is not a member's word." in told


def test_the_table_and_the_card_keep_the_party_apart_from_the_member() -> None:
    app = open_page(date="2026-03-01", c="216")
    row = seats_table(app).set_index("Constituency").loc["Mt. Elgon"]
    assert (row["Elected on"], row["Party's side"], row["Camp"]) == (
        "UDA",
        "Government",
        "Undeclared",
    )
    assert "Party's side on this date: Government (Broad-based government" in text_of(app)


def test_the_camps_are_explained() -> None:
    assert "Behind Ruto in 2022; before January 2022 this means the Ruto side" in text_of(
        open_page(date="2021-12-27")
    )
    assert "since March 2025 the broad-based arrangement with ODM" in text_of(
        open_page(date="2026-03-01")
    )


def test_the_base_of_the_gap_is_named_in_the_cycle_to_2027() -> None:
    told = text_of(open_page(date="2026-03-01"))
    assert "Odinga's column has no heir" in text_of(open_page(date="2026-03-01"))
    assert "stood with the government" in told
    assert "has no heir" not in text_of(open_page(date="2022-08-09"))


def test_a_region_of_one_county_counts_its_own_seats() -> None:
    told = text_of(open_page(date="2021-12-27", region="county:038"))
    assert "of 5 members" in told


def test_the_download_has_every_seat_with_its_ids(tables: Tables) -> None:
    day = date(2021, 12, 27)
    rows = seat_rows(alignment.seats(tables, day), day, 3).set_index("Code")
    assert len(rows) == 38
    assert rows.loc["208", ["Event id", "Weaker event id"]].tolist() == ["", "A024"]
    assert rows.loc["208", "Source id"] == "khwisero-article-2021"
    assert rows.loc["220", ["Event id", "Term id"]].tolist() == ["A018", "T082"]
    assert rows["Term source id"].ne("").all()


def test_search_needs_every_word(tables: Tables) -> None:
    day = date(2021, 12, 27)
    rows = seat_rows(alignment.seats(tables, day), day, 3)
    assert filtered(rows, "", "", "savula kakamega")["Constituency"].tolist() == ["Lugari"]
    assert filtered(rows, "", "", "savula bungoma").empty
    assert filtered(rows, "", "OKA", "")["Member"].tolist() == ["Malulu Injendi"]


def test_the_gap_sentence_counts_members_apart_from_their_voters(tables: Tables) -> None:
    day, region = date(2022, 8, 9), regions.parse("west5", tables)
    seats = alignment.seats(tables, day, 3, region)
    gap = alignment.member_voter_gap(seats, tables, region_results(tables, "2022", region))
    apart = int((gap["own"] < gap["rival"]).sum())
    assert apart == 10
    assert gap_sentence(gap, seats) == (
        "The 2022 vote went the other way in 10 of the 37 declared members' constituencies."
    )


def test_the_headline_speaks_of_vacant_seats_and_of_nobody(tables: Tables) -> None:
    day = date(2021, 1, 15)
    told = headline(alignment.seats(tables, day, 5), day, 5)
    assert told == (
        "On 15 January 2021, none of 36 members stood with Kenya Kwanza, none with OKA on "
        "evidence L5; 36 were undeclared, 1 of them with weaker evidence; 2 seats were vacant."
    )


def test_the_span_widens_only_when_it_is_empty(tables: Tables) -> None:
    events = people.cycle_timeline(tables, date(2021, 12, 27))
    assert widened(events, date(2021, 12, 27), "months") == "months"
    assert widened(events, date(2021, 1, 15), "months") == "cycle"
    inside = in_span(events, date(2021, 12, 27), "months")
    assert inside["date_known"].between("2021-09-26", "2022-02-26").all()
    assert inside["politician_id"].nunique() > ROWS
    assert table_of(inside)["Date"].iloc[0] >= table_of(inside)["Date"].iloc[-1]


def test_dates_are_written_as_precisely_as_they_are_known() -> None:
    assert dated("2021-12-31") == "31 Dec 2021"
    assert dated("2019-01", "only the month is known") == "Jan 2019 (only the month is known)"
    assert dated("2021") == "2021"


def kingpin_words(app: AppTest) -> str:
    return "\n".join(m.value for m in [*app.markdown, *app.caption]).replace("\\", "")


def test_a_kingpin_shows_home_side_pledge_and_reach() -> None:
    told = kingpin_words(opened("leaders", date="2022-08-09"))
    assert "**Home:** Kabuchai (home). Reports differ: Kabuchai, Kanduyi, Sirisia" in told
    assert "90% pledged; William Ruto had 37.4% (\u221252.6 points)" in told
    assert (
        "no share was named, so there is no gap to measure; not measured: said of the Luhya" in told
    )
    assert told.count("**Reach, fitted on 2017 to 2022:**") == 2
    assert told.count("**Reach:** not fitted") == 7


def test_a_pledge_is_not_shown_before_its_day() -> None:
    assert "90% pledged" not in kingpin_words(opened("leaders", date="2021-12-27"))


def test_a_kingpin_can_be_tried_with_every_camp_alike() -> None:
    app = opened("leaders")
    keys = {b.key for b in app.button if b.key and b.key.startswith("try_moses-wetangula_")}
    assert keys == {f"try_moses-wetangula_{camp}" for camp in ("opposition", "government", "third")}


def test_trying_a_kingpin_adds_the_move_to_the_scenario() -> None:
    app = opened("leaders")
    app.button(key="try_edwin-sifuna_opposition").click().run()
    assert not app.exception
    text = app.query_params["s"]
    held = decode(text[0] if isinstance(text, list) else text, Tables()).scenario
    (move,) = held.moves
    assert (move.leader, move.camp, move.home, move.delivery) == (
        "edwin-sifuna",
        "opposition",
        "220",
        0.5,
    )


def test_a_view_to_be_read_offers_no_move() -> None:
    app = opened("leaders", view="1")
    assert not any(b.key and b.key.startswith("try_") for b in app.button)
    assert "fork it on the Scenario page" in kingpin_words(app)
