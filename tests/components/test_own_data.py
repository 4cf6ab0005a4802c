"""A reader's own two tables: read whole or not at all, held by the session, drawn as text."""

from io import BytesIO

import pandas as pd
import pytest
from opening import opened

from components.provenance import csv
from mulembe.spreadsheets import write_workbook
from mulembe.transfer.own import Pair
from mulembe.transfer.sizes import draws_for, too_much

BEFORE = b"Ward,County,List A,List B\nNorth,Hill,600,400\nSouth,Lake,300,700\nEast,Lake,500,500\n"
AFTER = b"Ward,Union,Front\nSouth,350,650\nNorth,580,420\nEast,480,520\n"
HOSTILE = ("<img src=x onerror=alert(1)>", '=HYPERLINK("http://192.0.2.1","x")', "**b** [x](y)")


def own_page(before=("before.csv", BEFORE), after=("after.csv", AFTER), **view):
    """The page with these two files uploaded, None for none."""
    at = opened("flows", flow="own", **view)
    for name, file in (("own_before_0", before), ("own_after_0", after)):
        if file:
            at.file_uploader(key=name).set_value((*file, "text/csv"))
    at = at.run()
    assert not at.exception
    return at


def shown(at):
    """All text blocks, without the escapes that keep names out of the markup."""
    blocks = [*at.markdown, *at.caption, *at.info, *at.error, *at.subheader]
    return " ".join(part.value.replace("\\", "") for part in blocks)


def setting(at, label):
    return next(box for box in at.selectbox if box.label == label)


def flows(at):
    return next(f.value for f in at.dataframe if "Lowest possible" in f.value)


def test_without_files_the_format_is_told():
    at = own_page(None, None)
    assert "Nothing to show yet. Upload both tables" in shown(at)
    assert "the link of this page does not hold them" in shown(at)
    assert at.dataframe[0].value["List A"].tolist() == [4210, 3875]


def test_one_file_waits_for_the_other():
    at = own_page(after=None)
    assert "Still to come: Second table: after" in shown(at)
    assert len(at.get("plotly_chart")) == 0


def test_two_tables_give_flows_that_keep_every_total():
    table = flows(own_page())
    assert table.groupby("From (before)")["Estimate"].sum().to_dict() == pytest.approx(
        {"List A": 1400, "List B": 1600}, abs=1
    )
    assert table.groupby("To (after)")["Estimate"].sum().to_dict() == pytest.approx(
        {"Union": 1410, "Front": 1590}, abs=1
    )
    ends = table[["Lowest possible", "90% from", "Estimate", "90% to", "Highest possible"]]
    assert (ends.diff(axis=1).iloc[:, 1:] >= -1).all(axis=None)
    # North: 600 + 580 - 1000; South: 0; East: 0 of 500 + 480 - 1000.
    cell = table[(table["From (before)"] == "List A") & (table["To (after)"] == "Union")]
    assert cell["Lowest possible"].item() == 180
    assert cell["Highest possible"].item() == 580 + 300 + 480


def test_a_column_of_names_is_taken_for_the_groups():
    at = own_page()
    assert setting(at, "Group column").value == "County"
    areas = setting(at, "Area")
    assert areas.options == ["All units", "Hill", "Lake"]
    table = flows(areas.set_value("Hill").run())
    assert table["Estimate"].sum() == pytest.approx(1000, abs=2)


def test_the_group_column_can_be_another_one_or_none():
    at = own_page()
    setting(at, "Group column").set_value("").run()
    assert "before.csv, row 2, column 'County' holds 'Hill', which is not a number." in shown(at)
    setting(at, "Group column").set_value("County").run()
    assert not at.error
    assert len(flows(at)) == 4


def test_another_file_brings_its_own_group_column():
    at = own_page()
    other = BEFORE.replace(b"County", b"Area")
    at.file_uploader(key="own_before_0").set_value(("other.csv", other, "text/csv"))
    at.run()
    assert not at.error
    assert setting(at, "Group column").value == "Area"
    at.file_uploader(key="own_before_0").set_value(None)
    assert "Still to come: First table: before" in shown(at.run())


