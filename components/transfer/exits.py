"""Deaths and removals: what is assumed about who left the register, and how much hangs on it."""

from __future__ import annotations

from components.ranges import Options
from components.transfer.sentence import of_ten
from components.transfer.votes import BASE, TO, votes
from mulembe.regions import Region

LABELS = {"0": "Net only", "2": "2%", "4": "4%", "6": "6%"}
QUESTION = (
    "How much of the 2017 register had died or been removed by 2022. The totals show the net "
    "change only, and nobody published a count: the audit of June 2022 met 246,465 dead voters, "
    "1.3% of the register of 2017; the audit of 2017 put the dead still on it at up to 5.3%. As "
    "many more are then taken to have entered."
)
SPREAD = (
    "The model spreads those who left over all who were on the 2017 register, by its own odds. "
    "Those who were dead long before 2017 stand in no valid vote, so that row gets too few of them."
)
TOLD = (("odinga", "odinga"), ("odinga", "ruto"))


def moved(region: Region, area: str, county: str, rate: str, look: Options) -> str:
    """How far the answer moves with the share that is assumed to have left the register.

    "" when it could not be worked out, which the reader has then been told.
    """
    parts = {}
    for label in LABELS:
        assumed = votes(region, area, county, int(label) / 100)
        if not assumed.prepare([], "Trying other shares that left the register"):
            return ""
        parts[label] = assumed.flows().set_index(["origin", "destination"])
    said = []
    widest = 0.0
    for origin, destination in TOLD:
        tens = []
        for flows in parts.values():
            row = flows.loc[(origin, destination)]
            total = float(row["origin_total"])
            tens.append(10 * float(row["estimate"]) / total if total else 0.0)
        widest = max(widest, max(tens) - min(tens))
        name = look.name(TO, destination)
        said.append(f"{', '.join(of_ten(ten) for ten in tens)} for {name}")
    assumed = (
        "Now shown: the net change of the register only."
        if rate == "0"
        else f"Now shown: {rate}% of the {BASE} register gone by {TO}."
    )
    assumed += "" if rate == "0" else f" {SPREAD}"
    rates = ", ".join(f"{label}%" for label in LABELS)
    return (
        f"{assumed} If {rates} had died or been removed, of ten {BASE} "
        f"{look.name(BASE, TOLD[0][0])} voters the estimate is {'; '.join(said)}: it moves by at "
        f"most {of_ten(widest)} of ten."
    )
