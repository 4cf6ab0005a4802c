"""Regions: the presets, and that whatever can be made can be written and read again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mulembe import regions
from mulembe.regions import RegionError

WEST = [*(f"{code}" for code in range(136, 141)), *(f"{code}" for code in range(199, 232))]


def outcome(name: str) -> str:
    """The name as the user gets it back: blanks normalised, cut to 40 characters."""
    return " ".join(name.split())[:40].strip()


@pytest.mark.parametrize(("token", "size"), [("west5", 38), ("west4", 33), ("core30", 30)])
def test_presets_have_their_size(tables, token, size):
    region = regions.parse(token, tables)
    assert len(region) == len(set(region.codes)) == size
    assert region.is_preset
    assert region.token == token
    assert list(region.codes) == sorted(region.codes)


def test_presets_are_counties_of_the_table(tables, rows):
    county = {row["code"]: row["county_code"] for row in rows("constituencies")}
    west4 = {code for code, place in county.items() if place in {"037", "038", "039", "040"}}
    west5 = west4 | {code for code, place in county.items() if place == "026"}
    names = {row["name"]: row["code"] for row in rows("constituencies")}
    left_out = {names[name] for name in ("Mt. Elgon", "Teso North", "Teso South")}
    assert set(regions.parse("west5", tables).codes) == west5 == set(WEST)
    assert set(regions.parse("west4", tables).codes) == west4
    assert set(regions.parse("core30", tables).codes) == west4 - left_out


def test_the_default_comes_first(tables):
    assert [region.token for region in regions.presets(tables)] == ["west5", "west4", "core30"]
    assert regions.DEFAULT == "west5"


def test_counties_are_the_five_of_the_region(tables):
    found = {region.name: len(region) for region in regions.counties(tables)}
    assert found == {"Trans Nzoia": 5, "Kakamega": 12, "Vihiga": 5, "Bungoma": 9, "Busia": 7}


def test_a_changed_region_is_read(tables):
    region = regions.parse("west5-216-225~Without%20the%20hills", tables)
    assert set(region.codes) == set(WEST) - {"216", "225"}
    assert region.name == "Without the hills"
    assert not region.is_preset


def test_adding_to_a_county_is_read(tables):
    region = regions.parse("county:038+199", tables)
    assert region.codes == ("199", "211", "212", "213", "214", "215")
    assert region.name == "Own region of 6"


def test_changes_that_lead_to_a_preset_become_it(tables):
    assert regions.parse("west4-216-225-226", tables) == regions.parse("core30", tables)
    assert regions.parse("west5-136-137-138-139-140", tables) == regions.parse("west4", tables)


def test_a_named_preset_keeps_its_name(tables):
    region = regions.parse("west4~Mulembe", tables)
    assert (region.name, region.is_preset, len(region)) == ("Mulembe", False, 33)


@given(codes=st.sets(st.sampled_from(WEST), min_size=1), name=st.text(max_size=60))
def test_what_is_defined_is_read_back(tables, codes, name):
    made = regions.define(codes, name, tables)
    assert set(made.codes) == codes
    assert regions.parse(made.token, tables) == made
    if name.strip():
        assert made.name == outcome(name)


@pytest.mark.parametrize(
    "name",
    [
        "x" * 39 + " y",  # the cut falls behind a blank
        "\U0001f600" * 60,  # twelve characters each in a link
        "a~b-216+136&?#/%25",
        "  many \t blanks\n ",
        "<b>Mulembe</b>",
        "Bung'oma \u202e gnirts",
    ],
)
@pytest.mark.parametrize("base", ["west5", "county:037"])
def test_odd_names_are_read_back(tables, name, base):
    codes = set(WEST[::2])  # the longest list of changes
    made = regions.define(codes, name, tables, base)
    assert regions.parse(made.token, tables) == made
    assert made.name == outcome(name)


@given(base=st.sampled_from(["west5", "west4", "core30", "county:039"]), data=st.data())
def test_any_base_can_be_changed_into_any_set(tables, base, data):
    codes = data.draw(st.sets(st.sampled_from(WEST), min_size=1))
    made = regions.define(codes, "x", tables, base)
    assert made.token.startswith(base)
    assert regions.parse(made.token, tables) == made


@pytest.mark.parametrize(
    "token",
    [
        "",
        " ",
        "nowhere",
        "WEST5",
        "county:001",
        "county:37",
        "county:0377",
        "west5-",
        "west5-21",
        "west5-216x",
        "west5 -216",
        "../../etc/passwd",
        "west5-٢١٦",
        "~name",
        "x" * 10_000,
    ],
)
def test_a_bad_token_is_answered_with_one_sentence(tables, token):
    with pytest.raises(RegionError) as error:
        regions.parse(token, tables)
    text = str(error.value)
    assert text.endswith(".")
    assert ". " not in text
    assert "\n" not in text
    assert len(text) < 200


def test_a_constituency_from_elsewhere_is_refused(tables):
    with pytest.raises(RegionError, match="001 is not one of the 38"):
        regions.parse("west5+001", tables)
    with pytest.raises(RegionError, match="001 is not one of the 38"):
        regions.parse("west5-001", tables)


def test_an_empty_region_is_refused(tables):
    with pytest.raises(RegionError, match="at least one"):
        regions.parse("county:038-211-212-213-214-215", tables)


@given(st.text(max_size=80))
def test_any_text_gives_a_region_or_a_sentence(tables, token):
    try:
        region = regions.parse(token, tables)
    except RegionError:
        return
    assert set(region.codes) <= set(WEST)


def test_whole_counties(tables):
    assert regions.whole_counties(regions.parse("west4", tables), tables) == [
        "037",
        "038",
        "039",
        "040",
    ]
    assert regions.whole_counties(regions.parse("county:026", tables), tables) == ["026"]
    assert regions.whole_counties(regions.parse("core30", tables), tables) is None
    assert regions.whole_counties(regions.parse("west5-216", tables), tables) is None
