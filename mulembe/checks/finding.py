"""What a check reports, and how it is worded."""

from __future__ import annotations

from dataclasses import asdict, dataclass

AGREES, DOCUMENTED, MISSING, BROKEN = "agrees", "documented", "missing", "broken"
SHOWN_FAULTS = 5


@dataclass(frozen=True)
class Finding:
    """What one check found about one subject.

    ``status`` is "agrees", "documented" (differs, and the reason is listed), "missing" (absent, and
    the reason is listed) or "broken". ``note`` holds the listed reason, or what is wrong.
    """

    check: str
    subject: str
    status: str
    found: str
    expected: str
    note: str = ""

    def to_dict(self) -> dict[str, str]:
        """Return the finding as a plain dictionary, for JSON."""
        return asdict(self)


def agrees(subject: str, found: str, expected: str = "") -> Finding:
    """What was found is what was expected."""
    return Finding("", subject, AGREES, found, expected or found)


def differs(subject: str, found: str, expected: str) -> Finding:
    """It differs; broken unless the difference is listed."""
    return Finding("", subject, DOCUMENTED, found, expected)


def absent(subject: str, found: str, expected: str) -> Finding:
    """It is absent; broken unless the absence is listed."""
    return Finding("", subject, MISSING, found, expected)


def faulty(subject: str, found: str, expected: str, note: str = "") -> Finding:
    """A rule is broken."""
    return Finding("", subject, BROKEN, found, expected, note)


def counted(subject: str, checked: int, faults: list[str], rule: str) -> Finding:
    """Say that a rule holds in all of ``checked`` cases, or which ones break it."""
    if not faults:
        return agrees(subject, f"{checked:,}/{checked:,}", rule)
    more = f" and {len(faults) - SHOWN_FAULTS} more" if len(faults) > SHOWN_FAULTS else ""
    return faulty(subject, "; ".join(faults[:SHOWN_FAULTS]) + more, rule)


def compared(subject: str, found: int, expected: int) -> Finding:
    """Say that two sums are equal, or by how much they differ."""
    if found == expected:
        return agrees(subject, f"{found:,}")
    return differs(subject, f"{found:,} ({found - expected:+,})", f"{expected:,}")
