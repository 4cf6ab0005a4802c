"""Build the geography of the dashboard: boundaries, map layers, neighbours.

Run as ``python data/build_geography.py REFERENCE_DIR``. REFERENCE_DIR is the reference
folder, or its ``geo`` folder, holding the 290 constituencies of COD-AB (OCHA/IEBC,
CC BY 3.0 IGO). All coordinates are WGS84 longitude and latitude in degrees. Every
output is a pure function of the input: a second run writes the same bytes.
"""

import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry
from topojson import Topology

SOURCE_NAME = "constituencies_290_ccby_igo.geojson"
SOURCE_ID = "cod-ab"
WEST_COUNTIES = ("026", "037", "038", "039", "040")
CONSTITUENCIES, WEST_CONSTITUENCIES = 290, 38
WGS84, UTM_36N = 4326, 32636

BOUNDARY_GRID = 0.0001  # degrees, about 11 m
KENYA_GRID = 0.001  # degrees, about 110 m
KENYA_TOLERANCE = 0.006  # degrees: side of the square a dropped triangle may cover
HATCH_SPACING = 0.018  # degrees between neighbouring hatch stripes, square to them
HATCH_WIDTH = 0.0045  # degrees across one stripe
MIN_BORDER_KM = 0.05  # shorter shared borders are digitising noise
POINT_TOLERANCE = 0.0005  # degrees, precision of the search for the inscribed circle


def build(reference: Path, data: Path, static: Path) -> None:
    """Write all geography files from ``reference`` into ``data`` and ``static``/geo."""
    source = read_source(reference)
    kenya = snapped(source, BOUNDARY_GRID)
    west = in_west(kenya)
    overview = snapped(simplified(kenya, KENYA_TOLERANCE), KENYA_GRID)
    check_coverage(kenya, CONSTITUENCIES)
    check_coverage(west, WEST_CONSTITUENCIES)
    check_coverage(overview, CONSTITUENCIES)
    validate_tiles(data / "curation" / "tiles.csv", west)
    write_topology(kenya, data / "boundaries.topojson")
    neighbours(kenya).to_csv(data / "neighbours.csv", index=False, lineterminator="\n")
    layers = {
        "west": feature_collection(west),
        "kenya": feature_collection(overview),
        "west-counties": feature_collection(county_lines(west)),
        "kenya-counties": feature_collection(county_lines(overview)),
        "west-hatch": feature_collection(hatched(west), digits=4),
    }
    write_layers(layers, static / "geo")


def read_source(reference: Path) -> gpd.GeoDataFrame:
    """Return the source constituencies: code, name, county codes and names; by code."""
    path = next((p for p in (reference / "geo", reference) if (p / SOURCE_NAME).exists()), None)
    if path is None:
        raise FileNotFoundError(f"{SOURCE_NAME} is neither in {reference} nor in its geo folder")
    regions = gpd.read_file(path / SOURCE_NAME).rename(
        columns={"constituency_code": "code", "constituency_name": "name"}
    )
    regions = regions[["code", "name", "county_code", "county_name", "geometry"]]
    return regions.sort_values("code", ignore_index=True)


def read_boundaries(path: Path) -> gpd.GeoDataFrame:
    """Return the 290 constituencies of a boundaries.topojson written by ``build``."""
    regions = gpd.read_file(path)[["code", "name", "county_code", "geometry"]]
    return regions.set_crs(WGS84, allow_override=True).sort_values("code", ignore_index=True)


