"""The shapes are valid and one coverage; the map layers are what their names promise."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from mulembe.checks.finding import Finding, agrees, counted, faulty
from mulembe.checks.lookup import CONSTITUENCIES, records, region_codes, unit_names
from mulembe.tables import Tables

LAYERS = {"west": 38, "kenya": 290, "west-counties": 5, "kenya-counties": 47, "west-hatch": 38}
BORDER_KM = 0.1  # lengths of borders are stored to a tenth of a kilometre
WGS84, UTM_36N = 4326, 32636


def _shapes(tables: Tables) -> Any:
    """Read the boundaries, sorted by code; geopandas is slow to import and loaded only here."""
    import geopandas as gpd

    path = tables.folder / "boundaries.topojson"
    if not path.exists():
        raise FileNotFoundError("data/boundaries.topojson is missing")
    shapes = gpd.read_file(path)[["code", "geometry"]].set_crs(WGS84, allow_override=True)
    return shapes.sort_values("code", ignore_index=True)


def boundaries(tables: Tables) -> Iterator[Finding]:
    """Check that the boundaries are valid, cover without gap or overlap, and hold their points."""
    import shapely

    shapes = _shapes(tables)
    found = f"{len(set(shapes['code']) & set(unit_names(tables)))}/{CONSTITUENCIES}"
    whole = f"{CONSTITUENCIES}/{CONSTITUENCIES}"
    same = found == whole and len(shapes) == CONSTITUENCIES
    yield agrees("units", whole) if same else faulty("units", found, whole)
    faults = list(shapes.loc[~shapes.is_valid | shapes.is_empty, "code"])
    yield counted("valid", len(shapes), faults, "valid polygons")
    edges = shapely.coverage_invalid_edges(shapes.geometry.to_numpy())
    faults = list(shapes.loc[~shapely.is_empty(edges), "code"])
    yield counted("coverage", len(shapes), faults, "no gap and no overlap")
    points = tables["constituencies"].set_index("code").reindex(shapes["code"])
    xy = points[["lon", "lat"]].to_numpy(dtype=float)
    inside = shapely.contains_xy(shapes.geometry.to_numpy(), xy[:, 0], xy[:, 1])
    faults = list(shapes.loc[~inside, "code"])
    yield counted("points", len(shapes), faults, "representative point inside its unit")


def neighbours(tables: Tables) -> Iterator[Finding]:
    """Check that neighbours are mutual and share the border that the boundaries show."""
    table = tables["neighbours"]
    listed = {(r["code"], r["neighbour_code"]): r["border_km"] for r in records(table)}
    faults = [f"{a} {b}" for (a, b), km in listed.items() if listed.get((b, a)) != km or a == b]
    yield counted("mutual", len(listed), faults, "same border from both sides")
    borders = _borders(tables)
    faults = [f"{a} {b} share no border" for a, b in sorted(set(listed) - set(borders))]
    faults += [
        f"{a} {b}: {listed.get((a, b), 0.0)} km against {km:.1f} km"
        for (a, b), km in sorted(borders.items())
        if abs(listed.get((a, b), 0.0) - km) > BORDER_KM
    ]
    yield counted("true", len(listed), faults, "border as in the boundaries")


def _borders(tables: Tables) -> dict[tuple[str, str], float]:
    """Return the length in km of each border line, by ordered pair of codes."""
    import shapely

    shapes = _shapes(tables)
    metric, codes = shapes.geometry.to_crs(UTM_36N).to_numpy(), shapes["code"].to_numpy()
    left, right = shapes.sindex.query(shapes.geometry, predicate="intersects")
    left, right = left[left < right], right[left < right]
    lengths = shapely.length(shapely.intersection(metric[left], metric[right])) / 1000
    found: dict[tuple[str, str], float] = {}
    for a, b, km in zip(codes[left], codes[right], lengths, strict=True):
        if km > 0:
            found[a, b] = found[b, a] = float(km)
    return found


def tiles(tables: Tables) -> Iterator[Finding]:
    """Check that each of the 38 has a square of its own on the tile map, and no other has one."""
    table = tables["constituencies"]
    drawn = table.dropna(subset=["tile_col", "tile_row"])
    faults = sorted(set(drawn["code"]) ^ region_codes(tables))
    yield counted("squares", len(drawn), faults, "one for each constituency of the region")
    double = drawn[drawn.duplicated(["tile_col", "tile_row"], keep=False)]
    yield counted("cells", len(drawn), list(double["code"]), "no two in one cell")


def layers(tables: Tables) -> Iterator[Finding]:
    """Check that the map layers exist, are the ones their names promise, and hold their units."""
    folder = tables.folder.parent / "static" / "geo"
    index = json.loads((folder / "index.json").read_text(encoding="utf-8"))
    yield counted("index", len(LAYERS), sorted(set(index) ^ set(LAYERS)), "the five layers")
    units = {
        "west": region_codes(tables),
        "west-hatch": region_codes(tables),
        "kenya": set(unit_names(tables)),
    }
    for stem, count in LAYERS.items():
        path = folder / str(index.get(stem))
        if not path.exists():
            yield faulty(stem, f"{path.name} is missing", "the file")
            continue
        content = path.read_bytes()
        digest = hashlib.sha256(content).hexdigest()[:10]
        codes = [str(feature["id"]) for feature in json.loads(content)["features"]]
        faults = [] if path.name == f"{stem}-{digest}.geojson" else [f"content is {digest}"]
        if len(codes) != count or set(codes) != units.get(stem, set(codes)):
            faults.append(f"{len(codes)} units instead of {count}, or other ones")
        yield counted(stem, count, faults, "its units, content as named")
