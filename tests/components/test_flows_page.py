"""The flows page shows the seats' and the votes' numbers, and its controls change them."""

import re
from pathlib import Path

import pytest
from opening import tables_opened
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


SENTENCE = re.compile(
    r"Of ten (?P<who>[^,]+), between \*\*(?P<low>[\d.]+)\*\* and \*\*(?P<high>[\d.]+)\*\* "
    r"(?P<did>.+?) \(estimate (?P<estimate>[\d.]+)\); "
    r"the totals alone say (?P<lower>[\d.]+) to (?P<upper>[\d.]+)\."
)
ENDS = ["Lowest possible", "90% from", "Estimate", "90% to", "Highest possible"]


def answers(at):
    """The sentences of ten voters by who they are and what they did."""
    found = [SENTENCE.fullmatch(m.value.replace("\\", "")) for m in at.markdown]
    return {(m["who"], m["did"]): m.groupdict() for m in found if m}


def numbers(at):
    """The table of every flow by its two ends."""
    table = next(f.value for f in at.dataframe if list(f.value.columns[2:]) == list(ORDER))
    return table.set_index(["From (2017)", "To (2022)"])


ORDER = ("Estimate", "90% from", "90% to", "Lowest possible", "Highest possible")


def counties(at):
    """The table of one flow county by county."""
    table = next(f.value for f in at.dataframe if "Interval / possible" in f.value)
    return table.set_index("Area")


def in_order(table):
    """Whether every estimate lies in its interval and every interval in its bounds."""
    ends = table[ENDS].astype(float)
    return bool((ends.diff(axis=1).iloc[:, 1:] >= -0.51).all(axis=None))


def test_votes_are_told_of_ten_voters_with_interval_and_bounds():
    at = flows_page(flow="votes")
    assert not at.exception
    assert not at.error
    told = answers(at)
    assert len(told) == 6
    first = told["2017 Odinga voters", "chose Ruto in 2022"]
    # 570 to 574,041 of 1,320,691
    assert (first["lower"], first["upper"]) == ("0.0", "4.3")
    for row in told.values():
        ends = [float(row[name]) for name in ("lower", "low", "estimate", "high", "upper")]
        assert ends == sorted(ends)
    assert float(first["high"]) - float(first["low"]) < 4.3
    assert "Estimated from area totals; individuals can differ." in shown(at)
    assert "The August 2017 election was annulled; its count is used." in shown(at)
    assert "The count of 2022 is a transcription" in shown(at)
    assert "too uncertain to be drawn solid" in shown(at)


def test_the_numbers_keep_both_elections_totals():
    table = numbers(flows_page(flow="votes"))
    before = table["Estimate"].groupby(level=0, sort=False).sum()
    after = table["Estimate"].groupby(level=1, sort=False).sum()
    for name, votes in (("Odinga", 1_320_691), ("Kenyatta", 352_877), ("No valid vote", 571_269)):
        assert abs(before[name] - votes) <= 3
    for name, votes in (("Odinga", 976_644), ("Ruto", 629_786), ("No valid vote", 996_552)):
        assert abs(after[name] - votes) <= 3
    row = table.loc[("Kenyatta", "Ruto")]
    assert (row["Lowest possible"], row["Highest possible"]) == (12_257, 352_277)
    assert in_order(table)


@pytest.mark.parametrize(("unit", "level"), [("origin", 0), ("destination", 1)])
def test_shares_add_up_to_a_hundred(unit, level):
    table = numbers(flows_page(flow="votes", unit=unit))
    assert table["Estimate"].groupby(level=level).sum().round(6).eq(100).all()
    assert in_order(table)


def test_the_twin_holds_the_region_and_its_counties():
    at = tables_opened(flows_page(flow="votes"))
    twin = max((f.value for f in at.dataframe if "Area" in f.value), key=len)
    assert twin["Area"].nunique() == 6
    assert twin.groupby("Area").size().unique().tolist() == [20]
    cell = twin[(twin["From (2017)"] == "Kenyatta") & (twin["To (2022)"] == "Ruto")]
    assert cell["Lowest possible"].iloc[0] == cell["Lowest possible"].iloc[1:].sum() == 12_257
    assert abs(cell["Estimate"].iloc[0] - cell["Estimate"].iloc[1:].sum()) <= 3
    assert in_order(twin)


def test_a_county_has_its_own_answer():
    at = flows_page(flow="votes", county="039")
    assert "Bungoma county, 9 constituencies of the 38 of the estimate" in shown(at)
    table = numbers(at)
    assert abs(table.loc["Odinga", "Estimate"].sum() - 284_786) <= 3
    row = table.loc[("Odinga", "Ruto")]
    assert row["Highest possible"] == 216_504
    whole = counties(at).loc["Bungoma"]
    assert abs(row["Estimate"] - whole["Estimate"]) <= 1


