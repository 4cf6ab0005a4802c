"""Results, turnout, registers and declared totals."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from tablefile import read, read_curation, write

CANDIDATES_2022 = ("odinga", "ruto", "waihiga", "wajackoyah")
QUALITY_2022 = {
    "second_read_identical": "agreed",
    "second_read_differs": "conflict",
    "form34b_read_differs": "conflict",
    "single_source": "single",
}


def build(reference: Path) -> None:
    """Write elections, candidates, results, turnout, readings, registers and declared totals."""
    folder = reference / "results"
    elections = read_curation("elections")
    write("elections", elections, ["election_id"])
    write("candidates", candidates(elections), ["election_id", "candidate_id"])
    write("declared", read_curation("declared"), ["election_id", "scope", "item"])
    write("results", results(folder), ["election_id", "unit_code", "candidate_id"])
    write("turnout", turnout(folder), ["election_id", "unit_code"])
    write("results_2007", shares_2007(folder), ["old_constituency"])
    write("readings_2022", readings_2022(folder), ["code", "reading", "item"])
    write("registers", registers(reference), ["code", "year"])


def candidates(elections: pd.DataFrame) -> pd.DataFrame:
    """Who stood in which election; the source is that of the election's results."""
    return read_curation("candidates").merge(elections[["election_id", "source_id"]])


def candidate_ids(election_id: str) -> dict[str, str]:
    """The id of every candidate of an election by the spelling of its source."""
    table = read_curation("candidates")
    table = table[table["election_id"] == election_id]
    return dict(zip(table["name_in_source"], table["candidate_id"], strict=True))


def _form_2017(folder: Path) -> pd.DataFrame:
    totals = read(folder / "2017-president-aug_constituency_totals.csv")
    return totals[totals["constituency_code"].astype(int) <= 290]


def results(folder: Path) -> pd.DataFrame:
    """Votes per election, unit and candidate: 290 constituencies (2017, 2022), 47 counties (2013).

    A constituency whose form is blank (Nyando 2017) has no rows: missing stays missing.
    """
    form = read(folder / "2017-president-aug_constituency.csv")
    form = form[form["votes"].ne("") & (form["constituency_code"].astype(int) <= 290)]
    form_rows = _result_rows(form, "2017", "constituency_code").assign(
        quality="form", source_id="iebc-34c-2017"
    )
    tally = read(folder / "2022-president_constituency.csv")
    tally_rows = _result_rows(tally, "2022", "constituency_code")
    tally_rows["quality"] = tally_rows["unit_code"].map(_quality_2022(folder))
    tally_rows["source_id"] = tally["source"].map(
        {"tally": "tally-34b-2022", "form34b_read": "read-34b-2022"}
    )
    county = read(folder / "2013-president_county.csv")
    county_rows = _result_rows(county, "2013", "county_code").assign(
        quality="single", source_id="county-2013"
    )
    return pd.concat([form_rows, tally_rows, county_rows], ignore_index=True)


def _result_rows(source: pd.DataFrame, election_id: str, unit: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "election_id": election_id,
            "unit": unit.removesuffix("_code"),
            "unit_code": source[unit],
            "candidate_id": source["candidate"].map(candidate_ids(election_id)),
            "votes": source["votes"],
        }
    )


def _quality_2022(folder: Path) -> dict[str, str]:
    totals = read(folder / "2022-president_constituency_totals.csv")
    return dict(zip(totals["constituency_code"], totals["check"].map(QUALITY_2022), strict=True))


def turnout(folder: Path) -> pd.DataFrame:
    """Registered, cast, rejected and valid per election and unit; blank cells stay blank."""
    form = _form_2017(folder)
    form_rows = _turnout_rows(form, "2017", "constituency_code").assign(
        quality="form", source_id="iebc-34c-2017", register_source_id="iebc-34c-2017"
    )
    tally = read(folder / "2022-president_constituency_totals.csv")
    tally_rows = _turnout_rows(tally, "2022", "constituency_code").assign(
        quality=tally["check"].map(QUALITY_2022),
        source_id=tally["source"].map({"tally": "tally-34b-2022", "form34b_read": "read-34b-2022"}),
        register_source_id="gazette-7290-2022",
    )
    tally_rows["form_difference"] = (
        tally["flags"].str.extract(r"differs_from_tally_form_total:([+-]\d+)")[0].fillna("")
    )
    county = read(folder / "2013-president_county_totals.csv")
    county_rows = _turnout_rows(county, "2013", "county_code").assign(
        quality="single", source_id="county-2013", register_source_id="county-2013"
    )
    return pd.concat([form_rows, tally_rows, county_rows], ignore_index=True)


