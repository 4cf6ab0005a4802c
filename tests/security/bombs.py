"""Files that mean harm, beside those of tests/transfer/books.py, by name with their ending."""

from __future__ import annotations

import gzip
import random
import struct
import zlib
from collections.abc import Callable

from books import BOMBS, MAIN, PARTS, book, cells, number, sheet, strings, text, zipped


def quadratic() -> bytes:
    """One entity of 50,000 characters, named 20,000 times."""
    document = f'<!DOCTYPE x [<!ENTITY e "{"a" * 50_000}">]>'
    return book(sheet=sheet(cells(1, text("&e;" * 20_000)), before=document), stored=True)


def quadratic_in_strings() -> bytes:
    """The same where the shared texts are."""
    document = f'<!DOCTYPE x [<!ENTITY e "{"a" * 50_000}">]>'
    items = document + strings(f"<si><t>{'&e;' * 20_000}</t></si>")
    return book(cells(1, ' t="s"><v>0</v>'), strings=items, stored=True)


def one_huge_string() -> bytes:
    """One shared text of six million characters, named by 5,000 cells."""
    random.seed(2)
    noise = "".join(random.choices("abcdefghij", k=100_000)) * 60  # noqa: S311
    rows = "".join(cells(i, ' t="s"><v>0</v>') for i in range(1, 5_000))
    return book(rows, strings=strings(f"<si><t>{noise}</t></si>"))


def many_named_strings() -> bytes:
    """Forty columns of 5,000 rows, each cell another text of 300 characters."""
    items = "".join(f"<si><t>{i:>08}{'x' * 292}</t></si>" for i in range(100_000))
    rows = "".join(
        f'<row r="{i + 1}">'
        + "".join(
            f'<c r="{chr(65 + j)}{i + 1}" t="s"><v>{(20 * i + j) % 100_000}</v></c>'
            for j in range(20)
        )
        + "</row>"
        for i in range(5_000)
    )
    return book(rows, strings=strings(items))