def test_problems_are_listed_by_row_and_nothing_is_drawn():
    at = own_page(after=("after.csv", AFTER.replace(b"650", b"-650").replace(b"580", b"")))
    assert "Nothing was loaded" in shown(at)
    assert "after.csv, row 2, column 'Front' holds '-650'; a count cannot be negative." in shown(at)
    assert "after.csv, row 3, column 'Union' is empty" in shown(at)
    assert len(at.get("plotly_chart")) == 0
    assert len(at.dataframe) == 1


def test_totals_within_the_tolerance_are_shown_apart():
    near = AFTER.replace(b"650", b"647")
    at = own_page(after=("after.csv", near))
    assert "Unit 'South' has 1,000 in before.csv, row 3, and 997 in after.csv, row 2" in shown(at)
    setting(at, "Tolerated difference").set_value(0.005).run()
    assert not at.error
    assert flows(at).groupby("To (after)")["Estimate"].sum()["unaccounted"] == pytest.approx(3)


def test_the_example_opens_and_is_the_regions_register():
    at = opened("flows", flow="own")
    at.button(key="own_open").click().run()
    assert not at.error
    table = flows(at)
    ours = table[table["From (example-2017)"] == "Odinga"]
    assert "all 38 units" in shown(at)
    assert ours["Estimate"].sum() == pytest.approx(1_320_691, abs=len(ours))
    assert "Held in this session: example-2017.csv" in shown(at)


def test_the_tables_survive_another_page_until_they_are_cleared():
    at = own_page()
    at.switch_page("components/pages/leaders.py").run()
    at.switch_page("components/pages/flows.py").run()
    assert len(flows(at)) == 4
    assert "Held in this session: before.csv" in shown(at)
    at.button(key="own_clear").click().run()
    assert "Nothing to show yet" in shown(at)
    assert len(at.get("plotly_chart")) == 0


def test_the_link_holds_nothing_of_the_tables():
    at = own_page()
    assert {name: at.query_params[name] for name in at.query_params} == {"flow": "own"}


def test_a_workbook_reads_like_a_csv():
    rows = [
        ["Ward", "Union", "Front"],
        ["South", 350, 650],
        ["North", 580, 420],
        ["East", 480, 520],
    ]
    at = own_page(after=("after.xlsx", write_workbook(rows)))
    assert flows(at)["Estimate"].tolist() == flows(own_page())["Estimate"].tolist()


def test_the_area_survives_another_view():
    at = own_page()
    setting(at, "Area").set_value("Lake").run()
    at.segmented_control(key="widget_flow_flows").set_value("mps").run()
    assert "seats changed camp" in shown(at)
    at.segmented_control(key="widget_flow_flows").set_value("own").run()
    assert setting(at, "Area").value == "Lake"
    assert flows(at)["Estimate"].sum() == pytest.approx(2000, abs=2)
    assert "Who moved where · Lake" in shown(at)


def test_an_area_that_is_gone_gives_way_to_all_units():
    zone = AFTER.replace(b"Ward,", b"Ward,Zone,").replace(b"South,", b"South,Wet,")
    zone = zone.replace(b"North,", b"North,Dry,").replace(b"East,", b"East,Dry,")
    at = own_page(
        before=(
            "b.csv",
            BEFORE.replace(b"County,", b"").replace(b"Hill,", b"").replace(b"Lake,", b""),
        ),
        after=("after.csv", zone),
    )
    setting(at, "Area").set_value("Dry").run()
    setting(at, "Group column").set_value("").run()
    assert "column 'Zone' holds 'Wet'" in shown(at)
    setting(at, "Group column").set_value("Zone").run()
    assert setting(at, "Area").value == "Dry"
    other = zone.replace(b"Dry", b"Sunny")
    at.file_uploader(key="own_after_0").set_value(("after.csv", other, "text/csv")).run()
    assert setting(at, "Area").value == ""
    assert setting(at, "Area").options == ["All units", "Sunny", "Wet"]
    assert flows(at)["Estimate"].sum() == pytest.approx(3000, abs=2)


def test_few_units_and_small_groups_are_said():
    at = own_page()
    assert "The data of 3 units say little: the answer leans on the model's prior" in shown(at)
    assert "Only" not in shown(at)
    setting(at, "Area").set_value("Hill").run()
    assert "Only 1 of the 3 of the estimate: the answer leans on the other groups." in shown(at)