def test_kenya_is_an_area():
    at = flows_page(flow="votes", area="kenya")
    assert not at.exception
    assert "Kenya, 289 constituencies." in shown(at)
    assert "Nyando" in shown(at)
    assert len(counties(at)) == 48
    table = numbers(at)
    assert ("Odinga", "Net loss of the register") in table.index
    assert in_order(table)
    at.selectbox(key="widget_county_flows").select("040").run()
    assert "Busia county, 7 constituencies of the 38 of the estimate" in shown(at)


def test_deaths_and_removals_add_those_gone_and_move_the_answer_a_little():
    net, gone = flows_page(flow="votes"), flows_page(flow="votes", exits="4")
    assert "Left the register" not in numbers(net).index.get_level_values(1)
    left = numbers(gone).xs("Left the register", level=1)["Estimate"].sum()
    # 4% of the 2,267,012 voters of 2017, rounded in every constituency
    assert abs(left - 0.04 * 2_267_012) < 25
    assert "Net growth of the register" in numbers(net).index.get_level_values(0)
    assert "New on the register" in numbers(gone).index.get_level_values(0)
    assert any(
        who == "voters of the net growth of the register since 2017" for who, _ in answers(net)
    )
    assert any(who == "voters new on the register since 2017" for who, _ in answers(gone))
    assert "Declared, not estimated" in shown(net)
    assert "Declared, not estimated" not in shown(gone)
    assert "is assumed: 4% of the 2017 register in each constituency" in shown(gone)
    assert "gets too few of them" in shown(gone)
    assert "gets too few of them" not in shown(net)
    assert "Now shown: the net change of the register only." in shown(net)
    assert "Now shown: 4% of the 2017 register gone by 2022." in shown(gone)
    moved = re.compile(
        r"If 0%, 2%, 4%, 6% had died or been removed, of ten 2017 Odinga voters the estimate is "
        r"([\d.]+), [\d., ]+ for Odinga; ([\d.]+), [\d., ]+ for Ruto: it moves by at most [\d.]+"
    )
    line = moved.search(shown(net))
    told = answers(net)
    assert line[1] == told["2017 Odinga voters", "chose Odinga in 2022"]["estimate"]
    assert line[2] == told["2017 Odinga voters", "chose Ruto in 2022"]["estimate"]
    assert moved.search(shown(gone))[0] == line[0]


def test_another_flow_changes_the_county_table():
    tables = [
        counties(flows_page(flow="votes", cell=cell))["Highest possible"]
        for cell in ("odinga-ruto", "kenyatta-ruto")
    ]
    assert tables[0]["Bungoma"] == 216_504
    assert tables[1]["Bungoma"] == 126_475


def test_a_flow_that_is_not_held_falls_back_to_the_first_question():
    at = flows_page(flow="votes", cell="nobody-noone")
    assert not at.exception
    assert counties(at)["Highest possible"].iloc[-1] == 574_041


@pytest.mark.parametrize(("depth", "expected"), [("plain", False), ("analyst", True)])
def test_constituencies_and_diagnostics_are_for_analysts(depth, expected):
    at = tables_opened(flows_page(flow="votes", depth=depth))
    held = [f.value for f in at.dataframe if "Code" in f.value]
    assert bool(held) is expected
    assert not expected or (len(held[0]) == 38 and in_order(held[0]))
    assert ("38 units, which tell as much as" in shown(at)) is expected
    assert ("each estimate lies inside the other's interval in" in shown(at)) is expected
    assert ("The model allows 0.05 to 0.8" in shown(at)) is expected
    assert ("25 wards have results of both elections" in shown(at)) is expected


def test_a_country_is_not_drawn_constituency_by_constituency():
    at = flows_page(flow="votes", area="kenya", depth="analyst")
    assert "289 constituencies are too many for one drawing" in shown(at)


def test_few_constituencies_are_said_to_tell_little():
    assert "the answer leans on" not in shown(flows_page(flow="votes"))
    few = flows_page(flow="votes", region="county:038")
    assert (
        "The data of 5 constituencies say little: the answer leans on the model's prior"
        in shown(few)
    )
    part = flows_page(flow="votes", region="west4+136+137", county="026")
    assert not part.exception
    assert "Only 2 of the 35 of the estimate: the answer leans on the other counties." in shown(
        part
    )


def test_what_is_drawn_adds_up_to_every_flow():
    for fields in ({}, {"unit": "origin"}, {"unit": "destination", "exits": "4"}):
        at = flows_page(flow="votes", **fields)
        told = re.search(
            r"Of (\d+) flows, (\d+) \w+ drawn solid, (\d+) hatched, and (\d+) left out", shown(at)
        )
        total, *parts = map(int, told.groups())
        assert sum(parts) == total == len(numbers(at))
        drawn = next(f.value for f in at.dataframe if "Drawn" in f.value)["Drawn"]
        kinds = [drawn.str.startswith(word).sum() for word in ("solid", "hatched", "left out")]
        assert kinds == parts


def test_a_region_of_one_constituency_is_answered():
    at = flows_page(flow="votes", region="county:026-136-137-138-139")
    assert not at.exception
    assert not at.error
    assert "1 constituencies" not in shown(at)
    assert in_order(numbers(at))