def _turnout_rows(source: pd.DataFrame, election_id: str, unit: str) -> pd.DataFrame:
    table = source[[unit, "registered", "votes_cast", "rejected", "valid"]].copy()
    table.columns = pd.Index(["unit_code", "registered", "cast", "rejected", "valid"])
    table.insert(0, "unit", unit.removesuffix("_code"))
    table.insert(0, "election_id", election_id)
    return table.reset_index(drop=True)


def shares_2007(folder: Path) -> pd.DataFrame:
    """Odinga's share in 2007 for the old constituencies of the region, in percent."""
    table = read(folder / "2007-president_constituency1996_odinga_share_only.csv")
    table = table[table["county_code_2010"].ne("")]
    return pd.DataFrame(
        {
            "old_constituency": table["constituency_1996_2012"].str.title(),
            "county_code": table["county_code_2010"],
            "share_percent": table["odinga_share_pct"],
            "successors": table["successor_constituency_codes_approx"].str.replace(",", "|"),
            "source_id": "villamil-2007",
        }
    )


def readings_2022(folder: Path) -> pd.DataFrame:
    """Both readings of the 2022 forms for the 38, side by side, with the choice and its reason."""
    table = read(folder / "2022-president_region38_two_readings.csv")
    rows: list[dict[str, str]] = []
    for record in table.to_dict("records"):
        for reading, prefix in (("tally", "tally"), ("form34b", "f34b")):
            rows += [
                _reading(record, reading, item, record[f"{prefix}_{item}"])
                for item in (*CANDIDATES_2022, "rejected")
                if record[f"{prefix}_{item}"] != ""
            ]
    return pd.DataFrame(rows)


def _reading(record: dict[str, str], reading: str, item: str, value: str) -> dict[str, str]:
    chosen = "form34b" if record["selected"] == "form34b_read" else "tally"
    return {
        "code": record["constituency_code"],
        "reading": reading,
        "item": item,
        "value": value,
        "chosen": str(reading == chosen),
        "reason": _reason(record, chosen),
        "source_id": "tally-34b-2022" if reading == "tally" else "read-34b-2022",
    }


def _reason(record: dict[str, str], chosen: str) -> str:
    if record["f34b_odinga"] == "":
        return "only one reading exists"
    if chosen == "tally":
        return "the tally is used unless the rule for the second reading applies"
    if record["tally_sum"] != record["tally_form_total"]:
        return "the tally row does not add up to the form's own total; the second reading is used"
    return "a verified second reading differs by more than 0.3% of valid votes for a candidate"


def registers(reference: Path) -> pd.DataFrame:
    """Registered voters per constituency and year, with the standing of each register."""
    wide = read(reference / "geo" / "registered_voters_by_constituency.csv")
    wide = wide[wide["constituency_code"].astype(int) <= 290].set_index("constituency_code")
    gazette = read(reference / "results" / "2022-president_constituency_totals.csv").set_index(
        "constituency_code"
    )
    parts = [
        _register(wide["registered_2013_api"], "2013", "snapshot", "register-2013-api"),
        _register(wide["registered_2017"], "2017", "certified", "register-2017"),
        _register(gazette["registered"], "2022", "gazetted", "gazette-7290-2022"),
    ]
    return pd.concat(parts, ignore_index=True)


def _register(values: pd.Series, year: str, standing: str, source_id: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "code": values.index,
            "year": year,
            "registered": values.to_numpy(),
            "standing": standing,
            "source_id": source_id,
        }
    )
