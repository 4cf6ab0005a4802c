"""Politicians, terms, alignment events, coalitions, pledges, polls, claims and their sources."""

from __future__ import annotations

import calendar
import hashlib
from pathlib import Path
from urllib.parse import urlparse

import pandas as pd
from tablefile import read, read_curation, write

# The written rule from the kind of an event to its evidence level (data/README.md). Exceptions
# are rows of data/curation/alignment_wording.csv, each with its reason.
LEVEL_BY_KIND = {"elected": 5, "declared": 3, "attended": 1, "reported": 0, "denied": 0}

# What the reference calls the side of an event, per cycle, and the camp it counts for here.
# Sides that say nothing about the presidency belong to no camp.
CAMP_BY_SIDE = {
    ("2022", "Azimio"): "azimio",
    ("2022", "ANC, open to Azimio"): "azimio",
    ("2022", "Kenya Kwanza"): "kenya_kwanza",
    ("2022", "OKA/ANC"): "oka",
    ("2027", "Kenya Kwanza"): "government",
    ("2027", "Kenya Kwanza (intra-coalition)"): "government",
    ("2027", "Kenya Kwanza (own party)"): "government",
    ("2027", "Government/UDA"): "government",
    ("2027", "Broad-based government"): "government",
    ("2027", "leaning government"): "government",
    ("2027", "Opposition"): "opposition",
    ("2027", "ODM, Sifuna-leaning"): "opposition",
}
CAMP_EXCEPTIONS = {
    "A010": "",  # a party's notice against him does not say that he is with the party's camp
    "A202": "third",  # a bid of his own against both sides, not the opposition's
}

OFFICES = {
    "MP": "mp",
    "Governor": "governor",
    "Senator": "senator",
    "Woman Rep": "woman_rep",
    "Nominated MP": "nominated_mp",
    "Nominated Senator": "nominated_senator",
}
CAMP_BY_COALITION = {
    "NASA": "nasa",
    "One Kenya Alliance (OKA)": "oka",
    "Azimio la Umoja movement": "azimio",
    "Azimio la Umoja One Kenya Coalition Party": "azimio",
    "Kenya Kwanza Alliance": "kenya_kwanza",
    "stays separate inside Kenya Kwanza": "government",
    "Broad-based government (with UDA)": "government",
    "Broad-based government (with ODM)": "government",
    "United Opposition (informal)": "opposition",
}
COALITION_NAMES = {
    "stays separate inside Kenya Kwanza": "Kenya Kwanza, as a party of its own",
    "coalition talks with UDA for 2027": "Talks with UDA on a 2027 coalition",
    "dissolved into UDA": "Merged into UDA",
    "party formed": "Formed as a party",
    "folded into Jubilee": "Merged into Jubilee",
    "Jubilee pact (brief)": "Jubilee pact of December 2012",
}
FIRST_DERIVED_HOME = 101  # lower numbers are given by hand in data/curation/homes.csv
# Where the reference's fuller text names more than the organisation itself.
REPOSITORY_TITLES = {
    "github.com/mysociety/pombola": "Elected members as keyed for Mzalendo (Pombola repository)",
    "github.com/dansamuka/kenya-data-atlas": "Parliament roster of August 2026 (kenya-data-atlas)",
    "github.com/MutungaDennis": "Party list of the 13th Parliament (kenyagov-info)",
}


