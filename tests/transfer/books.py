"""XLSX files built by hand, honest and hostile, part by part."""

from __future__ import annotations

import random
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def _relations(*pairs: tuple[str, str]) -> str:
    told = "".join(
        f'<Relationship Id="rId{i}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for i, (kind, target) in enumerate(pairs, 1)
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{told}</Relationships>'


PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"/>',
    "_rels/.rels": _relations(("officeDocument", "xl/workbook.xml")),
    "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
    '<sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": _relations(
        ("worksheet", "worksheets/sheet1.xml"),
        ("sharedStrings", "sharedStrings.xml"),
        ("styles", "styles.xml"),
    ),
}


def sheet(rows: str, after: str = "", before: str = "") -> str:
    """A sheet's XML around its rows."""
    return f'{before}<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>{after}</worksheet>'


def strings(texts: str) -> str:
    """The shared texts' XML around its items."""
    return f'<sst xmlns="{MAIN}">{texts}</sst>'


def styles(formats: str, codes: str = "") -> str:
    """The styles' XML around the cells' formats."""
    return (
        f'<styleSheet xmlns="{MAIN}"><numFmts>{codes}</numFmts><cellXfs>{formats}</cellXfs>'
        "</styleSheet>"
    )


def book(rows: str | None = None, *, stored: bool = False, **parts: str | bytes) -> bytes:
    """A workbook of these rows (XML) or of a whole sheet; other parts by their file's stem."""
    named = {
        "xl/worksheets/sheet1.xml": parts.pop("sheet", sheet(rows or "")),
        "xl/sharedStrings.xml": parts.pop("strings", strings("")),
        "xl/styles.xml": parts.pop("styles", styles('<xf numFmtId="0"/>')),
    }
    extra = {name.replace("__", "/").replace("_DOT_", "."): part for name, part in parts.items()}
    return zipped({**PARTS, **named, **extra}, stored=stored)


def zipped(parts: dict[str, str | bytes], *, stored: bool = False) -> bytes:
    """These parts as a zip."""
    file = BytesIO()
    with ZipFile(file, "w", ZIP_STORED if stored else ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return file.getvalue()


def cells(row: int, *values: str) -> str:
    """A row of cells given as the XML after the cell's place: ``cells(1, "><v>3</v>")``."""
    told = "".join(f'<c r="{chr(65 + i)}{row}"{value}</c>' for i, value in enumerate(values))
    return f'<row r="{row}">{told}</row>'


def text(value: str) -> str:
    """An inline text for ``cells``."""
    return f' t="inlineStr"><is><t>{value}</t></is>'


def number(value: object, style: int = 0) -> str:
    """A number for ``cells``."""
    return f' s="{style}"><v>{value}</v>'


def lying(data: bytes, declared: int) -> bytes:
    """A workbook whose table of contents gives its sheet another size than it has."""
    name = b"xl/worksheets/sheet1.xml"
    at = data.rindex(name) - 46  # of the entry's header in the table of contents
    assert data[at : at + 4] == b"PK\x01\x02"
    return data[: at + 24] + declared.to_bytes(4, "little") + data[at + 28 :]


def far_apart() -> bytes:
    """Two cells in the far corners of the grid."""
    corner = '<row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
    return book(cells(1, number(1)) + corner)


def many_strings() -> bytes:
    """Nearly two million shared texts of which the sheet asks for one of the last."""
    items = "".join(f"<si><t>{i % 977}</t></si>" for i in range(1_900_000))
    return book(cells(1, ' t="s"><v>1800000</v>'), strings=strings(items))


def many_styles() -> bytes:
    """A million fonts before the first format of a cell."""
    fonts = "".join(f'<font><sz val="{i * 7919 % 99_991}"/></font>' for i in range(1_000_000))
    whole = f'<styleSheet xmlns="{MAIN}"><fonts>{fonts}</fonts></styleSheet>'
    return book(cells(1, number(1)), styles=whole)


def entities(depth: int = 9) -> bytes:
    """Ten to the power of ``depth`` laughs."""
    names = [f"e{i}" for i in range(depth)]
    told = "".join(
        f'<!ENTITY {name} "{10 * f"&{before};"}">'
        for before, name in zip(["e", *names], names, strict=False)
    )
    document = f'<!DOCTYPE x [<!ENTITY e "ha">{told}]>'
    return book(sheet=sheet(cells(1, text(f"&{names[-1]};")), before=document))


def outside() -> bytes:
    """An entity that reads a file of the server."""
    document = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    return book(sheet=sheet(cells(1, text("&e;")), before=document))


def nested() -> bytes:
    """A workbook with an archive inside."""
    return book(cells(1, number(1)), xl__embeddings__inner_DOT_zip=zipped({"a": "b" * 1000}))


def swelling() -> bytes:
    """Blanks that deflate a thousand times."""
    return book(cells(1, number(1)) + " " * 20_000_000)


def huge() -> bytes:
    """More than 40 MB of contents at a modest ratio."""
    random.seed(1)
    rows = (cells(1, number(random.randrange(1000))) for _ in range(1_000_000))  # noqa: S311
    return book("".join(rows))


def deep() -> bytes:
    """Elements inside elements, mixed enough to stay under the ratio."""
    random.seed(1)
    return book("".join(random.choice(("<a>", "<bc>", "<def>")) for _ in range(500_000)))  # noqa: S311


def names() -> bytes:
    """A million elements of different names."""
    return book("".join(f"<a{i}/>" for i in range(1_000_000)))


def long_tag() -> bytes:
    """One tag of four million bytes."""
    random.seed(1)
    noise = "".join(random.choices("abcdefghijklmnop", k=4_000_000))  # noqa: S311
    return book(f'<c r="{noise}"/>')


def many_cells() -> bytes:
    """Empty cells with a format, over a million of them."""
    random.seed(1)
    rows = (
        f'<row r="{i}">'
        + "".join(f'<c r="{chr(65 + j)}{i}" s="{random.randrange(9)}"/>' for j in range(20))  # noqa: S311
        + "</row>"
        for i in range(1, 55_000)
    )
    return book("".join(rows))


def many_parts() -> bytes:
    """Fifty thousand empty parts."""
    return zipped({**PARTS, **{f"x{i}": "" for i in range(50_000)}}, stored=True)


BOMBS = {
    build.__name__: build
    for build in (
        far_apart,
        many_strings,
        many_styles,
        entities,
        outside,
        nested,
        swelling,
        huge,
        deep,
        names,
        long_tag,
        many_cells,
        many_parts,
    )
}