def wide() -> bytes:
    """One row with every column there is."""
    names = [a + b + c for a in " ABCDEFGHIJKLMNOPQRSTUVW" for b in " ABCDEFGHIJKLMNOPQRSTUVWXYZ"
             for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"]  # fmt: skip
    places = [name.strip() for name in names if " " not in name.strip()]
    return book('<row r="1">' + "".join(f'<c r="{p}1"><v>1</v></c>' for p in places) + "</row>")


def long_cells() -> bytes:
    """A cell of four million characters."""
    return book(cells(1, text("ab" * 2_000_000)), stored=True)


def many_merges() -> bytes:
    """Half a million merged areas."""
    areas = "".join(f'<mergeCell ref="A{i}:B{i}"/>' for i in range(1, 500_000))
    return book(sheet=sheet(cells(1, number(1)), after=f"<mergeCells>{areas}</mergeCells>"))


def many_sheets() -> bytes:
    """A workbook that names 300,000 sheets."""
    named = "".join(f'<sheet name="{i}" sheetId="{i}" r:id="rId1"/>' for i in range(300_000))
    whole = f'<workbook xmlns="{MAIN}" xmlns:r="x"><sheets>{named}</sheets></workbook>'
    return zipped({**PARTS, "xl/workbook.xml": whole})


def many_relations() -> bytes:
    """Three hundred thousand relations."""
    told = "".join(f'<Relationship Id="{i}" Type="a/b" Target="c"/>' for i in range(300_000))
    name = "xl/_rels/workbook.xml.rels"
    return zipped({**PARTS, name: f"<Relationships>{told}</Relationships>"})


def many_attributes() -> bytes:
    """One cell with 200,000 attributes."""
    told = " ".join(f'a{i}="{i}"' for i in range(200_000))
    return book(f'<row r="1"><c r="A1" {told}><v>1</v></c></row>')


def everything_at_once() -> bytes:
    """Every part as large as one alone may be."""
    told = "".join(f'<Relationship Id="{i}" Type="a/b" Target="c"/>' for i in range(45_000))
    name = "xl/_rels/workbook.xml.rels"
    relations = PARTS[name].replace("</Relationships>", f"{told}</Relationships>")
    random.seed(3)
    some = random.choices(range(97), k=690_000)  # noqa: S311
    rows = "".join(f'<c r="A1" s="{i}"/>' for i in some)
    parts = {
        "xl/worksheets/sheet1.xml": sheet(cells(1, ' t="s"><v>689999</v>') + rows),
        "xl/sharedStrings.xml": strings("".join(f"<si>{i}</si>" for i in some)),
    }
    return zipped({**PARTS, name: relations, **parts})


def circle() -> bytes:
    """A workbook whose sheet is the workbook."""
    parts = dict(PARTS)
    name = "xl/_rels/workbook.xml.rels"
    parts[name] = parts[name].replace("worksheets/sheet1.xml", "workbook.xml")
    return zipped(parts)


def overlapping() -> bytes:
    """Nine hundred entries that all inflate the same few bytes."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = packer.compress(b"a" * 10**7) + packer.flush()
    head = struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, 8, 0, 0, 0, len(body), 10**7, 1, 0) + b"x"
    entries = b""
    for i in range(900):
        name = b"[Content_Types].xml" if not i else f"x{i}".encode()
        entries += struct.pack(
            "<4s6H3L5H2L", b"PK\1\2", 20, 20, 0, 8, 0, 0, 0, len(body), 40_000, len(name),
            0, 0, 0, 0, 0, 0,
        ) + name  # fmt: skip
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 900, 900, len(entries), len(head + body), 0)
    return head + body + entries + end


def declared_small() -> bytes:
    """Twenty-five million blanks where the table of contents declares a thousand bytes."""
    data = book(cells(1, number(1)) + " " * 25_000_000)
    at = data.rindex(b"xl/worksheets/sheet1.xml") - 46
    return data[: at + 24] + (1_000).to_bytes(4, "little") + data[at + 28 :]


def declared_gigantic() -> bytes:
    """A few bytes that claim to be four gigabytes."""
    data = book(cells(1, number(1)))
    at = data.rindex(b"xl/worksheets/sheet1.xml") - 46
    return data[: at + 24] + (2**32 - 2).to_bytes(4, "little") + data[at + 28 :]


def zipped_zip() -> bytes:
    """A zip in a zip in a zip."""
    data = b"a" * 10**6
    for name in ("a.csv", "b.zip", "c.zip"):
        data = zipped({name: data})
    return data


def gzipped() -> bytes:
    """Two gigabytes of blanks would be 2 MB; 200 MB show it as well."""
    return gzip.compress(b" " * 200_000_000, 1)


def quotes() -> bytes:
    """Five million quotation marks."""
    return b'"' * 4_999_999


def open_quote() -> bytes:
    """A quotation mark that is opened before five million lines."""
    return b'a,b\n"' + b"x\n" * 2_400_000


def commas() -> bytes:
    """A line of five million cells."""
    return b"a" + b"," * 4_999_000 + b"b"


def blank_lines() -> bytes:
    """Five million lines of nothing, then something."""
    return b"\n" * 4_999_000 + b"a,b"


def short_lines() -> bytes:
    """Two million rows."""
    return b"1,\n" * 1_666_000


def wide_lines() -> bytes:
    """A thousand rows of five thousand cells."""
    return (b"1," * 2_500 + b"\n") * 990


def long_line() -> bytes:
    """One cell of five million characters."""
    return b"a" * 4_999_999


def sixteen() -> bytes:
    """UTF-16, whose every other byte is null."""
    return ("a,b\n1,2\n" * 300_000).encode("utf-16")


def nulls() -> bytes:
    """Five million nulls behind a header."""
    return b"a,b\n" + bytes(4_900_000)


def too_long() -> bytes:
    """One byte more than is read."""
    return b"a,b\n" + b"1" * (5 * 10**6 - 3)


FURTHER: dict[str, Callable[[], bytes]] = {
    f"{build.__name__}.{ending}": build
    for ending, builds in {
        "xlsx": (
            quadratic, quadratic_in_strings, one_huge_string, many_named_strings, wide, long_cells,
            many_merges, many_sheets, everything_at_once, many_relations,
            many_attributes, circle, overlapping,
            declared_small, declared_gigantic, zipped_zip,
        ),
        "csv": (
            quotes, open_quote, commas, blank_lines, short_lines, wide_lines, long_line, sixteen,
            nulls, too_long, gzipped,
        ),
    }.items()
    for build in builds
}  # fmt: skip
ALL = {f"{name}.xlsx": build for name, build in BOMBS.items()} | FURTHER