class Sources:
    """Collects the distinct (title, address) pairs of the people tables and names each one."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, str]] = {
            row["source_id"]: row for row in read_curation("sources").to_dict("records")
        }
        publishers = read_curation("publishers")
        self._publishers = dict(zip(publishers["domain"], publishers["publisher"], strict=True))

    def add(self, title: str, url: str) -> str:
        """Return the id of a source, adding it on first sight; raises on an unknown publisher."""
        if url.startswith("seed:") or not url:
            return "khwisero-article-2021"
        url = url.split("?utm_", maxsplit=1)[0].split(" ", maxsplit=1)[0].rstrip(";")
        domain = urlparse(url).netloc.removeprefix("www.").removeprefix("beta.").rstrip(".")
        if domain not in self._publishers:
            raise ValueError(f"no publisher for {domain}: add it to data/curation/publishers.csv")
        source_id = f"{domain.split('.')[0]}-{hashlib.sha256(url.encode()).hexdigest()[:4]}"
        known = self.rows.get(source_id)
        if known and known["url"] != url:
            raise ValueError(f"two addresses share the source id {source_id}")
        if known is None:
            self.rows[source_id] = {
                "source_id": source_id,
                "title": next(
                    (name for part, name in REPOSITORY_TITLES.items() if part in url), title
                ),
                "publisher": self._publishers[domain],
                "url": url,
                "locator": "",
                "licence": "none stated; facts cited only",
                "seen": "2026-11-22",
                "kind": "repository" if domain == "github.com" else "press or organisation page",
                "note": "",
            }
        return source_id


class People:
    """Resolves every spelling of a name to one politician."""

    def __init__(self) -> None:
        self.table = read_curation("politicians")
        self._by_alias: dict[str, str] = {}
        for row in self.table.to_dict("records"):
            for alias in {row["name"], *row["aliases"].split("|")}:
                if self._by_alias.setdefault(alias, row["politician_id"]) != row["politician_id"]:
                    raise ValueError(f"the spelling {alias!r} belongs to two politicians")

    def resolve(self, name: str) -> str:
        """Return the politician's id; raises on an unknown spelling."""
        if name not in self._by_alias:
            raise ValueError(f"unknown politician {name!r}: add it to curation/politicians.csv")
        return self._by_alias[name]


def build(reference: Path) -> None:
    """Write all tables about people, and the sources every table refers to."""
    folder = reference / "people"
    sources, people = Sources(), People()
    politicians = people.table.rename(columns={"aliases": "spellings"})
    write("politicians", politicians.assign(source_id="editorial"), ["politician_id"])
    held = terms(folder, people, sources)
    write("terms", held, ["term_id"])
    write("homes", homes(held, read(reference / "geo" / "gazetteer.csv")), ["home_id"])
    events = alignment_events(folder, people, sources)
    write("alignment_events", events, ["event_id"])
    write("coalitions", coalitions(folder, sources), ["coalition_id"])
    write("pledges", pledges(folder, sources), ["pledge_id"])
    write("polls", polls(folder, sources), ["poll_id", "question", "option"])
    write("claims", claims(folder), ["claim_id"])
    rows = by_elections(folder, sources)
    write("by_elections", rows, ["date", "constituency_code", "candidate"])
    write("camps", read_curation("camps"), ["camp_id"])
    write("cycles", read_curation("cycles"), ["cycle_id"])
    write("key_dates", key_dates(events), ["date"])
    differences = read_curation("known_differences").assign(source_id="editorial")
    write("known_differences", differences, ["check", "subject"])
    write("sources", pd.DataFrame(sources.rows.values()), ["source_id"])


def last_day(partial: str) -> str:
    """Return the last day that a date such as '2021', '2024-01' or '2022-01-23' may mean.

    An event with a vague date counts only from the end of the period, so that no view of the
    past uses it too early.
    """
    parts = partial.split("-")
    if len(parts) == 1:
        return f"{partial}-12-31"
    if len(parts) == 2:
        return f"{partial}-{calendar.monthrange(int(parts[0]), int(parts[1]))[1]:02d}"
    return partial


def terms(folder: Path, people: People, sources: Sources) -> pd.DataFrame:
    """Terms of office: who held which seat from which election to which day, on which ticket.

    Where the reference dates an end only vaguely, ``curation/term_ends.csv`` has the day, with a
    source of its own and the reason for the change.
    """
    ends = read_curation("term_ends").set_index(["politician_id", "elected_on"]).to_dict("index")
    rows = []
    for number, record in enumerate(read(folder / "mps.csv").to_dict("records"), start=1):
        politician_id = people.resolve(record["name"])
        source_id = sources.add(record["source"], record["source_url"])
        end = ends.get((politician_id, record["elected_on"]))
        left_on = end["left_on"] if end else record["left_on"]
        rows.append(
            {
                "term_id": f"T{number:03d}",
                "politician_id": politician_id,
                "office": OFFICES[record["office"]],
                "parliament": record["parliament"].split(" ")[0].removesuffix("th"),
                "constituency_code": record["constituency_code"],
                "county_code": record["county_code"].zfill(3) if record["county_code"] else "",
                "party": record["party"],
                "elected_on": record["elected_on"],
                "elected_by": last_day(record["elected_on"]),
                "sworn_in": record["sitting_from"],
                "left_on": left_on,
                "left_by": last_day(left_on) if left_on else "",
                "left_reason": record["left_reason"],
                "by_election": str(record["by_election"] == "yes"),
                "votes": record["votes"],
                "margin": record["margin"],
                "confidence": record["confidence"],
                "source_id": source_id,
                "left_source_id": sources.add(end["title"], end["url"]) if end else source_id,
            }
        )
    return pd.DataFrame(rows)


