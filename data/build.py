"""Build every table in ``data/`` from a reference collection and the hand-written curation.

    python data/build.py --reference DIR

Facts and figures come from the reference collection; wording, camps, evidence levels and the
tile layout come from ``data/curation``. Last comes what is worked out from the tables just written:
how wrong each transfer method was. The output is deterministic: a second run changes nothing.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import build_fit
import build_geography
import build_people
import build_results
import build_wards
import pandas as pd
from tablefile import read, read_curation, write

DATA = Path(__file__).parent
STATIC = DATA.parent / "static"
REGION_COUNTIES = ("026", "037", "038", "039", "040")


def counties(reference: Path) -> pd.DataFrame:
    """One row per county: code, name and whether it belongs to the region of 38."""
    gazetteer = read(reference / "geo" / "gazetteer.csv")
    table = gazetteer[["county_code", "county_name"]].drop_duplicates()
    table.columns = pd.Index(["code", "name"])
    table["in_region"] = table["code"].isin(REGION_COUNTIES)
    return table.assign(source_id="register-2017")


def constituencies(reference: Path) -> pd.DataFrame:
    """One row per constituency: names, county, a point inside it and its square on the tile map."""
    table = read(reference / "geo" / "gazetteer.csv")[
        ["constituency_code", "constituency_name", "county_code"]
    ]
    table.columns = pd.Index(["code", "name", "county_code"])
    table["in_region"] = table["county_code"].isin(REGION_COUNTIES)
    boundaries = build_geography.read_boundaries(DATA / "boundaries.topojson")
    points = build_geography.representative_points(boundaries)
    table = table.merge(points, on="code", how="left", validate="one_to_one")
    extents = build_geography.extents(boundaries)
    table = table.merge(extents, on="code", how="left", validate="one_to_one")
    table = table.merge(read_curation("tiles"), on="code", how="left", validate="one_to_one")
    return table.assign(source_id="register-2017", geometry_source_id="cod-ab")


def main() -> None:
    """Read the arguments and write all tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reference", type=Path, required=True, help="folder of reference data")
    reference = parser.parse_args().reference
    if not (reference / "results").is_dir():
        parser.error(f"{reference} has no folder 'results': is it the reference collection?")

    build_geography.build(reference, DATA, STATIC)
    write("counties", counties(reference), ["code"])
    write("constituencies", constituencies(reference), ["code"])
    build_results.build(reference)
    build_wards.build(reference)
    build_people.build(reference)
    build_fit.build()  # from the tables just written


if __name__ == "__main__":
    main()