def in_west(regions: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the constituencies of the five western counties."""
    return regions[regions["county_code"].isin(WEST_COUNTIES)].reset_index(drop=True)


def simplified(regions: gpd.GeoDataFrame, tolerance: float) -> gpd.GeoDataFrame:
    """Return the coverage with fewer vertices; ``tolerance`` in degrees."""
    return regions.set_geometry(regions.geometry.simplify_coverage(tolerance))


def snapped(regions: gpd.GeoDataFrame, grid: float) -> gpd.GeoDataFrame:
    """Return the coverage with every vertex on a ``grid`` of degrees.

    The borders are snap-rounded together, so that no border crosses another, and cut
    the plane into faces; each face then goes to the region holding its inner point.
    """
    lines = shapely.union_all(regions.boundary.to_numpy(), grid_size=grid)
    faces = shapely.get_parts(shapely.polygonize([lines]))
    points = gpd.GeoDataFrame(
        {"face": faces}, geometry=shapely.point_on_surface(faces), crs=regions.crs
    )
    owners = points.sjoin(regions[["code", "geometry"]], predicate="within")
    merged = owners.groupby("code")["face"].agg(lambda part: shapely.coverage_union_all(list(part)))
    if lost := sorted(set(regions["code"]) - set(merged.index)):
        raise ValueError(f"the grid of {grid} degrees swallows constituencies {lost}")
    shapes = on_grid(merged.loc[regions["code"]].to_numpy(), grid)
    return regions.set_geometry(gpd.GeoSeries(shapely.normalize(shapes), crs=regions.crs))


def on_grid(shapes: np.ndarray, grid: float) -> np.ndarray:
    """Return the shapes with the float noise of snapping removed from their vertices."""
    cells = round(1 / grid)
    return shapely.transform(shapes, lambda xy: np.rint(xy * cells) / cells)


def check_coverage(regions: gpd.GeoDataFrame, count: int) -> None:
    """Raise unless ``regions`` are ``count`` valid polygons without gap or overlap faults."""
    if len(regions) != count or regions["code"].duplicated().any():
        raise ValueError(f"{len(regions)} constituencies instead of {count}, or a code twice")
    if not (regions.is_valid & ~regions.is_empty).all():
        raise ValueError(f"invalid: {list(regions.loc[~regions.is_valid, 'code'])}")
    if not shapely.coverage_is_valid(regions.geometry.to_numpy()):
        faults = shapely.coverage_invalid_edges(regions.geometry.to_numpy())
        raise ValueError(f"coverage faults: {list(regions.loc[~shapely.is_empty(faults), 'code'])}")


def write_topology(regions: gpd.GeoDataFrame, path: Path) -> None:
    """Write one topology of shared arcs on the boundary grid; rings clockwise, as d3 wants."""
    frame = regions[["code", "name", "county_code", "geometry"]].set_index("code", drop=False)
    grid = [BOUNDARY_GRID, BOUNDARY_GRID]
    corner = np.floor(frame.total_bounds[:2]).tolist()
    topology = Topology(
        frame,
        prequantize={"scale": grid, "translate": corner},
        shared_coords=True,
        object_name="constituencies",
    ).to_dict()
    for feature in topology["objects"]["constituencies"]["geometries"]:
        feature["id"] = feature["properties"]["code"]
        feature.pop("bbox", None)
    path.write_text(compact(topology), encoding="utf-8")


def neighbours(regions: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return each ordered pair of regions sharing a border line: code, neighbour, km."""
    metric = regions[["code", "geometry"]].to_crs(UTM_36N)
    shapes, codes = metric.geometry.to_numpy(), metric["code"].to_numpy()
    left, right = regions.sindex.query(regions.geometry, predicate="intersects")
    left, right = left[left != right], right[left != right]
    border = shapely.length(shapely.intersection(shapes[left], shapes[right])) / 1000
    pairs = pd.DataFrame(
        {
            "code": codes[left],
            "neighbour_code": codes[right],
            "border_km": border.round(1),
            "source_id": SOURCE_ID,
        }
    )
    return pairs[border >= MIN_BORDER_KM].sort_values(["code", "neighbour_code"])


def representative_points(regions: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return code, lon, lat in degrees: the most inward point of each largest part.

    It is the centre of the largest circle inside that part, to 4 decimals, and so the
    best place for a label or a symbol.
    """
    parts = regions[["code", "geometry"]].explode(ignore_index=True)
    parts = parts.assign(size=parts.geometry.to_crs(UTM_36N).area).sort_values("size")
    largest = parts.drop_duplicates("code", keep="last").sort_values("code", ignore_index=True)
    radii = shapely.maximum_inscribed_circle(largest.geometry.to_numpy(), POINT_TOLERANCE)
    xy = shapely.get_coordinates(shapely.get_point(radii, 0)).round(4)
    if not shapely.contains_xy(largest.geometry.to_numpy(), xy[:, 0], xy[:, 1]).all():
        raise ValueError("a representative point lies outside its constituency")
    return pd.DataFrame({"code": largest["code"], "lon": xy[:, 0], "lat": xy[:, 1]})


def extents(regions: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return code, west, south, east, north: the bounding box in degrees, to 4 decimals."""
    boxes = regions.geometry.bounds.round(4)
    boxes.columns = pd.Index(["west", "south", "east", "north"])
    return pd.concat([regions["code"], boxes], axis=1)


def county_lines(regions: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the outline of each county as lines, made of the edges of its members."""
    counties = regions.drop(columns="code").dissolve("county_code", method="coverage")
    lines = shapely.line_merge(counties.geometry.boundary.to_numpy())
    return gpd.GeoDataFrame(
        {"code": counties.index, "name": counties["county_name"].to_numpy()},
        geometry=shapely.normalize(lines),
        crs=regions.crs,
    )


def hatched(regions: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return diagonal stripes inside each region; they continue across borders.

    Stripes are thin polygons and not lines, so that a choropleth can draw them by URL.
    """
    west, south, east, north = regions.total_bounds
    step = HATCH_SPACING * np.sqrt(2)
    starts = np.arange(np.floor((west - (north - south)) / step) * step, east, step)
    low = np.column_stack([starts, np.full_like(starts, south)])
    lines = shapely.linestrings(np.stack([low, low + (north - south)], axis=1))
    stripes = shapely.multipolygons(
        shapely.buffer(lines, HATCH_WIDTH / 2, cap_style="flat").tolist()
    )
    clipped = shapely.intersection(regions.geometry.to_numpy(), stripes)
    shapes = [shapely.multipolygons(list(areas(shape))) for shape in clipped]
    return regions.set_geometry(gpd.GeoSeries(shapely.normalize(shapes), crs=regions.crs))


def areas(shape: BaseGeometry) -> Iterator[BaseGeometry]:
    """Yield the polygons of ``shape`` that are more than a dot."""
    for part in shapely.get_parts(shape):
        if part.geom_type == "Polygon" and part.area > BOUNDARY_GRID**2:
            yield part


def feature_collection(regions: gpd.GeoDataFrame, digits: int | None = None) -> str:
    """Return compact GeoJSON, feature id = code; coordinates to ``digits`` if given.

    Exterior rings run anticlockwise (RFC 7946).
    """
    shapes = shapely.orient_polygons(regions.geometry.to_numpy(), exterior_cw=False)
    if digits is not None:
        shapes = shapely.transform(shapes, lambda xy: xy.round(digits))
    features = [
        {
            "type": "Feature",
            "id": code,
            "properties": {"code": code, "name": name},
            "geometry": json.loads(shapely.to_geojson(shape)),
        }
        for code, name, shape in zip(regions["code"], regions["name"], shapes, strict=True)
    ]
    return compact({"type": "FeatureCollection", "features": features})


def compact(value: object) -> str:
    """Return ``value`` as JSON without spaces."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def write_layers(layers: dict[str, str], folder: Path) -> None:
    """Write each layer as stem-<content hash>.geojson, drop older ones, index them."""
    folder.mkdir(parents=True, exist_ok=True)
    index = {}
    for stem, text in layers.items():
        for old in folder.glob(f"{stem}-{'[0-9a-f]' * 10}.geojson"):
            old.unlink()
        index[stem] = f"{stem}-{hashlib.sha256(text.encode()).hexdigest()[:10]}.geojson"
        (folder / index[stem]).write_text(text, encoding="utf-8")
    (folder / "index.json").write_text(json.dumps(index, indent=1) + "\n", encoding="utf-8")


def validate_tiles(path: Path, west: gpd.GeoDataFrame) -> None:
    """Raise unless the tile layout gives each western region a cell, counties in one piece."""
    tiles = pd.read_csv(path, dtype={"code": str})
    if sorted(tiles["code"]) != sorted(west["code"]):
        raise ValueError(f"{path} does not hold each western constituency once")
    cells = tiles[["tile_col", "tile_row"]]
    if cells.duplicated().any() or (cells < 0).any(axis=None):
        raise ValueError(f"{path} has two constituencies in one cell, or a negative cell")
    squares = shapely.box(*cells.to_numpy().T, *(cells.to_numpy() + 1).T)
    counties = tiles["code"].map(west.set_index("code")["county_code"])
    for county in WEST_COUNTIES:
        if shapely.union_all(squares[counties == county]).geom_type != "Polygon":
            raise ValueError(f"{path}: the tiles of county {county} do not hang together")


def main() -> None:
    """Build into the repository this file belongs to."""
    root = Path(__file__).resolve().parent.parent
    build(Path(sys.argv[1]), root / "data", root / "static")


if __name__ == "__main__":
    main()
