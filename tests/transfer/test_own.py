"""Two tables of a stranger: read to the vote, or refused in a sentence that names the place."""

import io

import books
import pytest
from books import book, cells, number, text
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mulembe.spreadsheets import SpreadsheetError, read_grid, write_workbook
from mulembe.spreadsheets.counts import count
from mulembe.transfer.own import LISTED, UNACCOUNTED, column_names, read_pair

BEFORE = "unit,x,y\nA,1,2\nB,3,4\n"


def read(before, after=BEFORE, group="", names=("before.csv", "after.csv"), **settings_):
    both = [part.encode() if isinstance(part, str) else part for part in (before, after)]
    return read_pair(both[0], names[0], both[1], names[1], group, **settings_)


def refused(before, after=BEFORE, group="", names=("before.csv", "after.csv"), **settings_):
    """The problems of a pair that must be refused."""
    pair, problems = read(before, after, group, names, **settings_)
    assert pair is None
    assert problems
    return problems


def table(pair):
    return pair.origins.to_dict("list"), list(pair.origins.index)


def test_two_tables_are_matched_by_unit():
    pair, problems = read("u;p;q\nB;3;4\nA;1;2\n")
    assert problems == []
    assert table(pair) == ({"p": [3, 1], "q": [4, 2]}, ["B", "A"])
    assert list(pair.destinations.index) == ["B", "A"]
    assert pair.destinations.to_numpy().tolist() == [[3, 4], [1, 2]]
    assert set(pair.origins.dtypes.astype(str)) == {"int64"}
    assert pair.groups is None


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbfunit,Ol\xc3\xa9,y\nA,1,2\nB,3,4\n",
        "unit,Olé,y\nA,1,2\nB,3,4\n".encode("cp1252"),
        b"unit\tOl\xc3\xa9\ty\r\nA\t1\t2\r\nB\t3\t4\r\n",
        b'sep=;\nunit;Ol\xc3\xa9;y\n"A";"1";2\nB;3;4\n',
        b"unit;Ol\xc3\xa9;y;\nA;1;2;\nB;3;4;\n\n;;;\n",
        b"\nunit,  Ol\xc3\xa9 ,y\n\n A ,1.0,2\nB,3,4.00\n",
        '"unit","Ol\u00e9","y, z"\n"A","1","2"\n"B","3","4"\n'.encode(),
    ],
)
def test_csv_of_every_spreadsheet(data):
    pair, problems = read(data)
    assert problems == []
    assert pair.origins["Olé"].to_dict() == {"A": 1, "B": 3}


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("0", 0),
        ("007", 7),
        ("10.0", 10),
        ("10,00", 10),
        ("1 234", 1234),
        ("1\u00a0234\u202f567".replace("\u00a0", " ").replace("\u202f", " "), 1_234_567),
        ("1'234", 1234),
        ("1,234,567", 1_234_567),
        ("1.234.567", 1_234_567),
        (str(10**9), 10**9),
    ],
)
def test_numbers_as_people_write_them(written, read_as):
    assert count(written) == read_as


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("1,234", "can mean 1234 or a decimal; write 1234"),
        ("1.234", "can mean 1234 or a decimal"),
        ("-5", "cannot be negative"),
        ("\u22125", "cannot be negative"),
        ("(5)", "cannot be negative"),
        ("2.5", "must be whole"),
        ("1e3", "hides digits"),
        ("12%", "not a percentage"),
        ("nan", "not a number"),
        ("inf", "not a number"),
        ("x", "not a number"),
        ("1 23", "not a number"),
        ("1,2,3", "not a number"),
        ("\u0661\u0662", "not a number"),
        (str(10**9 + 1), "1,000,000,000 is the most"),
        ("9" * 290, "not a number"),
        (2.5, "must be whole"),
        (-1.0, "cannot be negative"),
        (None, "is empty; write the number, or 0"),
    ],
)
def test_what_is_no_count(written, why):
    told = count(written)
    assert isinstance(told, str)
    assert why in told


