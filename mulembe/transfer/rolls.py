"""The registers of two elections as origins and destinations: who was there, who came, who went.

The roll of a constituency changes between two elections, and the totals show its net change only.
That change enters as ENTERED or as GONE. Beyond it, a share of the first roll can be assumed to
have died or been removed (``exits``): as many more must then have entered. The share is an
assumption. No count of those who left the roll of 2017 before 2022 was found; what bears on it:

- The audit of the roll in June 2022 met 246,465 dead among its 22.5 million records, 1.3% of the
  roll of 2017, and 1.18 million records to be put right, 6.0% of it (source ``audit-2022``).
- The audit of 2017 put the dead of four years who might still be on the roll at 1,037,260, 5.3%
  of it (source ``audit-2017``). Whoever died and stays on the roll counts as absent, not as gone.

EXITS in registers.py covers that range. Nobody who entered after the first election is gone before
the second: NEVER tells it to the estimate.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from mulembe.elections import MissingResultsError, Results, region_results
from mulembe.regions import Region
from mulembe.tables import Tables

ABSENT = "absent"  # on the register without a valid vote: stayed home, or the ballot was rejected
ENTERED = "entered"  # came onto the register after the first election
GONE = "gone"  # left the register before the second election
NEVER = ((ENTERED, GONE),)
OTHERS = "others"
EXIT_SOURCES = ("audit-2017", "audit-2022")
MOST_EXITS = 0.5


@dataclass(frozen=True)
class Registers:
    """Voters per unit by what they did at two elections, in whole voters with equal row sums.

    ``origins`` and ``destinations`` have a row per constituency code, in the order asked for.
    ``missing`` lists units without results in one of the elections. In ``adjusted`` are units
    whose form has more valid votes than voters: their register is taken as their valid votes.
    ``sources`` holds the ids of all sources the figures come from.
    """

    origins: pd.DataFrame
    destinations: pd.DataFrame
    missing: tuple[str, ...]
    sources: tuple[str, ...]
    adjusted: tuple[str, ...] = ()


def whole_country(tables: Tables) -> Region:
    """All constituencies as one region, for sums over the nation; no link can name it."""
    return Region("kenya", "Kenya, all constituencies", tuple(tables["constituencies"]["code"]))


def registers(
    tables: Tables, base: str, to: str, codes: Iterable[str], exits: float = 0.0
) -> Registers:
    """Origins at the election ``base`` and destinations at ``to``, per constituency.

    Origins are line A, line B, others and absent at the first election, and those who entered the
    register since; destinations the same at the second, and those gone from the register where
    there are any. ``exits`` is the share of each unit's first register that had left it by the
    second election: so many are GONE, at least the net loss, and ENTERED makes up the rest of the
    change; 0 is the net change alone. Raises MissingResultsError for an election that is not held
    by constituency or when no unit has both, and ValueError for a share outside 0 to MOST_EXITS.
    """
    if not 0 <= exits <= MOST_EXITS:
        raise ValueError(f"The share that left the register lies between 0 and {MOST_EXITS:.0%}.")
    first = region_results(tables, base, None, "constituency")
    second = region_results(tables, to, None, "constituency")
    return paired(first, second, codes, exits)


def paired(first: Results, second: Results, codes: Iterable[str], exits: float) -> Registers:
    """The registers of two results over the units both have; see ``registers``."""
    wanted = list(dict.fromkeys(codes))
    held = set(first.votes.index) & set(second.votes.index)
    common = [code for code in wanted if code in held]
    if not common:
        raise MissingResultsError(
            f"No unit asked for has results of {first.election_id} and {second.election_id}."
        )
    before, after = voters(first).loc[common], voters(second).loc[common]
    register = before.sum(axis=1)
    growth = after.sum(axis=1) - register
    gone = (exits * register).round().astype(int).clip(lower=(-growth).clip(lower=0))
    origins = before.assign(**{ENTERED: growth + gone})
    destinations = after.assign(**{GONE: gone}) if gone.any() else after
    return Registers(
        origins,
        destinations,
        tuple(code for code in wanted if code not in held),
        _sources(first, second, common, exits),
        tuple(code for code in common if _overfull(first, code) or _overfull(second, code)),
    )


def voters(results: Results) -> pd.DataFrame:
    """The register of each unit by what it did: line A, line B, others, absent; whole voters.

    Where a form has more valid votes than voters, nobody was absent.
    """
    a, b = results.line_a, results.line_b
    others = results.votes.drop(columns=[a, b]).sum(axis=1)
    absent = (results.turnout["registered"] - results.votes.sum(axis=1)).clip(lower=0)
    frame = pd.DataFrame({a: results.votes[a], b: results.votes[b], OTHERS: others, ABSENT: absent})
    return frame.astype(int)


def _overfull(results: Results, code: str) -> bool:
    return bool(results.votes.loc[code].sum() > results.turnout.at[code, "registered"])


def _sources(
    first: Results, second: Results, codes: Sequence[str], exits: float
) -> tuple[str, ...]:
    cells = [
        cell
        for results in (first, second)
        for column in ("source_id", "register_source_id")
        for cell in results.turnout.loc[list(codes), column]
    ]
    found = {source for cell in cells for source in cell.split("|")}
    return tuple(sorted(found | set(EXIT_SOURCES if exits else ())))