def homes(held: pd.DataFrame, gazetteer: pd.DataFrame) -> pd.DataFrame:
    """Home ground of each politician: reported homes, then seats held, each in its own order.

    Homes, and seats held before the terms begin, are rows of ``curation/homes.csv``; the seats of
    ``terms`` are added here, one row per seat with the source of its latest term.
    """
    reported = read_curation("homes")
    derived = pd.DataFrame(_seats_held(held, gazetteer))
    order = pd.concat(
        [reported[reported["kind"] == "home"], derived, reported[reported["kind"] == "seat"]]
    )
    rank = (order.groupby("politician_id").cumcount() + 1).astype(str)
    order.insert(4, "rank", rank)
    return order


def _seats_held(held: pd.DataFrame, gazetteer: pd.DataFrame) -> list[dict[str, str]]:
    """One row per member and constituency, the latest first."""
    names = gazetteer.set_index("constituency_code")["constituency_name"]
    held = held[held["constituency_code"].ne("")]
    held = held.sort_values(["elected_by", "politician_id"], ascending=[False, True])
    seats = held.groupby(["politician_id", "constituency_code"], sort=False)
    rows = []
    for number, ((politician_id, code), terms_held) in enumerate(seats, FIRST_DERIVED_HOME):
        last = terms_held.iloc[0]
        years = [day[:4] for day in terms_held["elected_on"]][::-1]
        elected = " and ".join(filter(None, [", ".join(years[:-1]), years[-1]]))
        standing = "Member" if last["left_on"] else "Sitting member"
        rows.append(
            {
                "home_id": f"H{number}",
                "politician_id": politician_id,
                "constituency_code": code,
                "kind": "seat",
                "conflict": "False",
                "statement": f"{standing} for {names[code]}, elected in {elected}.",
                "confidence": last["confidence"],
                "source_id": last["source_id"],
            }
        )
    return rows


def alignment_events(folder: Path, people: People, sources: Sources) -> pd.DataFrame:
    """Dated statements that place a politician with a camp, with kind and evidence level."""
    table = read(folder / "alignments.csv").merge(
        read_curation("alignment_wording"), on="event_id", validate="one_to_one", suffixes=("_", "")
    )
    cycle_end = read_curation("cycles").set_index("cycle_id")["to_date"]
    rows = []
    for record in table.to_dict("records"):
        cycle = "2022" if record["cycle"] == "2022" else "2027"
        exception = record["level_exception"]
        rows.append(
            {
                "event_id": record["event_id"],
                "cycle": cycle,
                "date": record["date"],
                "date_known": min(last_day(record["date"]), cycle_end[cycle]),
                "date_note": _date_note(record),
                "politician_id": people.resolve(record["person"]),
                "office_then": record["office"],
                "party_then": record["party_at_time"],
                "constituency_code": record["constituency_code"],
                "camp": CAMP_EXCEPTIONS.get(
                    record["event_id"], CAMP_BY_SIDE.get((cycle, record["side_bloc"]), "")
                ),
                "scope": _scope(record["side_bloc"]),
                "kind": record["kind"],
                "level": exception or str(LEVEL_BY_KIND[record["kind"]]),
                "level_reason": record["exception_reason"] if exception else "",
                "event": record["event"],
                "statement": record["statement"],
                "confidence": record["confidence"],
                "source_id": sources.add(record["source_title"], record["source_url"]),
            }
        )
    return pd.DataFrame(rows)


def _date_note(record: dict[str, str]) -> str:
    precision = record["date_precision"]
    if precision == "day":
        return ""
    if "-" not in record["date"]:
        return "only the year is known"
    if record["date"].count("-") == 1:
        return "only the month is known"
    return "day of the report" if precision.startswith("reported") else "day inferred"


def _scope(side: str) -> str:
    return "county race" if side == "county race only" else "presidency"


def coalitions(folder: Path, sources: Sources) -> pd.DataFrame:
    """Membership of parties in coalitions by date, with the camp each coalition stands for."""
    wording = read_curation("coalition_wording")
    rows = []
    records = read(folder / "coalitions.csv").to_dict("records")
    for record, note in zip(records, wording.to_dict("records"), strict=True):
        name = record["coalition"]
        rows.append(
            {
                "coalition_id": note["coalition_id"],
                "party": record["party"],
                "coalition": COALITION_NAMES.get(name, name),
                "camp": CAMP_BY_COALITION.get(name, ""),
                "from_date": record["from_date"].split("/")[0],
                "to_date": record["to_date"].split("/")[-1],
                "role": record["role"],
                "confidence": record["confidence"],
                "note": note["note"],
                "source_id": sources.add(record["source_title"], record["source_url"]),
            }
        )
    return pd.DataFrame(rows)


