"""The Sankey, the sentences and the table of an estimate say what its numbers are."""

import math

import numpy as np
import pandas as pd
import pytest

from components.ranges import Options, amount, in_full, summed_up
from components.transfer.areas import _declared, _flow_name
from components.transfer.diagnostics import diagnostics_words, few_shown, few_units
from components.transfer.sankey import (
    PAD,
    PER_NODE,
    ROOM,
    ROOM_BESIDE,
    THICKNESS,
    _short,
    _wide,
    drawing_note,
    vote_sankey,
)
from components.transfer.sentence import sentences
from components.transfer.table import column_config, flow_table, in_unit
from mulembe.transfer import Diagnostics

NAMES = {"a": "Alpha", "b": "<b>Beta & sons</b>", "none": "Nobody"}, {"x": "Xi", "y": "Ypsilon"}
COLOURS = {"a": "#112233", "b": "#445566", "none": "#000000"}, {"x": "#AA0000", "y": "#0000AA"}


def flows():
    """1,000 voters of a and 200 of b between x and y; nobody in "none"; b's flows uncertain."""
    rows = [
        ("a", "x", 700.0, 650.0, 760.0, 300, 1000, 1000, 800),
        ("a", "y", 300.0, 240.0, 350.0, 0, 400, 1000, 400),
        ("b", "x", 100.0, 20.0, 180.0, 0, 200, 200, 800),
        ("b", "y", 100.0, 20.0, 180.0, 0, 200, 200, 400),
        ("none", "x", 0.0, 0.0, 0.0, 0, 0, 0, 800),
        ("none", "y", 0.0, 0.0, 0.0, 0, 0, 0, 400),
    ]
    columns = "origin destination estimate low high lower upper origin_total destination_total"
    return pd.DataFrame(rows, columns=columns.split())


def drawn(unit, table=None):
    return vote_sankey(
        flows() if table is None else table, *NAMES, *COLOURS, unit, titles=("2017", "2022")
    )


def bars(figure, column):
    """Heights of the nodes of a column, top first."""
    held = [s for s in figure.layout.shapes if s.xanchor == column]
    assert [s.y0 for s in held] == sorted(s.y0 for s in held)
    return [s.y1 - s.y0 for s in held]


def thickness(trace):
    """Pixels of a ribbon where it leaves."""
    return max(y for x, y in zip(trace.x, trace.y, strict=True) if x == 0) - min(
        y for x, y in zip(trace.x, trace.y, strict=True) if x == 0
    )


def test_voters_are_heights_on_one_scale():
    figure = drawn("votes")
    scale = (ROOM - PAD) / 1200
    assert bars(figure, 0) == pytest.approx([1000 * scale, 200 * scale])
    assert bars(figure, 1) == pytest.approx([800 * scale, 400 * scale])
    thick = [thickness(trace) for trace in figure.data]
    assert thick == pytest.approx([v * scale for v in (700, 300, 100, 100)], abs=0.02)


def test_every_origin_is_as_tall_as_the_others_in_shares_of_origin():
    figure = drawn("origin")
    left = bars(figure, 0)
    assert left[0] == pytest.approx(left[1])
    shares = {trace.text.split("<br>")[0]: thickness(trace) / left[0] for trace in figure.data}
    assert shares["<b>Alpha to Xi</b>"] == pytest.approx(0.7, abs=0.001)
    assert sum(bars(figure, 1)) == pytest.approx(sum(left))


def test_every_destination_is_as_tall_as_the_others_in_shares_of_destination():
    figure = drawn("destination")
    right = bars(figure, 1)
    assert right[0] == pytest.approx(right[1])
    first = next(t for t in figure.data if t.text.startswith("<b>Alpha to Ypsilon"))
    assert thickness(first) / right[0] == pytest.approx(300 / 400, abs=0.001)


def test_uncertain_ribbons_are_hatched_and_the_others_plain():
    hatched = {t.text.split("<br>")[0]: bool(t.fillpattern.shape) for t in drawn("votes").data}
    assert hatched == {
        "<b>Alpha to Xi</b>": False,
        "<b>Alpha to Ypsilon</b>": False,
        "<b>&lt;b&gt;Beta &amp; sons&lt;/b&gt; to Xi</b>": True,
        "<b>&lt;b&gt;Beta &amp; sons&lt;/b&gt; to Ypsilon</b>": True,
    }


