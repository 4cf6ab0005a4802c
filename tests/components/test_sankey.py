"""The Sankey's nodes stand in a stable order with their names and counts."""

from datetime import date

import pytest

from components.places import camp_slots
from components.sankey import Camps, amount, label_text, seat_sankey
from mulembe import flows, regions


@pytest.fixture
def drawn(tables):
    def figure(second, weight="seats"):
        west = regions.parse("west5", tables)
        moving = flows.seat_flows(tables, "2022", date(2021, 12, 27), second, west, weight=weight)
        names = dict(tables["camps"].set_index("camp_id")["name"])
        return seat_sankey(moving, Camps(names, camp_slots()))

    return figure


def texts(figure):
    return [note.text for note in figure.layout.annotations]


def test_titles_then_every_node_with_its_count(drawn):
    shown = texts(drawn(date(2022, 2, 1)))
    assert shown[:4] == [
        "<b>Elected on,<br>2017</b>",
        "<b>27 Dec<br>2021</b>",
        "<b>1 Feb<br>2022</b>",
        "<b>Elected on,<br>2022</b>",
    ]
    assert shown[4:9] == ["ODM · 9", "JP · 10", "ANC · 11", "FORD-K · 7", "IND · 1"]
    assert shown[9:13] == ["Azimio · 2", "OKA · 1", "Kenya<br>Kwanza · 1", "Undeclared<br>34"]


def test_the_order_of_the_nodes_does_not_change_with_the_date(drawn):
    first = [text.split(" · ")[0] for text in texts(drawn(date(2022, 2, 1)))[4:13]]
    later = [text.split(" · ")[0] for text in texts(drawn(date(2022, 9, 7)))[4:13]]
    assert first == later


@pytest.mark.parametrize("weight", ["seats", "registered", "valid"])
def test_nodes_lie_inside_and_do_not_overlap(drawn, weight):
    figure = drawn(date(2022, 2, 1), weight)
    node = figure.data[0].node
    columns = {}
    for x, y in zip(node.x, node.y, strict=True):
        columns.setdefault(x, []).append(y)
    assert len(columns) == 4
    for places in columns.values():
        assert places == sorted(places)
        assert 0 < places[0] <= places[-1] < 1


def test_undeclared_with_weaker_evidence_is_hatched_and_told(drawn):
    figure = drawn(date(2022, 2, 1))
    assert len(figure.layout.shapes) == 2
    hovers = [text for text in figure.data[0].node.customdata if "Undeclared" in text]
    assert "8 with weaker evidence for Azimio" in hovers[0]
    assert "4 with weaker evidence for Kenya Kwanza" in hovers[1]


def test_short_labels_for_voters():
    assert (amount(12, "seats"), amount(63_400, "valid")) == ("12", "63k")
    assert amount(1_943_000, "registered") == "1.94m"
    assert label_text("Kenya Kwanza", "63k") == "Kenya<br>Kwanza<br>63k"
    assert label_text("A<b>", "1") == "A&lt;b&gt; · 1"