def test_a_comma_parts_thousands_where_commas_part_columns():
    pair, _ = read('u,x,y\nA,"1,234",1\n', "u,x\nA,1235\n")
    assert pair.origins.loc["A", "x"] == 1234
    assert "row 2, column 'x' holds '1,234', which can mean" in refused("u;x;y\nA;1,234;1\n")[0]


@pytest.mark.parametrize(
    ("before", "sentence"),
    [
        ("", "before.csv is empty."),
        ("\n\n,,\n", "before.csv is empty."),
        ("u,x,y\n", "before.csv has no rows below the header. Write one row for each unit."),
        ("u\nA\nB\n", "before.csv has one column only."),
        ("1,2,3\n4,5,6\n", "before.csv, row 1 holds numbers where the names of the columns"),
        ("A,Hill,1,2\nB,Lake,3,4\n", "Row 1 must name the columns"),
        ("A,Hill,1,2\nB,Hill,3,4\n", "before.csv, row 1 holds numbers where the names"),
        ("A,Hill,1\nB,Lake,3\n", "Row 1 must name the columns"),
        ('A,Hill,"1,200",2\nB,Lake,3,4\n', "Row 1 must name the columns"),
        ("u,x,x\nA,1,2\n", "before.csv, row 1: 'x' names column B and column C."),
        ("u,x,\nA,1,2\n", "before.csv, row 1: column C has no name."),
        ("u,x\nA,1,2\n", "before.csv, row 1: column C has no name."),
        ("u,x,y\nA,1,2\nA,3,4\n", "before.csv, row 3: unit 'A' stands in row 2 already."),
        ("u,x,y\n,1,2\n", "before.csv, row 2: the unit's name is missing in the first column."),
        ("u,x,y\nA,1,\n", "before.csv, row 2, column 'y' is empty; write the number, or 0"),
        ("u,x,y\n\nA,1,-2\n", "before.csv, row 3, column 'y' holds '-2'; a count cannot be"),
        (
            "u,x,y\nA,1,2\nB,3,4\nC,0,0\n",
            "before.csv, row 4: unit 'C' is not in after.csv. Add it there",
        ),
        ("u,x,y\nA,1,2\n", "after.csv, row 3: unit 'B' is not in before.csv."),
        (
            "u,x,y\nA,1,2\nB,3,5\n",
            "Unit 'B' has 8 in before.csv, row 3, and 7 in after.csv, row 3. The totals must be",
        ),
        (
            "u,x,y\nA,1,2\nB,3,4\nTotal,4,6\n",
            "before.csv, row 4: 'Total' is the sum of the other rows, so everyone would count "
            "twice. Delete the row.",
        ),
        (
            "u,x,y,Valid votes\nA,1,2,3\nB,3,4,7\n",
            "before.csv: column 'Valid votes' is the sum of the other columns",
        ),
        ('u,x,y\nA,1,"2\n', "before.csv cannot be parted into cells: a quotation mark"),
        ("u,x,y\nA,1,2\n".encode("utf-16"), 'is not plain text. Save it as "CSV UTF-8"'),
        (b"u,\x81\x8d\nA,1\n", "holds characters that cannot be read"),
        (f"u,x,y\n{'A' * 301},1,2\n", "row 2, column A holds more than 300 characters"),
        ("u," + ",".join(f"x{i}" for i in range(40)) + "\n", "row 1 holds something in column AO"),
        (
            "u,x\n" + "".join(f"{i},1\n" for i in range(5001)),
            "row 5,002 holds something; at most 5,000 rows",
        ),
        (b"u,x\n" + b"a" * 60_000 + b",1\n", "has a line of more than 50,000 characters"),
        (b" " * 5_000_001 + b"u,x\nA,1\n", "has 5.0 MB; at most 5 MB are read."),
        (b"%PDF-1.7 abc", "is a PDF. Save the table as CSV or XLSX."),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "is an old Excel file or locked by a password."),
    ],
)
def test_refusals_name_the_place_and_what_to_do(before, sentence):
    problems = refused(before)
    assert any(sentence in problem for problem in problems), problems