def test_names_and_numbers_stand_beside_the_nodes_and_nobody_is_left_out():
    texts = [annotation.text for annotation in drawn("votes").layout.annotations]
    assert "Alpha<br><b>1.0k</b>" in texts
    assert "&lt;b&gt;Beta &amp;<br>sons&lt;/b&gt;<br><b>200</b>" in texts
    assert "Xi<br><b>800</b>" in texts
    assert "<b>2017</b>" in texts
    assert not any("Nobody" in text for text in texts)
    assert "700" in texts  # on its ribbon


def test_small_flows_are_left_out_of_the_drawing_and_said():
    table = flows()
    table.loc[1, ["estimate", "low", "high"]] = [4.0, 4.0, 4.0]
    assert len(drawn("votes", table).data) == 3
    note = drawing_note(table, "votes")
    assert "Left out: flows below 0.5% of all voters, 4 voters (less than 1% of all)." in note


def counted(figure):
    """Ribbons of a figure that are solid and that are hatched."""
    hatched = sum(bool(trace.fillpattern.shape) for trace in figure.data)
    return len(figure.data) - hatched, hatched


@pytest.mark.parametrize("unit", ["votes", "origin", "destination"])
def test_the_note_and_the_table_count_what_is_drawn(unit):
    table = flows()
    table.loc[1, ["estimate", "low", "high"]] = [1.0, 0.0, 350.0]  # uncertain, and not drawn
    solid, hatched = counted(drawn(unit, table))
    note = drawing_note(table, unit)
    are = "is" if solid == 1 else "are"
    assert f"Of 4 flows, {solid} {are} drawn solid, {hatched} hatched, and " in note
    assert f"and {4 - solid - hatched} left out." in note
    column = flow_table(table, *NAMES, unit=unit)["Drawn"].str.split(":").str[0]
    assert column.value_counts().to_dict() == {
        "solid": solid,
        "hatched": hatched,
        "left out": 4 - solid - hatched,
    }


def test_what_is_drawn_follows_the_unit():
    table = flows()
    table.loc[3, ["estimate", "low", "high", "destination_total"]] = [4.0, 4.0, 4.0, 8]
    ends = {
        unit: flow_table(table, *NAMES, unit=unit)["Drawn"].iloc[3]
        for unit in ("votes", "origin", "destination")
    }
    assert ends == {
        "votes": "left out: under 0.5% of all",
        "origin": "solid",
        "destination": "solid",
    }
    assert flow_table(table, *NAMES, all_drawn=True)["Drawn"].iloc[3] == "solid"


def test_a_very_wide_table_draws_its_largest_flows_and_says_so():
    names = {f"o{i}": f"O{i}" for i in range(20)}
    table = pd.DataFrame(
        [(o, d, 1000.0 + i, 1000.0, 1500.0) for i, o in enumerate(names) for d in names],
        columns=["origin", "destination", "estimate", "low", "high"],
    ).assign(lower=0, upper=2000, origin_total=20_200, destination_total=20_200)
    colours = dict.fromkeys(names, "#123456")
    figure = vote_sankey(table, names, names, colours, colours, "votes")
    assert len(figure.data) == 30
    note = drawing_note(table, "votes")
    assert "Of 400 flows, 30 are drawn solid, 0 hatched, and 370 left out." in note
    assert "the largest 30 are drawn" in note
    column = flow_table(table, names, names)["Drawn"]
    assert (column == "left out: not among the largest 30").sum() == 370


def test_without_voters_the_note_says_so():
    empty = flows().assign(estimate=0.0, origin_total=0, destination_total=0)
    assert drawing_note(empty, "votes") == "There are no voters, so nothing is drawn."
    assert len(drawn("votes", empty).data) == 0


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("Xi", ["Xi"]),
        ("No valid vote", ["No valid vote"]),
        ("Net growth of the register", ["Net growth of", "the register"]),
        ("", ["…"]),
    ],
)
def test_names_that_fit_are_told_whole(name, lines):
    assert _short(name) == lines


@pytest.mark.parametrize(
    "name",
    [
        "W" * 40,
        "A very long name of an option that goes on",
        "Muungano_wa_Vyama_vya_Wananchi",
        "投票" * 20,
        "Short " + "M" * 30,
    ],
)
def test_long_names_are_cut_at_the_right(name):
    lines = _short(name)
    assert len(lines) <= 2
    assert lines[-1].endswith("…")
    assert name.startswith(" ".join(lines).removesuffix("…").rstrip())
    assert max(map(_wide, lines)) <= ROOM_BESIDE


def test_the_full_name_of_a_node_is_its_hover():
    names = {**NAMES[0], "a": "W" * 40}, NAMES[1]
    figure = vote_sankey(flows(), *names, *COLOURS, "votes")
    label = next(a for a in figure.layout.annotations if a.text.startswith("WWW"))
    assert "W" * 40 in label.hovertext
    assert "W" * 40 not in label.text


