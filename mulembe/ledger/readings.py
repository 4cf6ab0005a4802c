"""The forms of 2022: two readings side by side, and candidates against the form's own total."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from mulembe.ledger.entry import (
    Entry,
    Place,
    Reading,
    candidate_names,
    papers,
    points,
    reasons,
    share_change,
    votes_by_unit,
)
from mulembe.ledger.entry import votes as counted
from mulembe.tables import Tables

YEAR, REJECTED = "2022", "rejected"
LABELS = {"tally": "Tally", "form34b": "Second reading"}
OTHER = {"tally": "form34b", "form34b": "tally"}
REST = "2022 rest of the country"


def sides(tables: Tables) -> pd.DataFrame:
    """Both readings, one row per constituency and item: tally, form34b, used, other (votes).

    A constituency with one reading has NA for the other.
    """
    rows = tables["readings_2022"]
    wide = rows.pivot(index=["code", "item"], columns="reading", values="value")
    wide = wide.reindex(columns=list(LABELS))
    chosen = rows[rows["chosen"]].drop_duplicates("code").set_index("code")["reading"]
    wide["choice"] = wide.index.get_level_values("code").map(chosen)
    tally = wide["choice"].eq("tally")
    wide["used"] = wide["tally"].where(tally, wide["form34b"])
    wide["other"] = wide["form34b"].where(tally, wide["tally"])
    return wide


def readings(tables: Tables) -> Iterator[Entry]:
    """Yield an entry for every form whose two readings differ, and every form read once."""
    place, known, both = Place(tables), reasons(tables), sides(tables)
    why = tables["readings_2022"].groupby("code")["reason"].first()
    source = tables["readings_2022"].groupby("reading")["source_id"].first().to_dict()
    sums = _Sums(tables)
    for code, forms in both.groupby("code"):
        rows = forms.droplevel("code")
        listed = ("readings", f"{code} {place.name[code]}")
        reason = known.get(listed, "")
        about = _About(code, place, str(why[code]), reason, listed if reason else None)
        if rows["other"].isna().all():
            yield _single(about, rows, source)
        elif (rows["used"] != rows["other"]).any():
            yield _differing(about, rows, source, sums)


class _About:
    """What the entries of one constituency share."""

    def __init__(
        self, code: str, place: Place, rule: str, reason: str, known: tuple[str, str] | None
    ) -> None:
        self.code, self.name, self.county = code, place.name[code], place.county[code]
        rule = f"{rule[0].upper()}{rule[1:]}."
        self.why, self.known = f"{rule} {reason}".strip(), known


class _Sums:
    """Votes of 2022 in the region and the nation as they are used, to put a change against."""

    def __init__(self, tables: Tables) -> None:
        votes = votes_by_unit(tables, YEAR)
        inside = Place(tables).inside
        self.names = candidate_names(tables, YEAR)
        self.units = votes
        self.nation = votes.sum()
        self.region = votes[[inside[code] for code in votes.index]].sum()


def _single(about: _About, rows: pd.DataFrame, source: dict[str, str]) -> Entry:
    choice = str(rows["choice"].iloc[0])
    total = int(rows["used"].drop(REJECTED).sum())
    return Entry(
        f"single-{about.code}",
        "single",
        about.name,
        "Votes by candidate",
        YEAR,
        about.county,
        (Reading(LABELS[choice], f"{total:,} valid votes", source[choice], used=True),),
        about.why,
        "Nothing to compare with: an error in keying this form would not be noticed here.",
        in_region=True,
        known=about.known,
    )


def _differing(about: _About, rows: pd.DataFrame, source: dict[str, str], sums: _Sums) -> Entry:
    choice = str(rows["choice"].iloc[0])
    odd = rows[rows["used"] != rows["other"]]
    names = {**sums.names, REJECTED: "Rejected papers"}
    used, other = (rows[side].drop(REJECTED).astype(int) for side in ("used", "other"))
    # A table keeps the items side by side; the line on top names only those that differ.
    details = tuple(
        {
            "Item": names[str(item)],
            LABELS["tally"]: int(row["tally"]),
            LABELS["form34b"]: int(row["form34b"]),
            "Difference": int(row["other"] - row["used"]),
        }
        for item, row in rows.iterrows()
    )

    def listed(side: str) -> str:
        return ", ".join(f"{names[str(i)]} {int(row[side]):,}" for i, row in odd.iterrows())

    return Entry(
        f"readings-{about.code}",
        "readings",
        about.name,
        "Votes and rejected papers",
        YEAR,
        about.county,
        (
            Reading(LABELS[choice], listed("used"), source[choice], used=True),
            Reading(LABELS[OTHER[choice]], listed("other"), source[OTHER[choice]]),
        ),
        about.why,
        _effect(about.name, used, other, sums),
        points=float(share_change(used, other).abs().max()),
        changes_winner=bool(used.idxmax() != other.idxmax()),
        in_region=True,
        known=about.known,
        details=details,
    )


def _effect(name: str, used: pd.Series, other: pd.Series, sums: _Sums) -> str:
    if (used == other).all():
        return (
            "No share, lead or sum of votes would change; only the turnout, by the rejected papers."
        )
    change = share_change(used, other)
    largest = str(change.abs().idxmax())
    region, nation = (
        share_change(total, total.add(other - used, fill_value=0))[largest]
        for total in (sums.region, sums.nation)
    )
    return (
        f"{sums.names[largest]}'s share of {name} would change most: {points(change[largest])}. "
        f"{_lead(name, used, other, sums.names)} The region's valid votes would change by "
        f"{int((other - used).sum()):+,}; the same candidate's share of the region by "
        f"{points(region, 3)}, of the nation by {points(nation, 4)}."
    )


def _lead(name: str, used: pd.Series, other: pd.Series, names: dict[str, str]) -> str:
    if used.idxmax() != other.idxmax():
        return f"{names[str(other.idxmax())]} and not {names[str(used.idxmax())]} would win {name}."
    first, second = used.sort_values(ascending=False).index[:2]
    before, after = int(used[first] - used[second]), int(other[first] - other[second])
    leads = f"{names[str(first)]} wins by either reading"
    if before == after:
        return f"{leads}, and leads by {before:,} votes in both."
    return f"{leads}, by {after:,} votes instead of {before:,}."


def swapped(tables: Tables) -> dict[str, float | int]:
    """What would change if the other reading were used wherever there is one, all at once.

    Keys: forms (with a second reading), differ (in a candidate's votes), papers_only (differ in
    rejected papers alone), winners (constituencies whose first place would pass on), valid (change
    of the region's valid votes), largest (largest change of a constituency's share, points),
    lead and lead_points (change of the lead of line A over line B in the five counties, votes and
    percentage points).
    """
    both, sums = sides(tables), _Sums(tables)
    both = both.dropna(subset=["other"])
    votes = both.drop(REJECTED, level="item")
    used, other = (votes[side].astype(int).unstack("item") for side in ("used", "other"))
    differ = (used != other).any(axis=1)
    rejected = both.xs(REJECTED, level="item")
    papers_only = (rejected["used"] != rejected["other"]) & ~differ
    election = tables["elections"].set_index("election_id").loc[YEAR]
    a, b = str(election["line_a"]), str(election["line_b"])
    after = sums.region.add((other - used).sum(), fill_value=0)
    shares = other.div(other.sum(axis=1), axis=0) - used.div(used.sum(axis=1), axis=0)

    def lead(total: pd.Series) -> float:
        return float((total[a] - total[b]) / total.sum())

    return {
        "forms": len(used),
        "differ": int(differ.sum()),
        "papers_only": int(papers_only.sum()),
        "winners": int((used.idxmax(axis=1) != other.idxmax(axis=1)).sum()),
        "valid": int((other - used).to_numpy().sum()),
        "largest": float(100 * shares.abs().to_numpy().max()),
        "lead": int((after[a] - after[b]) - (sums.region[a] - sums.region[b])),
        "lead_points": 100 * (lead(after) - lead(sums.region)),
    }


def form_totals(tables: Tables) -> Iterator[Entry]:
    """Yield an entry for every row of the tally that misses the total its own form states."""
    place, known = Place(tables), reasons(tables)
    names, votes = candidate_names(tables, YEAR), votes_by_unit(tables, YEAR)
    tally = sides(tables)["tally"].drop(REJECTED, level="item")
    off = papers(tables, YEAR)["form_difference"].dropna()
    source = tables["readings_2022"].groupby("reading")["source_id"].first().to_dict()
    for unit, difference in off[off != 0].items():
        code, missing = str(unit), int(difference)
        inside = place.inside[code]
        listed = ("form_totals", f"{YEAR} {code} {place.name[code]}" if inside else REST)
        keyed = int((tally[code] if code in tally.index else votes.loc[code]).sum())
        shown = int(votes.loc[code].sum())
        readings = [
            Reading("Candidates as keyed", f"{keyed:,}", source["tally"], used=keyed == shown),
            Reading("Total on the form", f"{keyed + missing:,}", source["tally"]),
        ]
        if keyed != shown:
            readings.append(Reading("Second reading", f"{shown:,}", source["form34b"], used=True))
        used = keyed == shown
        effect, most, turns = (
            _missing(names, votes.loc[code], missing)
            if used
            else (_set_aside(shown, keyed + missing), 0.0, False)
        )
        yield Entry(
            f"form_total-{code}",
            "form_total",
            place.name[code],
            "Valid votes",
            YEAR,
            place.county[code],
            tuple(readings),
            known.get(listed, ""),
            effect,
            most,
            turns,
            in_region=inside,
            known=listed,
        )


def _set_aside(shown: int, stated: int) -> str:
    gap = shown - stated
    against = f"{gap:+,} against" if gap else "the same as"
    return (
        "Nothing in the figures used, which are those of the second reading. Its candidates make "
        f"{shown:,}, {against} the total as keyed."
    )


def _missing(names: dict[str, str], votes: pd.Series, missing: int) -> tuple[str, float, bool]:
    """What it would do if all votes a row is off by were one candidate's.

    Gives the sentence, the largest change of a share in points and whether first place can turn.
    """
    changes = []
    for candidate in votes.index:
        after = votes.copy()
        after[candidate] += missing
        if after[candidate] >= 0:
            changes.append(float(share_change(votes, after).abs().max()))
    ranked = votes.sort_values(ascending=False)
    lead, most = int(ranked.iloc[0] - ranked.iloc[1]), max(changes)
    turns = abs(missing) >= lead
    leader = names[str(ranked.index[0])]
    verdict = (
        f"{leader}'s lead of {lead:,} is not safe from that"
        if turns
        else f"{leader}'s lead of {lead:,} is larger, so the winner would stay"
    )
    return (
        f"If one candidate were wrong by the whole difference, {counted(abs(missing))}, a share "
        f"here would change by up to {points(most).lstrip('+')}; {verdict}.",
        most,
        turns,
    )