@pytest.mark.parametrize("ending", ["xls", "xlsb", "xlsm", "ods", "numbers", "pdf", "XLS"])
def test_other_kinds_of_file_are_told_what_to_become(ending):
    problems = refused(BEFORE, names=(f"a.{ending}", "b.csv"))
    assert problems[0].startswith(f"a.{ending} is a")
    assert problems[0].endswith("Save it as CSV or XLSX.")


def test_zips_that_are_no_workbooks():
    assert "is an OpenDocument file" in refused(books.zipped({"mimetype": "x"}))[0]
    assert "is a Numbers file" in refused(books.zipped({"Index/Document.iwa": "x"}))[0]
    assert "is a zip file, not a table" in refused(books.zipped({"a.csv": BEFORE}))[0]
    assert "is damaged" in refused(books.zipped({"a": "b"})[:40])[0]


def test_twenty_problems_are_listed_and_the_others_counted():
    problems = refused("u,x,y\n" + "".join(f"U{i},a,b\n" for i in range(100)))
    assert len(problems) == LISTED + 1
    assert problems[-1] == "And 180 more."


def test_groups_may_stand_in_either_table_and_must_agree():
    with_group = "u,county,x,y\nA,N,1,2\nB,S,3,4\n"
    assert read(with_group, group="county")[0].groups == ("N", "S")
    assert read(BEFORE, with_group, group="county")[0].groups == ("N", "S")
    assert list(read(with_group, with_group, group="county")[0].origins) == ["x", "y"]
    other = with_group.replace("S", "T")
    assert refused(with_group, other, group="county") == [
        "Unit 'B' is in group 'S' in before.csv, row 3, and in 'T' in after.csv, row 3. Write the "
        "same group in both."
    ]
    assert "has a column 'area' for the groups" in refused(BEFORE, group="area")[0]
    empty = with_group.replace("N", "")
    assert (
        "row 2, column 'county' is empty. Name the unit's group."
        in refused(empty, group="county")[0]
    )


def test_columns_without_numbers_are_proposed_for_the_groups():
    data = b"u,county,code,x\nA,N,037,1\nB,S,038,2\n"
    assert column_names(data, "a.csv") == (("county", "code", "x"), ("county",))
    assert column_names(b"PK", "a.xlsx") == ((), ())


def test_a_difference_within_the_tolerance_is_an_option_of_its_own():
    before = "u,x,y\nA,500,500\nB,300,697\n"
    after = "u,p,q\nA,400,602\nB,500,500\n"
    assert len(refused(before, after)) == 2
    pair, problems = read(before, after, tolerance=0.005)
    assert problems == []
    assert pair.origins[UNACCOUNTED].tolist() == [2, 3]
    assert list(pair.destinations) == ["p", "q"]
    assert pair.origins[["x", "y"]].to_numpy().tolist() == [[500, 500], [300, 697]]
    assert "more than 0.2% apart" in refused(before, after, tolerance=0.002)[0]
    assert "tolerance must be between" in refused(before, after, tolerance=0.5)[0]
    assert (pair.origins.sum(axis=1) == pair.destinations.sum(axis=1)).all()


def xlsx(*rows, **parts):
    """A pair of this workbook and a table of the same units must say ..."""
    return refused(book("".join(rows), **parts), names=("before.xlsx", "after.csv"))


HEAD = cells(1, text("u"), text("x"), text("y"))


def test_a_workbook_reads_as_it_was_written():
    rows = [["u", "county", "x", "y"], ["=A", "N", 1, 2.0], [7, "S", 3, "4"]]
    pair, problems = read(write_workbook(rows), "u,z\n=A,3\n7,7\n", "county")
    assert problems == []
    assert table(pair) == ({"x": [1, 3], "y": [2, 4]}, ["=A", "7"])