def test_the_note_says_how_many_voters_are_hatched():
    note = drawing_note(flows(), "votes")
    assert "Of 4 flows, 2 are drawn solid, 2 hatched, and 0 left out." in note
    assert "Hatched: too uncertain to be drawn solid, 200 voters (17% of all)" in note
    assert "or wider than 30% of the origin whatever the estimate" in note
    assert "30% of the destination" in drawing_note(flows(), "destination")
    assert "100%" not in note
    assert "the heights on the right only add up" in drawing_note(flows(), "origin")
    assert "the heights on the left only add up" in drawing_note(flows(), "destination")
    assert "No flow drawn is too uncertain" in drawing_note(flows().iloc[:2], "votes")


def test_many_options_make_a_taller_figure_whose_labels_do_not_touch():
    names = {f"o{i}": f"Option number {i} with a long name" for i in range(14)}
    table = pd.DataFrame(
        [
            {
                "origin": o,
                "destination": "x",
                "estimate": 1.0 + 500 * (o == "o3"),
                "low": math.nan,
                "high": math.nan,
                "lower": 0,
                "upper": 501,
                "origin_total": 1 + 500 * (o == "o3"),
                "destination_total": 514,
            }
            for o in names
        ]
    )
    figure = vote_sankey(
        table, names, {"x": "X"}, dict.fromkeys(names, "#123456"), {"x": "#654321"}, "votes"
    )
    assert figure.layout.height > 14 * PER_NODE
    labels = sorted(
        a.y for a in figure.layout.annotations if a.text.startswith("Option") and a.x == 0
    )
    assert len(labels) == 14
    assert min(np.diff(labels)) >= 3 * 17 - 0.01
    assert min(labels) >= 0
    assert max(labels) <= 14 * PER_NODE
    assert figure.layout.shapes[0].x1 == -THICKNESS


def test_sentences_give_the_interval_the_estimate_and_the_bounds():
    before, after = {"a": "2017 Alpha voters", "b": "voters of *B*"}, {"x": "chose Xi", "y": "left"}
    told = sentences(flows(), before, after, [("a", "y"), ("none", "x"), ("b", "x")])
    assert told == [
        "Of ten 2017 Alpha voters, between **2.4** and **3.5** left (estimate 3.0); the totals "
        "alone say 0.0 to 4.0.",
        "Of ten voters of \\*B\\*, between **1.0** and **9.0** chose Xi (estimate 5.0); the totals "
        "alone say 0.0 to 10.0.",
    ]
    largest = sentences(flows(), before, after, limit=1)
    assert largest[0].startswith("Of ten 2017 Alpha voters, between **6.5** and **7.6** chose Xi")


def test_sentences_without_draws_give_no_interval():
    table = flows().assign(low=math.nan, high=math.nan)
    told = sentences(table, {"a": "Alphas", "b": "Betas"}, {"x": "chose Xi", "y": "left"}, limit=1)
    assert told == ["Of ten Alphas, about **7.0** chose Xi; the totals alone say 3.0 to 10.0."]


def test_the_table_holds_every_number_in_three_units():
    table = flow_table(flows(), *NAMES, titles=("2017", "2022"), area="Here")
    assert len(table) == 4
    row = table.iloc[1]
    assert (row["Area"], row["From (2017)"], row["To (2022)"]) == ("Here", "Alpha", "Ypsilon")
    assert row[["Estimate", "90% from", "90% to"]].tolist() == [300, 240, 350]
    assert row[["Lowest possible", "Highest possible"]].tolist() == [0, 400]
    assert (row["Estimate, % of origin"], row["Estimate, % of destination"]) == (30.0, 75.0)
    assert row["90% to, % of destination"] == 87.5
    assert table["Drawn"].tolist() == ["solid", "solid"] + ["hatched: uncertain"] * 2


@pytest.mark.parametrize(
    ("unit", "numbers"),
    [
        ("votes", [300, 240, 350, 0, 400]),
        ("origin", [30, 24, 35, 0, 40]),
        ("destination", [75, 60, 87.5, 0, 100]),
    ],
)
def test_the_numbers_shown_follow_the_unit(unit, numbers):
    shown = in_unit(flows(), unit)
    assert shown.iloc[1, 2:].tolist() == numbers
    assert set(column_config(unit)) == set(shown.columns[2:])