def pledges(folder: Path, sources: Sources) -> pd.DataFrame:
    """Who promised which share of what to which camp; a pledge without a number keeps a blank."""
    table = read(folder / "pledges.csv").merge(
        read_curation("pledge_wording"), on="pledge_id", validate="one_to_one"
    )
    rows = []
    for record in table.to_dict("records"):
        county = record["scope"].split(" ")[0]
        rows.append(
            {
                "pledge_id": record["pledge_id"],
                "cycle": record["cycle"],
                "date": record["date"],
                "pledged_by": record["person"],
                "camp": "azimio" if record["for_camp"] == "Azimio" else "kenya_kwanza",
                "kind": record["kind"],
                "share_percent": record["pledged_share_pct"],
                "base": record["base"],
                "base_region": county if county.startswith("county:") else "west4",
                "statement": record["statement"],
                "source_id": sources.add(record["source_title"], record["source_url"]),
            }
        )
    return pd.DataFrame(rows)


def polls(folder: Path, sources: Sources) -> pd.DataFrame:
    """Poll findings; ``complete`` marks those with dates, sample and population stated."""
    table = read(folder / "polls.csv")
    table = table[table["share_pct"].str.fullmatch(r"\d+(\.\d+)?")]
    told = read_curation("poll_particulars").set_index("poll_id").to_dict("index")
    nothing = dict.fromkeys(("sponsor", "margin_points", "note", "note_source_id"), "")
    rows = []
    for record in table.to_dict("records"):
        released = record["released"] or record["fieldwork_end"]
        name = f"{record['pollster']} {released}".lower().replace(" ", "-")
        particulars = ("fieldwork_start", "fieldwork_end", "sample_size", "geography")
        rows.append(
            {
                "poll_id": name,
                "pollster": record["pollster"],
                "fieldwork_from": record["fieldwork_start"],
                "fieldwork_to": record["fieldwork_end"],
                "released": record["released"],
                "population": record["geography"],
                "sample": record["sample_size"],
                "question": record["question"],
                "option": record["option"],
                "share_percent": record["share_pct"],
                "complete": str(all(record[field] for field in particulars)),
                "confidence": record["confidence"],
                **told.get(name, nothing),
                "source_id": sources.add(record["source_title"], record["source_url"]),
            }
        )
    unknown = set(told) - {row["poll_id"] for row in rows}
    if unknown:
        raise ValueError(f"no poll {sorted(unknown)}: see data/curation/poll_particulars.csv")
    return pd.DataFrame(rows)


def by_elections(folder: Path, sources: Sources) -> pd.DataFrame:
    """Votes per candidate of the by-elections for parliament that the reference holds."""
    table = read(folder / "na_results.csv")
    table = table[table["election"].str.startswith("By-election") & table["office"].eq("MP")]
    return pd.DataFrame(
        {
            "date": table["date"],
            "constituency_code": table["constituency_code"],
            "candidate": table["candidate"],
            "party": table["party"],
            "votes": table["votes"],
            "won": (table["winner"] == "yes").astype(str),
            "covers": table["status"].str.removeprefix("declared, "),
            "confidence": table["confidence"],
            "source_id": [
                sources.add(title, url)
                for title, url in zip(table["source"], table["source_url"], strict=True)
            ],
        }
    )


def claims(folder: Path) -> pd.DataFrame:
    """The claims of the article of December 2021, which of them can be tested, and with what."""
    table = read(folder / "seed_claims.csv")[["claim_id", "kind", "testable"]].merge(
        read_curation("claim_wording"), on="claim_id", validate="one_to_one"
    )
    table["testable"] = (table["testable"] == "yes").astype(str)
    return table.assign(source_id="khwisero-article-2021")


def key_dates(events: pd.DataFrame) -> pd.DataFrame:
    """The dates a view of the alignments can jump to, each with the source of its event."""
    table = read_curation("key_dates")
    by_event = events.set_index("event_id")["source_id"]
    found = table["event_id"].map(by_event)
    table["source_id"] = table["source_id"].where(table["source_id"].ne(""), found)
    return table