def test_shared_texts_results_of_formulas_and_spoken_text():
    texts = books.strings(
        "<si><t>u</t></si><si><r><t>Li</t></r><r><t>st </t></r><rPh><t>x</t></rPh></si>"
        "<si><t>y_x000D_z</t></si>"
    )
    head = cells(1, *(f' t="s"><v>{i}</v>' for i in range(3)))
    body = cells(2, ' t="str"><f>"A"</f><v>A</v>', "><f>1+0</f><v>1</v>", "><v>2.0E0</v>")
    pair, problems = read(book(head + body, strings=texts), "u,z\nA,3\n")
    assert problems == []
    assert table(pair) == ({"List": [1], "y z": [2]}, ["A"])


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("><f>1+1</f>", "a formula without its result"),
        (' t="e"><v>#N/A</v>', "the error #N/A stands here"),
        (' t="b"><v>1</v>', "TRUE or FALSE stands here"),
        (number(45000, 1), "a date stands here"),
        (number(45000, 2), "a date stands here"),
        (number(0.5, 3), "a percentage stands here"),
        (number("1e999"), "not a number"),
        (number(1.5), "holds 1.5; a count must be whole"),
        (number(-2), "holds -2; a count cannot be negative"),
        ("><v></v>", "is empty"),
    ],
)
def test_cells_of_a_workbook_that_are_no_counts(cell, why):
    formats = "".join(f'<xf numFmtId="{i}"/>' for i in (0, 14, 170, 9))
    look = books.styles(formats, '<numFmt numFmtId="170" formatCode="[$-409]d\\-mmm;@"/>')
    problems = xlsx(HEAD, cells(2, text("A"), cell, number(2)), styles=look)
    assert "before.xlsx, row 2, column 'x'" in problems[0]
    assert why in problems[0]


def test_merged_cells_of_the_table_are_refused_and_others_left():
    row = cells(2, text("A"), number(1), number(2))
    merged = '<mergeCells count="1"><mergeCell ref="A2:A3"/></mergeCells>'
    whole = books.sheet(HEAD + row, merged)
    assert "has merged cells (A2:A3). Unmerge them" in xlsx(sheet=whole)[0]
    aside = books.sheet(HEAD + row, merged.replace("A2:A3", "F9:G9"))
    assert read(book(sheet=aside), "u,z\nA,3\n")[1] == []


def test_the_first_visible_sheet_is_read():
    hidden = books.PARTS["xl/workbook.xml"].replace(' sheetId="1"', ' state="hidden" sheetId="1"')
    data = books.zipped({**books.PARTS, "xl/workbook.xml": hidden})
    assert "has no visible sheet" in refused(data)[0]


def test_a_locked_archive_is_refused():
    data = bytearray(book(HEAD))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert "is locked by a password. Save it without one." in refused(bytes(data))[0]


@pytest.mark.parametrize("declared", [0, 10, 100_000, 10**7, 50 * 10**6])
def test_declared_sizes_that_lie_are_not_believed(declared):
    honest = book(HEAD + "".join(cells(i, text(f"U{i}"), number(1)) for i in range(2, 2000)))
    with pytest.raises(SpreadsheetError, match=r"is damaged|swells"):
        read_grid(books.lying(honest, declared), "a.xlsx")


def test_what_comes_out_of_an_archive_is_counted(monkeypatch):
    data = book(HEAD + "".join(cells(i, text(f"U{i}"), number(1)) for i in range(2, 3000)))
    monkeypatch.setattr("mulembe.spreadsheets.archive._inspect", lambda parts, size: None)
    monkeypatch.setattr("mulembe.spreadsheets.archive.MOST_UNZIPPED", 100_000)
    with pytest.raises(SpreadsheetError, match="swells"):
        read_grid(data, "a.xlsx")