def test_one_unit_is_one():
    at = own_page(("b.csv", b"u,x,y\nA,60,40\n"), ("a.csv", b"u,p,q\nA,50,50\n"))
    assert "Who moved where · the one unit" in shown(at)
    assert "1 units" not in shown(at)
    assert "The data of one unit say little" in shown(at)


def test_tables_of_nobody_draw_nothing():
    at = own_page(("b.csv", b"u,x,y\nA,0,0\nB,0,0\n"), ("a.csv", b"u,p,q\nA,0,0\nB,0,0\n"))
    assert "Every count is 0 in all 2 units: there are no voters" in shown(at)
    assert len(at.get("plotly_chart")) == 0
    assert "too uncertain" not in shown(at)


def test_a_district_counted_as_an_option_is_asked_about():
    before = BEFORE.replace(b"County", b"District").replace(b"Hill", b"1").replace(b"Lake", b"2")
    at = own_page(before=("before.csv", before))
    setting(at, "Tolerated difference").set_value(0.02).run()
    assert "Is 'District' in before.csv the group column" in shown(at)
    assert "or by the settings above" in shown(at)
    setting(at, "Group column").set_value("District").run()
    assert not at.error
    assert setting(at, "Area").options == ["All units", "1", "2"]


def pair(units, options, groups=None):
    frame = pd.DataFrame(1, index=range(units), columns=range(options))
    return Pair(frame, frame, groups)


def test_what_takes_too_long_is_refused_in_a_sentence():
    assert too_much(pair(38, 5)) == too_much(pair(5000, 5, ("a", "b") * 2500)) == ""
    assert too_much(pair(300, 20)) == ""
    told = too_much(pair(500, 30))
    assert told.startswith("These tables (500 units, 30 and 30 options) would take about ")
    assert "and at most 20 are allowed here. Options weigh most: join small ones, or upload" in told
    grouped = too_much(pair(5000, 10, tuple(f"g{i % 40}" for i in range(5000))))
    assert "40 groups) would take" in grouped
    assert "estimate without groups" in grouped
    assert too_much(pair(5000, 10)) == ""
    assert "more than the 1,000,000" in too_much(pair(5000, 15))


def test_random_tables_are_fewer_where_they_would_fill_the_memory():
    assert draws_for(pair(300, 5)) == 400
    assert draws_for(pair(100, 20)) == 400
    assert draws_for(pair(50, 30)) == 64 * 160_000 // (50 * 900) == 227
    assert draws_for(pair(5000, 10)) == 80


def test_other_kinds_of_file_get_a_sentence():
    at = own_page(before=("before.xls", b"\xd0\xcf\x11\xe0" + bytes(100)))
    assert "before.xls is an old Excel file (.xls). Save it as CSV or XLSX." in shown(at)


def test_names_of_options_are_text_everywhere():
    head = ",".join('"{}"'.format(name.replace('"', '""')) for name in HOSTILE)
    rows = "North,1,2,3\nSouth,3,2,1\n"
    at = own_page(
        before=("<b>b</b>.csv", f"u,{head}\n{rows}".encode()),
        after=("a.csv", f"u,{head}\n{rows}".encode()),
    )
    assert not at.error
    for block in [*at.markdown, *at.caption, *at.subheader]:
        assert "<img" not in block.value.replace("\\<", "")
        assert "**b**" not in block.value
    assert set(HOSTILE) == set(flows(at)["To (a)"])
    drawn = at.get("plotly_chart")[0].proto.spec
    assert "<img" not in drawn.replace("\\u003c", "<")


def test_exports_do_not_run_as_formulas():
    table = pd.DataFrame({"=1+1": ["=1+1", "-x", "", "x"], "n": [-1, 2, 3, 4]})
    read = pd.read_csv(BytesIO(csv(table)), keep_default_na=False)
    assert read.columns.tolist() == ["'=1+1", "n"]
    assert read["'=1+1"].tolist() == ["'=1+1", "'-x", "", "x"]
    assert read["n"].tolist() == [-1, 2, 3, 4]
