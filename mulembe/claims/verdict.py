"""What a tested claim consists of, and the one rule that its verdict follows from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

ARTICLE = "khwisero-article-2021"
MAJORITY = 0.5  # "backed": more than this share of the valid votes
ONE_WAY = 0.9  # "as one": at least this part of the margins is left after opposite ones cancel
MOVED = 4  # evidence level of a change of party or ticket
VERDICTS = {
    "supported": "Supported",
    "partly": "Partly",
    "not": "Not supported",
    "open": "Cannot be told",
}
RULE = (
    "Each claim is taken apart into what can be checked alone. Supported: every part holds. Not "
    "supported: no part holds and at least one fails. Partly: some hold, and the rest fail or "
    "cannot be told. Cannot be told: no part can be checked, and what is missing is named. "
    f"'Backed' means more than {MAJORITY:.0%} of the valid votes; 'as one' means that at least "
    f"{ONE_WAY:.0%} of the constituencies' margins are left after opposite ones cancel; 'moved' "
    f"means an event of evidence level {MOVED} or stronger; an event or a presence holds when a "
    "source other than the article reports it; an aim is tested by whether it came about."
)


@dataclass(frozen=True)
class Part:
    """One thing a claim says: ``holds`` is None where the tables cannot tell.

    ``found`` is what the tables say of it, ``missing`` what would be needed to tell.
    """

    said: str
    holds: bool | None
    found: str
    sources: tuple[str, ...]
    missing: str = ""


@dataclass(frozen=True)
class Finding:
    """What a test found: how the claim was read, its parts, and what else one should know.

    ``numbers`` are the figures the sentences are made of, by name. ``asides`` are sentences with
    their sources, for neither side.
    """

    reading: str
    parts: tuple[Part, ...]
    numbers: dict[str, float]
    asides: tuple[tuple[str, tuple[str, ...]], ...] = field(default=())


@dataclass(frozen=True)
class Tested:
    """A claim of the article and what came of testing it."""

    claim_id: str
    claim: str
    kind: str
    finding: Finding

    @property
    def verdict(self) -> str:
        """A key of VERDICTS, by the rule."""
        return verdict([part.holds for part in self.finding.parts])

    @property
    def missing(self) -> list[str]:
        """What would be needed to tell the parts that cannot be told."""
        return list(dict.fromkeys(part.missing for part in self.finding.parts if part.missing))

    @property
    def sources(self) -> list[str]:
        """Ids of every source behind it, the article's among them."""
        cells = [part.sources for part in self.finding.parts]
        cells += [sources for _text, sources in self.finding.asides]
        return sorted({ARTICLE, *(source for cell in cells for source in cell)})


@dataclass(frozen=True)
class Untested:
    """A claim that no data held here could decide, and why."""

    claim_id: str
    claim: str
    kind: str
    reason: str
    source_id: str


def verdict(holds: Sequence[bool | None]) -> str:
    """The verdict on a claim from what was found of its parts: see RULE.

    >>> verdict([True, True]), verdict([True, None]), verdict([None, False]), verdict([None])
    ('supported', 'partly', 'not', 'open')

    Raises ValueError without parts: nothing was tested.
    """
    if not holds:
        raise ValueError("a claim without parts has no verdict")
    if all(holds):
        return "supported"
    if any(holds):
        return "partly"
    return "not" if False in holds else "open"