def test_the_largest_table_is_read_within_bounds():
    rows = [["u", *(f"x{i}" for i in range(39))], *([f"U{i}", *range(39)] for i in range(5000))]
    data = write_workbook(rows)
    assert len(read_grid(data, "a.xlsx").rows) == 5001
    with pytest.raises(SpreadsheetError, match="row 5,002 holds something"):
        read_grid(write_workbook([*rows, ["more", *range(39)]]), "a.xlsx")


NAMES = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z"), exclude_characters='"'),
    min_size=1,
    max_size=20,
).filter(lambda name: name.casefold() not in {"total", "totals", "sum", "all", "jumla", "valid"})


@st.composite
def tables(draw):
    units = draw(st.lists(NAMES, min_size=1, max_size=6, unique=True))
    options = draw(
        st.lists(NAMES, min_size=1, max_size=5, unique_by=lambda name: f"o{name}".casefold())
    )
    options = [f"o{name}" for name in options]
    rows = [[draw(st.integers(0, 10**9)) for _ in options] for _ in units]
    return units, options, rows


@settings(max_examples=150, deadline=None)
@given(tables(), st.sampled_from([",", ";", "\t"]), st.booleans(), st.booleans())
def test_any_table_reads_back_equal(held, separator, quoted, marked):
    units, options, rows = held
    lines = [["a unit", *options], *([u, *map(str, r)] for u, r in zip(units, rows, strict=True))]
    mark = '"{}"'
    written = "\r\n".join(separator.join(mark.format(cell) for cell in line) for line in lines)
    data = written.encode("utf-8-sig" if marked else "utf-8")
    grid = read_grid(data, "a.csv")
    assert [row.cells for row in grid.rows] == lines
    book_ = write_workbook(
        [["a unit", *options], *([u, *r] for u, r in zip(units, rows, strict=True))]
    )
    pair, problems = read(data, data)
    assert problems == []
    assert list(pair.origins.index) == units
    assert pair.origins.to_numpy().tolist() == rows
    other, problems = read(book_, data)
    assert problems == []
    assert other.origins.equals(pair.origins)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.one_of(
        st.binary(max_size=400),
        st.binary(max_size=200).map(lambda tail: b"PK\x03\x04" + tail),
        st.text(max_size=200).map(str.encode),
        st.lists(st.sampled_from(["a", "1", ",", ";", "\n", '"', "\t", "-", "é", " "])).map(
            lambda parts: "".join(parts).encode()
        ),
    ),
    st.sampled_from(["a.csv", "a.xlsx", "a", "\ud800.csv", "a.tsv"]),
)
def test_random_bytes_never_raise(data, name):
    pair, problems = read_pair(data, name, data, name)
    assert (pair is None) == bool(problems)
    column_names(data, name)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_damaged_workbook_never_raises(data):
    honest = bytearray(
        write_workbook([["u", "x", "y"], ["A", 1, 2], ["B", 3, 4]])
        if data.draw(st.booleans())
        else book(HEAD + cells(2, text("A"), number(1), number(2)), stored=True)
    )
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(honest) - 1))
        honest[at] = data.draw(st.integers(0, 255))
    pair, problems = read_pair(bytes(honest), "a.xlsx", BEFORE.encode(), "b.csv")
    assert (pair is None) == bool(problems)


def test_libraries_write_what_is_read():
    openpyxl = pytest.importorskip("openpyxl")
    workbook = openpyxl.Workbook()
    for row in (["u", "x", "y"], ["A", 1, 2], ["B", 3, 4]):
        workbook.active.append(row)
    workbook.create_sheet("notes").append(["anything"])
    file = io.BytesIO()
    workbook.save(file)
    pair, problems = read(file.getvalue())
    assert problems == []
    assert table(pair) == ({"x": [1, 3], "y": [2, 4]}, ["A", "B"])
