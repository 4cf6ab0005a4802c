"""A reader's own two tables: read whole or not at all, held by the session, drawn as text."""

from io import BytesIO

import pandas as pd
import pytest
from opening import opened

from components.provenance import csv
from mulembe.spreadsheets import write_workbook

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
