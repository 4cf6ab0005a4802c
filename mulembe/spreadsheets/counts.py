"""Whole numbers as people write them: read when they can mean one thing only, else refused."""

from __future__ import annotations

import re

from mulembe.spreadsheets.grid import Cell, Unusable

LARGEST = 10**9
PLAIN = re.compile(r"\d{1,20}", re.ASCII)
POINT = re.compile(r"(\d{1,20})[.,]0{1,20}", re.ASCII)  # 10.0 is ten
FRACTION = re.compile(r"\d{1,20}[.,]\d{1,20}", re.ASCII)
SPACED = re.compile("\\d{1,3}(?:([ '\u2019])\\d{3})(?:\\1\\d{3}){0,5}", re.ASCII)
GROUPED = re.compile(r"[1-9]\d{0,2}(?:([,.])\d{3})(?:\1\d{3}){0,5}", re.ASCII)
EXPONENT = re.compile(r"\d{1,20}([.,]\d{1,20})?[eE][+-]?\d{1,3}", re.ASCII)


def count(cell: Cell, *, comma_groups: bool = False) -> int | str:
    """The whole number in a cell, or why there is none, as the rest of a sentence.

    ``comma_groups`` says that a comma can only part thousands. Without it "1,234" is refused, for
    it can also be one and a bit; "1,234,567", "1 234" and "1.234.567" can only mean one thing.

    >>> count("1 234"), count("10.0"), count(7.0)
    (1234, 10, 7)
    >>> count("1.234")
    "holds '1.234', which can mean 1234 or a decimal; write 1234"
    """
    if cell is None:
        return "is empty; write the number, or 0 if there is nobody"
    if isinstance(cell, Unusable):
        return f"cannot be read: {cell.why}"
    number = _written(cell, comma_groups) if isinstance(cell, str) else _held(cell)
    if isinstance(number, int) and number > LARGEST:
        return f"holds {number:,}; {LARGEST:,} is the most"
    return number


def _held(number: float) -> int | str:
    if number < 0:
        return f"holds {number:,g}; a count cannot be negative"
    if not number.is_integer():
        return f"holds {number!r}; a count must be whole"
    return int(number)


def _written(text: str, comma_groups: bool) -> int | str:
    found = GROUPED.fullmatch(text)
    digits = int(re.sub(r"\D", "", text)) if found or SPACED.fullmatch(text) else 0
    if PLAIN.fullmatch(text):
        number: int | str = int(text)
    elif found and text.count(found[1]) == 1 and not (found[1] == "," and comma_groups):
        number = f"holds '{text}', which can mean {digits} or a decimal; write {digits}"
    elif found or SPACED.fullmatch(text):
        number = digits
    elif point := POINT.fullmatch(text):
        number = int(point[1])
    else:
        number = _why_not(text)
    return number


def _why_not(text: str) -> str:
    told = f"holds '{text[:30]}…'" if len(text) > 30 else f"holds '{text}'"
    if text[0] in "-\u2212(" and any(character.isdigit() for character in text):
        why = "; a count cannot be negative"
    elif EXPONENT.fullmatch(text):
        why = ", which hides digits; format the column as a whole number"
    elif FRACTION.fullmatch(text):
        why = "; a count must be whole"
    elif text.endswith("%"):
        why = "; write the count itself, not a percentage"
    else:
        why = ", which is not a number"
    return told + why
