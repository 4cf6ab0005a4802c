"""Two to four scenarios side by side: totals, constituencies, who flips, what drives the gap."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from math import factorial
from typing import Any

import numpy as np
import pandas as pd

from mulembe.scenario import words
from mulembe.scenario.base import load_base
from mulembe.scenario.model import CAMPS, TICKETS, Move, Scenario
from mulembe.scenario.national import nation
from mulembe.scenario.outcome import Outcome, register_of, run
from mulembe.tables import Tables

LEAST, MOST = 2, 4
GROUPS_LIMIT = 8  # leaders are told apart while there are no more assumptions: 2 to the 8 runs


class CompareError(ValueError):
    """Scenarios that cannot be compared; the text is a sentence."""


def names(outcomes: Sequence[Outcome]) -> list[str]:
    """What to call each: its name, or a letter; every name once."""
    _check(outcomes)
    found: list[str] = []
    for letter, outcome in zip("ABCD", outcomes, strict=False):
        name = outcome.scenario.name or f"Scenario {letter}"
        found.append(f"{name} ({letter})" if name in found else name)
    return found


def _check(outcomes: Sequence[Outcome]) -> None:
    if not LEAST <= len(outcomes) <= MOST:
        raise CompareError(f"Compare {LEAST} to {MOST} scenarios, not {len(outcomes)}.")


def totals(outcomes: Sequence[Outcome]) -> pd.DataFrame:
    """What each scenario adds up to in its region and in the nation, a row per ticket.

    Columns: ``scenario`` (see ``names``), ``ticket``, ``votes`` and ``share`` in the region,
    ``won`` (constituencies of the region), ``change_votes`` and ``change`` (of the share, against
    the first scenario), ``turnout`` (valid votes as a share of the register), ``nation`` (share of
    the nation's valid votes), ``counties`` (with at least a quarter), ``passes`` (both gates).
    Shares are fractions; NaN where nobody votes.
    """
    rows = [
        row for name, o in zip(names(outcomes), outcomes, strict=True) for row in _sums(name, o)
    ]
    table = pd.DataFrame(rows)
    first = table.iloc[: len(TICKETS)].set_index("ticket")
    table.insert(4, "change_votes", table["votes"] - table["ticket"].map(first["votes"]))
    table.insert(5, "change", table["share"] - table["ticket"].map(first["share"]))
    return table


def _sums(name: str, outcome: Outcome) -> Iterator[dict[str, Any]]:
    votes, shares, gates = outcome.totals(), outcome.total_shares(), nation(outcome).everyone
    register = int(outcome.register[outcome.inside].sum())
    won = outcome.winners()[outcome.inside & (outcome.valid > 0)]
    for place, ticket in enumerate(TICKETS):
        yield {
            "scenario": name,
            "ticket": ticket,
            "votes": int(votes[place]),
            "share": float(shares[place]),
            "won": int((won == place).sum()),
            "turnout": int(votes.sum()) / register if register else float("nan"),
            "nation": float(gates.shares[place]),
            "counties": int(gates.counties[place]),
            "passes": gates.winner == ticket,
        }


def constituencies(outcomes: Sequence[Outcome]) -> pd.DataFrame:
    """Every constituency of any of the regions, a row per scenario and ticket.

    Columns: ``code``, ``scenario``, ``ticket``, ``votes``, ``share`` and ``change`` (of the share
    against the first scenario; fractions), ``wins``.
    """
    called = names(outcomes)
    codes = _codes(outcomes)
    tables = [_places(name, o, codes) for name, o in zip(called, outcomes, strict=True)]
    first = tables[0]["share"].to_numpy()
    return pd.concat(
        [t.assign(change=t["share"].to_numpy() - first)[_PLACE_COLUMNS] for t in tables],
        ignore_index=True,
    )


_PLACE_COLUMNS = ["code", "scenario", "ticket", "votes", "share", "change", "wins"]


def _codes(outcomes: Sequence[Outcome]) -> list[str]:
    """Constituencies in the region of any of the outcomes, sorted."""
    inside = (np.array(o.base.codes)[o.inside] for o in outcomes)
    return sorted({str(code) for code in chain.from_iterable(inside)})


def _places(name: str, outcome: Outcome, codes: list[str]) -> pd.DataFrame:
    units = [outcome.base.position[code] for code in codes]
    wins = np.zeros((len(units), len(TICKETS)), dtype=bool)
    wins[np.arange(len(units)), outcome.winners()[units]] = outcome.valid[units] > 0
    return pd.DataFrame(
        {
            "code": np.repeat(codes, len(TICKETS)),
            "scenario": name,
            "ticket": np.tile(TICKETS, len(units)),
            "votes": outcome.votes[units].ravel(),
            "share": outcome.shares[units].ravel(),
            "wins": wins.ravel(),
        }
    )


def flips(a: Outcome, b: Outcome) -> pd.DataFrame:
    """Constituencies of either region where another ticket wins in ``b`` than in ``a``.

    Columns: ``code``, ``winner_a``, ``margin_a``, ``winner_b``, ``margin_b`` (the winner's lead
    over the second as a fraction of valid votes), the closest in ``b`` first. Where nobody votes
    there is no winner and no flip.
    """
    rows = []
    for code in _codes([a, b]):
        before, after = _winner(a, code), _winner(b, code)
        if before[0] and after[0] and before[0] != after[0]:
            rows.append((code, *before, *after))
    columns = ["code", "winner_a", "margin_a", "winner_b", "margin_b"]
    return pd.DataFrame(rows, columns=columns).sort_values("margin_b", ignore_index=True)


def _winner(outcome: Outcome, code: str) -> tuple[str, float]:
    votes = outcome.votes[outcome.base.position[code]]
    if not votes.sum():
        return "", float("nan")
    second, first = np.sort(votes)[-2:]
    return TICKETS[int(votes.argmax())], float((first - second) / votes.sum())


@dataclass(frozen=True)
class _Assumption:
    """A group of assumptions that can be taken from one scenario or the other."""

    key: str
    label: str
    fields: tuple[str, ...] = ()
    leader: str = ""

    def taken(self, start: dict[str, Any], source: Scenario) -> dict[str, Any]:
        """The fields ``start`` with this group's taken from ``source``."""
        if not self.leader:
            return start | {field: getattr(source, field) for field in self.fields}
        return start | {"moves": _with_leader(start["moves"], self.leader, source.moves)}


def _with_leader(
    moves: tuple[Move, ...], leader: str, source: tuple[Move, ...]
) -> tuple[Move, ...]:
    new = tuple(move for move in source if move.leader == leader)
    return tuple(move for move in moves if move.leader != leader) + new


_FIELDS = (
    _Assumption("inheritance", "Who inherits", ("inheritance",)),
    _Assumption("moves", "Who backs whom", ("moves",)),
    _Assumption("third", "Third ticket", ("third",)),
    _Assumption("turnout", "Turnout", ("turnout",)),
    _Assumption("overrides", "Set by hand", ("overrides",)),
    _Assumption("register", "Register", ("roll", "growth")),
    _Assumption("shape", "Shape of the decay", ("shape",)),
    _Assumption("region", "Region", ("region",)),
)


def drivers(a: Scenario, b: Scenario, tables: Tables, camp: str) -> pd.DataFrame:
    """Which assumptions drive the gap in a camp's share of the region between two scenarios.

    Every mixture of the two scenarios' assumptions is run. What an assumption contributes is its
    Shapley value: the change of the share when it passes from ``a`` to ``b``, averaged over all
    orders in which the assumptions can pass. The contributions add up to the gap exactly.

    Columns: ``key``, ``label``, ``contribution`` (fraction of valid votes, b less a) and ``alone``
    (the change when it alone passes); largest first. Only assumptions that differ have a row; moves
    are told apart by leader while that leaves at most 8 rows. In a mixture that sends voters to a
    third ticket which does not stand there, they count as its votes.

    Raises CompareError for scenarios of two cycles.

    Notes
    -----
    With n assumptions, phi_i = sum over sets S without i of |S|! (n - |S| - 1)! / n! times
    (v(S and i) - v(S)).

    References
    ----------
    L. S. Shapley, "A value for n-person games", Contributions to the Theory of Games II (Annals of
    Mathematics Studies 28), Princeton University Press, 1953, pp. 307-317.
    """
    if a.cycle != b.cycle:
        raise CompareError("What drives the gap can be told for scenarios of one cycle only.")
    if camp not in CAMPS:
        raise CompareError(f"'{camp[:30]}' is not a camp: use {', '.join(CAMPS)}.")
    groups = _differing(a, b, tables)
    place = TICKETS.index(camp)
    worth = _worth(a, b, groups, lambda scenario: _share(run(scenario, tables), place))
    exact = [_shapley(worth, i, len(groups)) for i in range(len(groups))]
    table = pd.DataFrame(
        {
            "key": [group.key for group in groups],
            "label": [group.label for group in groups],
            "contribution": [float(value) for value in exact],
            "alone": [float(worth[1 << i] - worth[0]) for i in range(len(groups))],
        }
    )
    return table.sort_values("contribution", key=abs, ascending=False, ignore_index=True)


def _differing(a: Scenario, b: Scenario, tables: Tables) -> list[_Assumption]:
    """The assumptions that differ, coarser where the finer ones are many or cannot be mixed."""
    found = [g for g in _FIELDS if any(getattr(a, f) != getattr(b, f) for f in g.fields)]
    if _hand_needs_register(a, b, tables):
        found = _merged(found, ("overrides", "register"), "Set by hand and register")
    leaders = sorted({m.leader for m in {*a.moves} ^ {*b.moves}})
    split = [
        _Assumption(f"moves.{leader}", f"{words.leader(leader, tables)}'s move", leader=leader)
        for leader in leaders
    ]
    if not split or len(found) - 1 + len(split) > GROUPS_LIMIT:
        return [g for g in found if split or g.key != "moves"]
    return [part for g in found for part in (split if g.key == "moves" else [g])]


def _merged(found: list[_Assumption], keys: tuple[str, ...], label: str) -> list[_Assumption]:
    parts = [g for g in found if g.key in keys]
    if len(parts) < len(keys):
        return found
    one = _Assumption("+".join(keys), label, tuple(f for g in parts for f in g.fields))
    return [one if g is parts[0] else g for g in found if g not in parts[1:]]


def _hand_needs_register(a: Scenario, b: Scenario, tables: Tables) -> bool:
    """Whether votes set by hand in one scenario exceed the register of the other."""
    base = load_base(tables, a.cycle)
    return any(
        sum(override.votes) > register_of(other, base, override.code)
        for one, other in ((a, b), (b, a))
        for override in one.overrides
    )


def _worth(
    a: Scenario, b: Scenario, groups: list[_Assumption], measure: Callable[[Scenario], Fraction]
) -> list[Fraction]:
    """The measure of every mixture; bit i of its position says that group i is taken from b."""
    start = {field: getattr(a, field) for field in Scenario.model_fields}
    worth = []
    for chosen in range(1 << len(groups)):
        fields = start
        for i, group in enumerate(groups):
            if chosen >> i & 1:
                fields = group.taken(fields, b)
        # A mixture need not be a scenario one could write (seven moves, say): it is only run.
        worth.append(measure(a.model_copy(update=fields)))
    worth[-1] = measure(b)  # as b has it, the order of its moves too
    return worth


def _share(outcome: Outcome, place: int) -> Fraction:
    """A ticket's share of the region's votes, exactly; 0 where nobody votes."""
    votes = outcome.totals()
    return Fraction(int(votes[place]), max(1, int(votes.sum())))


def _shapley(worth: list[Fraction], member: int, count: int) -> Fraction:
    total = Fraction(0)
    for chosen in range(len(worth)):
        if chosen >> member & 1:
            continue
        size = chosen.bit_count()
        weight = Fraction(factorial(size) * factorial(count - size - 1), factorial(count))
        total += weight * (worth[chosen | 1 << member] - worth[chosen])
    return total