def test_labels_of_ranges_tell_all_five_numbers():
    row = flows().iloc[1].to_dict()
    assert summed_up(row, "votes") == "<b>300</b> · 90% 240 to 350 · possible 0 to 400"
    large = {name: 10_000 * value for name, value in row.items() if isinstance(value, float | int)}
    assert summed_up(large, "votes") == "<b>3.0m</b> · 90% 2.4m to 3.5m · possible 0 to 4.0m"
    assert summed_up(row, "destination") == "<b>75%</b> · 90% 60% to 88% · possible 0% to 100%"
    assert summed_up({**row, "low": math.nan, "high": math.nan}, "origin") == (
        "<b>30%</b> · possible 0% to 40%"
    )


@pytest.mark.parametrize(
    ("voters", "text"),
    [
        (0, "0"),
        (999, "999"),
        (999.7, "1.0k"),
        (9_949, "9.9k"),
        (9_951, "10k"),
        (574_041, "574k"),
        (999_600, "1.00m"),
        (99_490_000, "99.49m"),
        (149_410_000, "149m"),
        (999_400_000, "999m"),
        (1_149_410_000, "1.15bn"),
        (12_345_678_900_000, "12,345.68bn"),
    ],
)
def test_amounts_are_short(voters, text):
    assert amount(voters) == text


def test_diagnostics_are_told_in_words():
    words = " ".join(diagnostics_words(Diagnostics(38, 35.9, 508.4, 0.25, 0.35, 12, True)))
    assert "38 units, which tell as much as 36 of equal size would" in words
    assert "44% to 56% do in two units of three" in words
    assert "came to rest after 12 steps" in words
    stuck = " ".join(diagnostics_words(Diagnostics(5, 5.0, 1.0, 0.0, 0.35, 40, False)))
    assert "did not come to rest in 40 steps" in stuck
    assert "no more than the luck of the draw" in stuck
    assert "stands at" not in words
    assert "far above 1" in words
    assert "the intervals may be too narrow" in words
    assert "508.4 times" in words
    assert "far above" not in stuck


def test_diagnostics_part_thousands_and_tell_the_ends_of_the_context():
    high = " ".join(diagnostics_words(Diagnostics(5000, 4321.4, 1234.5, 0.0, 0.8, 3, True)))
    assert "5,000 units, which tell as much as 4,321 of equal size" in high
    assert "1,234.5 times" in high
    assert "The model allows 0.05 to 0.8, never less than nothing; it stands at the upper" in high
    low = " ".join(diagnostics_words(Diagnostics(5, 5.0, 3.0, 0.0, 0.05, 3, True)))
    assert "it stands at the lower end" in low
    assert "far above 1" not in low


@pytest.mark.parametrize(
    ("units", "told"), [(1, "The data of one unit say"), (9, "The data of 9 units say"), (10, "")]
)
def test_few_units_are_said_to_lean_on_the_prior(units, told):
    words = few_units(units)
    assert words.startswith(told)
    assert ("leans on the model's prior" in words) is bool(told)
    assert bool(words) is bool(told)


def test_a_small_part_is_said_to_lean_on_the_others():
    assert few_shown(4, 38, "the other counties") == (
        "Only 4 of the 38 of the estimate: the answer leans on the other counties."
    )
    assert few_shown(5, 38, "x") == few_shown(3, 3, "x") == ""


def looks(*, net):
    surnames = {"2017": {"odinga": "Odinga"}, "2022": {"ruto": "Ruto"}}
    return Options("2017", "2022", surnames, {}, net=net)


def test_the_change_of_the_register_is_net_unless_exits_are_assumed():
    net, gross = looks(net=True), looks(net=False)
    assert net.name("2017", "entered") == "Net growth of the register"
    assert gross.name("2017", "entered") == "New on the register"
    assert net.short("2017", "entered") == "Net growth"
    assert gross.short("2017", "entered") == "New on the register"
    assert net.arrival("ruto") == gross.arrival("ruto") == "to Ruto"
    assert gross.arrival("gone") == "left the register"
    assert net.arrival("gone") == "to net loss of the register"
    assert _flow_name(gross, "odinga", "gone") == "Odinga 2017 who left the register"
    assert _flow_name(gross, "entered", "ruto") == "New on the register to Ruto 2022"
    assert _flow_name(net, "entered", "ruto") == "Net growth of the register to Ruto 2022"
    assert _declared(net).startswith("Declared, not estimated")
    assert "less those who left" in _declared(net)


def test_hover_labels_round_no_voter_away():
    row = {**flows().iloc[0].to_dict(), "estimate": 712_345.4, "origin_total": 1_000_000}
    assert in_full(row, "votes") == (
        "<b>712,345</b><br>90% interval 650 to 760<br>possible 300 to 1,000"
    )
    assert "interval" not in in_full({**row, "low": math.nan, "high": math.nan}, "votes")
