"""The flows page shows the seats' and the votes' numbers, and its controls change them."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

APP = str(Path(__file__).resolve().parents[2] / "app.py")
PAGE = "components/pages/flows.py"


def flows_page(**fields):
    """The page opened with these view fields; ``from_`` stands for the field "from"."""
    at = AppTest.from_file(APP, default_timeout=60)
    for name, value in fields.items():
        at.query_params[name.rstrip("_")] = value
    at.run()
    return at.switch_page(PAGE).run()


def shown(at):
    """All text blocks, without the escapes that keep table text out of the markup."""
    blocks = [*at.markdown, *at.caption, *at.info]
    return " ".join(part.value.replace("\\", "") for part in blocks)


def test_the_default_view_tells_who_changed_camp():
    at = flows_page()
    assert not at.exception
    assert not at.error
    assert "8 of 38 seats changed camp: 4 to Azimio, 3 to Kenya Kwanza, 1 to undeclared" in shown(
        at
    )
    assert "27 Dec 2021: 34 undeclared, 8 with weaker evidence" in shown(at)


def test_the_moved_seats_carry_evidence_and_source():
    table = flows_page().dataframe[-1].value.set_index("Constituency")
    assert table.at["Lugari", "Member"] == "Ayub Savula"
    assert table.at["Lugari", "Evidence"] == "L4 Changed party or ticket"
    assert table["Source"].str.startswith("http").all()
    assert table.at["Malava", "What happened"].startswith("OKA ended on 2022-01-23")


def test_the_ribbon_table_names_every_seat():
    at = flows_page()
    ribbons = next(f.value for f in at.dataframe if "Step" in f.value)
    assert ribbons.groupby("Step")["Seats"].sum().tolist() == [38, 38, 38]
    row = ribbons[(ribbons["From"] == "Undeclared") & (ribbons["To"] == "Kenya Kwanza")]
    assert "Sirisia (John Waluke)" in row["Constituency (member)"].item()


def test_weights_show_voters_in_the_table():
    at = flows_page(weight="registered")
    ribbons = next(f.value for f in at.dataframe if "Step" in f.value)
    assert set(ribbons.groupby("Step")["Registered voters"].sum()) == {2_267_012}


def test_the_next_step_moves_date_b_and_tells_what_happened():
    at = flows_page(to="2022-01-13")
    assert "**Up to date B: step " in shown(at)
    assert "move date B to the previous or next day on which a seat changed" in shown(at)
    assert "Khwisero (Christopher Aseka) undeclared to Azimio" in shown(at)
    at.button(key="next_step").click().run()
    assert "23 Jan 2022" in shown(at)
    assert "no seat changed at this evidence level" in shown(at)
    at.button(key="next_step").click().run()
    assert "Malava (Malulu Injendi) OKA to undeclared as that camp ended" in shown(at)


def test_going_back_past_date_a_takes_it_along():
    at = flows_page(to="2021-12-27")
    at.button(key="previous_step").click().run()
    days = [widget.value.isoformat() for widget in at.date_input]
    assert days == ["2021-12-14", "2021-12-14"]
    assert "No seat changed camp or member" in shown(at)


def test_the_current_cycle_takes_its_own_dates():
    at = flows_page(cycle="2027")
    assert at.date_input[0].value.isoformat() == "2023-01-23"
    assert "Between 23 Jan 2023 and" in shown(at)
    assert "no election after date B yet" in shown(at)


def test_dates_in_the_wrong_order_can_be_swapped():
    at = flows_page(from_="2022-02-01", to="2021-12-27")
    assert "swap them" in shown(at)
    at.button(key="swap_dates").click().run()
    assert "8 of 38 seats changed camp" in shown(at)


def test_weaker_evidence_moves_more_seats():
    lines = {
        level: next(m.value for m in flows_page(level=level).markdown if "changed camp" in m.value)
        for level in ("1", "3", "4")
    }
    assert len(set(lines.values())) == 3


def test_votes_are_told_as_ranges():
    at = flows_page(flow="votes")
    assert not at.exception
    sentence = (
        "Of the 1,320,691 who voted Odinga in 2017, between **570 (0%)** and **574,041 (43%)** "
        "voted Ruto in 2022; the totals alone cannot say more."
    )
    assert sentence in shown(at)
    assert "everyone on the 2017 register was still there in 2022" in shown(at)
    assert "comes later" not in shown(at)


def test_the_bounds_table_holds_the_region_and_its_counties():
    at = flows_page(flow="votes")
    twin = next(f.value for f in at.dataframe if "From (2017)" in f.value)
    assert twin["Area"].nunique() == 6
    assert twin.groupby("Area").size().unique().tolist() == [20]
    cell = twin[(twin["From (2017)"] == "Kenyatta") & (twin["To (2022)"] == "Ruto")].iloc[0]
    assert (cell["Lowest"], cell["Highest"]) == (12_257, 352_277)


def test_a_county_has_its_own_sentences():
    at = flows_page(flow="votes", county="039")
    assert "Of the 284,786 who voted Odinga in 2017" in shown(at)
    assert "9 constituencies" in shown(at)


def test_another_flow_changes_the_county_table():
    tables = [
        flows_page(flow="votes", cell=cell).dataframe[-1].value.set_index("Area")["Highest"]
        for cell in ("odinga-ruto", "kenyatta-ruto")
    ]
    assert tables[0]["Bungoma"] == 216_504
    assert tables[1]["Bungoma"] == 126_475


def test_a_flow_that_is_not_held_falls_back_to_the_first_question():
    at = flows_page(flow="votes", cell="nobody-noone")
    assert not at.exception
    assert at.dataframe[-1].value["Highest"].iloc[-1] == 574_041


@pytest.mark.parametrize(("depth", "expected"), [("plain", False), ("analyst", True)])
def test_constituency_bounds_are_for_analysts(depth, expected):
    at = flows_page(flow="votes", depth=depth)
    held = [f.value for f in at.dataframe if "Code" in f.value]
    assert bool(held) is expected
    assert not expected or len(held[0]) == 38
