"""Each layer of the map: its values by hand, its classes, its words, and what it leaves out."""

import re
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from mulembe import layers, regions
from mulembe.classes import Classes, classify, shared_classes
from mulembe.elections import MissingResultsError
from mulembe.layers import LAYERS, LayerData, Question

SABATIA, MT_ELGON, BUDALANGI, SHINYALU = "212", "216", "231", "209"
NYANDO, TURKANA_WEST = "242", "124"
UNITS = (SABATIA, MT_ELGON, BUDALANGI)
NUMERIC = [layer.id for layer in LAYERS.values() if layer.kind != "category"]
RESULT_LAYERS = [layer.id for layer in LAYERS.values() if layer.needs == "election"]
# core30 and west5 are real choices; the last two are regions of one and of two seats.
PLACES = {
    "nation": None,
    "west5": "west5",
    "core30": "core30",
    "one seat": "county:038-211-213-214-215",
    "two seats": "county:038-211-213-214",
}


def answer(tables, layer: str, region: str | None = "west5", **other) -> LayerData:
    asked = {"election": "2022", "base": "2017", "day": date(2022, 2, 1), "level": 3} | other
    place = None if region is None else regions.parse(region, tables)
    return layers.compute(tables, Question(layer, region=place, **asked))


@pytest.fixture(scope="module")
def hand(count, papers):
    """Shares, margin and papers of one constituency, as plain numbers."""

    def found(election: str, code: str) -> dict[str, float]:
        votes, row = count(election, {code}), papers(election, code)
        whole = sum(votes.values())
        rival = votes["kenyatta"] if election == "2017" else votes["ruto"]
        return {
            "a": votes["odinga"] / whole,
            "b": rival / whole,
            "effective": whole**2 / sum(number**2 for number in votes.values()),
            "turnout": 100 * row["cast"] / row["registered"],
            "registered": row["registered"],
            "gap": votes["odinga"] - rival,
        }

    return found


class TestValues:
    @pytest.mark.parametrize("code", UNITS)
    def test_numbers_by_hand(self, tables, hand, count, code):
        before, after = hand("2017", code), hand("2022", code)
        west = regions.parse("west5", tables).codes
        swing = 50 * ((after["a"] - before["a"]) - (after["b"] - before["b"]))
        expected = {
            "margin": 100 * (after["a"] - after["b"]),
            "swing": swing,
            "transfer": 100 * (after["b"] - before["b"]) / before["a"],
            "turnout": after["turnout"],
            "turnout_change": after["turnout"] - before["turnout"],
            "registered": after["registered"],
            "growth": 100 * (after["registered"] / before["registered"] - 1),
            "effective": after["effective"],
            "contribution": 100 * after["gap"] / sum(count("2022", west).values()),
        }
        assert set(expected) == set(NUMERIC)
        for layer, value in expected.items():
            assert answer(tables, layer).values[code] == pytest.approx(value), layer

    def test_the_winner(self, tables):
        data = answer(tables, "winner")
        assert data.values[SABATIA] == "ruto"
        assert data.text[SABATIA] == "William Ruto 52.2%"  # 22,087 of 42,286
        assert data.values[BUDALANGI] == "odinga"
        assert answer(tables, "winner", election="2017").values[SABATIA] == "odinga"
        assert set(data.labels) == {"odinga", "ruto"}

    def test_words_name_the_side_that_leads(self, tables):
        text = answer(tables, "margin").text
        assert text[SABATIA] == "Ruto +5.5 points"  # 2,344 of 42,286
        assert text[BUDALANGI] == "Odinga +27.8 points"  # 8,819 of 31,744
        assert answer(tables, "swing").text[SABATIA].startswith("to Ruto +")

    def test_contributions_add_up_to_the_lead(self, tables):
        for region in ("west5", "core30"):
            data = answer(tables, "contribution", region)
            codes = regions.parse(region, tables).codes
            margins = answer(tables, "margin", region)
            assert set(data.values.index) == set(codes) == set(margins.values.index)
        # West 4 by hand: 844,204 - 513,010 of 1,369,864.
        data = answer(tables, "contribution", "west4")
        assert data.values.sum() == pytest.approx(100 * (844_204 - 513_010) / 1_369_864)
        assert "Odinga +24.2 points" in data.note

    def test_quality_hatches_what_conflicts(self, tables, rows):
        data = answer(tables, "quality")
        flags = {
            row["unit_code"]: row["quality"]
            for row in rows("turnout")
            if row["election_id"] == "2022" and row["unit_code"] in data.values.index
        }
        assert data.values.to_dict() == flags
        assert set(data.hatched) == {code for code, flag in flags.items() if flag == "conflict"}
        assert data.values.value_counts().to_dict() == {"conflict": 18, "agreed": 17, "single": 3}
        assert SHINYALU in data.hatched

    def test_alignment_is_that_of_the_date_and_level(self, tables):
        data = answer(tables, "alignment", day=date(2021, 12, 27))
        assert data.values["199"] == "undeclared"
        assert data.text["199"] == "Ayub Savula: undeclared; weaker: Azimio (L1)"
        assert {"199", "206", "208", "215"} <= set(data.hatched)
        assert data.values["201"] == "oka"
        assert "201" not in data.hatched
        shown = answer(tables, "alignment", day=date(2021, 12, 27), level=1)
        assert shown.values["199"] == "azimio"
        assert shown.text["199"] == "Ayub Savula: Azimio (L1)"
        assert "199" not in shown.hatched

    def test_a_vacant_seat_is_called_vacant(self, tables):
        for layer in ("alignment", "mp_party"):
            data = answer(tables, layer, day=date(2021, 1, 15))
            assert data.values["206"] == "vacant"
            assert data.text["206"] == "Seat vacant"
            assert "vacant" in data.labels

    def test_the_party_is_the_one_elected_on(self, tables):
        data = answer(tables, "mp_party")
        assert data.values["220"] == "FORD-K"  # Wamunyinyi was with DAP-K by then
        assert data.text["220"] == "Wafula Wamunyinyi, elected on FORD-K"


class TestWords:
    @pytest.mark.parametrize("place", PLACES)
    @pytest.mark.parametrize("layer", LAYERS)
    def test_every_unit_has_its_value_and_text_or_is_missing(self, tables, layer, place):
        if place == "nation" and not LAYERS[layer].national:
            pytest.skip("the people are held for the region only")
        data = answer(tables, layer, PLACES[place])
        region = PLACES[place]
        codes = set(tables["constituencies"]["code"])
        if region is not None:
            codes = set(regions.parse(region, tables).codes)
        assert set(data.values.index) | set(data.missing) == codes
        assert not set(data.values.index) & set(data.missing)
        assert data.values.notna().all()
        assert data.text[data.values.index].ne("").all()
        assert not data.text.str.contains(r"\bnan\b|None|<NA>").any()
        if LAYERS[layer].kind == "category":
            assert set(data.labels) == set(data.values)
        assert data.sources or layer == "alignment"  # where nothing was said there is no source
        assert set(data.sources) <= set(tables["sources"]["source_id"])

    def test_an_unknown_layer_is_a_key_error(self, tables):
        with pytest.raises(KeyError):
            answer(tables, "weather")


class TestClasses:
    @pytest.mark.parametrize("place", PLACES)
    @pytest.mark.parametrize("layer", NUMERIC)
    def test_each_value_is_in_the_class_its_label_says(self, tables, layer, place):
        data = answer(tables, layer, PLACES[place])
        check_classes(data, classify(data, LAYERS[layer]))

    @pytest.mark.parametrize("place", PLACES)
    @pytest.mark.parametrize("layer", [name for name in RESULT_LAYERS if name in NUMERIC])
    def test_so_it_is_with_a_difference(self, tables, layer, place):
        before = answer(tables, layer, PLACES[place], election="2017")
        after = answer(tables, layer, PLACES[place])
        for pair in ((before, after), (after, after)):
            data, shown = layers.difference(*pair, LAYERS[layer])
            check_classes(data, classify(data, shown))

    def test_margins_have_the_fixed_classes(self, tables):
        classes = classify(answer(tables, "margin"), LAYERS["margin"])
        assert classes.labels == (
            "Ruto by 40 or more",
            "Ruto by 20 to 40",
            "Ruto by 5 to 20",
            "Within 5 points",
            "Odinga by 5 to 20",
            "Odinga by 20 to 40",
            "Odinga by 40 or more",
        )
        assert classes.middle == 3
        assert classes.index[[SABATIA, MT_ELGON, BUDALANGI]].tolist() == [2, 0, 5]

    def test_a_limit_belongs_to_the_class_below_it(self, tables):
        data = answer(tables, "margin")
        edges = pd.Series([-40.0, -5.0, 5.0, 5.1], list("abcd"))
        classes = classify(replace(data, values=edges), LAYERS["margin"])
        assert classes.index.tolist() == [0, 2, 3, 4]

    @pytest.mark.parametrize("layer", ["turnout", "registered", "transfer", "effective"])
    def test_quantiles_hold_about_as_many_each(self, tables, layer):
        classes = classify(answer(tables, layer, None), LAYERS[layer])
        sizes = classes.index.value_counts()
        assert len(sizes) == 5
        assert sizes.min() > 0.6 * sizes.mean()


def check_classes(data: LayerData, classes: Classes) -> None:
    assert list(classes.index.index) == list(data.values.index)
    assert classes.index.between(0, len(classes.labels) - 1).all()
    assert len(set(classes.labels)) == len(classes.labels)
    for code, number in classes.index.items():
        low, high = limits(classes.labels[number], data.poles)
        assert low <= data.values[code] <= high, (code, data.values[code], classes.labels[number])


def limits(label: str, poles: tuple[str, str]) -> tuple[float, float]:
    """What a label promises a reader: the lowest and highest value."""
    plain = label.replace("\u2212", "-").replace(",", "")
    low, high = float("-inf"), float("inf")
    numbers = [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", plain)]
    if label == "All":
        return low, high
    if label.startswith("Within"):
        return -numbers[0], numbers[0]
    if label.startswith("Up to"):
        return low, numbers[0]
    if label.startswith("Over"):
        return numbers[0], high
    if " by " in label:
        near, far = numbers[0], numbers[1] if len(numbers) > 1 else high
        negative = label.startswith(f"{poles[0]} by")
        assert negative or label.startswith(f"{poles[1]} by")
        return (-far, -near) if negative else (near, far)
    return numbers[0], numbers[1]


class TestByCounty:
    @pytest.mark.parametrize("layer", [name for name in RESULT_LAYERS if name != "contribution"])
    def test_2013_says_that_it_is_by_county(self, tables, layer):
        data = answer(tables, layer, election="2013")
        assert data.title.endswith("2013, by county")
        assert data.note.startswith("By county: no results by constituency")
        assert data.text[SABATIA].startswith("Vihiga county: ")
        assert data.text[MT_ELGON].startswith("Bungoma county: ")
        assert len(data.values) == 38
        vihiga = ("211", "212", "213", "214", "215")
        assert data.values[list(vihiga)].nunique() == 1

    def test_values_are_those_of_the_county(self, tables, count, papers):
        votes, row = count("2013", {"038"}), papers("2013", "038")
        whole = sum(votes.values())
        assert answer(tables, "winner", election="2013").values[SABATIA] == "mudavadi"
        assert answer(tables, "margin", election="2013").values[SABATIA] == pytest.approx(
            100 * (votes["odinga"] - votes["kenyatta"]) / whole
        )
        assert answer(tables, "turnout", election="2013").values[SABATIA] == pytest.approx(
            100 * row["cast"] / row["registered"]
        )

    def test_the_nation_is_covered(self, tables):
        data = answer(tables, "winner", None, election="2013")
        assert len(data.values) + len(data.missing) == 290

    def test_a_cut_county_still_has_its_figure(self, tables):
        data = answer(tables, "winner", "core30", election="2013")
        assert len(data.values) == 30

    def test_constituencies_have_no_part_of_their_own(self, tables):
        with pytest.raises(MissingResultsError, match="by county"):
            answer(tables, "contribution", election="2013")


class TestDifference:
    def test_numbers_are_subtracted(self, tables, hand):
        pair = [answer(tables, "turnout", election=year) for year in ("2017", "2022")]
        data, _ = layers.difference(*pair, LAYERS["turnout"])
        change = hand("2022", SABATIA)["turnout"] - hand("2017", SABATIA)["turnout"]
        assert data.values[SABATIA] == pytest.approx(change)
        assert data.text[SABATIA] == f"\u2212{-change:.1f} points"

    def test_the_difference_of_percentages_is_in_points(self, tables):
        pair = [answer(tables, "turnout", election=year) for year in ("2017", "2022")]
        data, shown = layers.difference(*pair, LAYERS["turnout"])
        labels = classify(data, shown).labels
        assert all(label.endswith(" points") for label in labels)
        assert "%" not in "".join(labels)

    def test_voters_are_whole(self, tables):
        pair = [answer(tables, "registered", election=year) for year in ("2017", "2022")]
        data, _ = layers.difference(*pair, LAYERS["registered"])
        assert data.values[SABATIA] == 70_875 - 63_035
        assert data.text[SABATIA] == "+7,840 voters"

    def test_one_line_may_change_its_candidate(self, tables):
        pair = [answer(tables, "winner", election=year) for year in ("2017", "2022")]
        data, _ = layers.difference(*pair, LAYERS["winner"])
        assert data.values[MT_ELGON] == "kept"  # Kenyatta, then Ruto
        assert data.values[BUDALANGI] == "kept"
        assert data.values[SABATIA] == "changed"
        assert data.text[SABATIA] == "Raila Odinga 93.8%, then William Ruto 52.2%"
        assert "one line" in data.note

    def test_poles_keep_their_side(self, tables):
        pair = [answer(tables, "margin", election=year) for year in ("2017", "2022")]
        data, _ = layers.difference(*pair, LAYERS["margin"])
        assert data.poles == ("To Ruto", "To Odinga")
        assert data.values[SABATIA] < 0  # the lead went to Ruto

    def test_what_one_lacks_is_missing(self, tables):
        pair = [answer(tables, "turnout", None, election=year) for year in ("2017", "2022")]
        data, _ = layers.difference(*pair, LAYERS["turnout"])
        assert {NYANDO, TURKANA_WEST, "181", "185"} <= set(data.missing)
        assert not set(data.missing) & set(data.values.index)


class TestNationally:
    @pytest.mark.parametrize("layer", ["swing", "growth", "turnout_change", "transfer"])
    def test_nyando_has_no_change(self, tables, layer):
        data = answer(tables, layer, None)
        assert NYANDO in data.missing
        assert NYANDO not in data.values.index

    @pytest.mark.parametrize("layer", ["winner", "margin", "turnout"])
    def test_nyando_is_missing_in_2017_only(self, tables, layer):
        assert NYANDO in answer(tables, layer, None, election="2017").missing
        assert NYANDO not in answer(tables, layer, None).missing

    def test_blank_and_faulty_forms_have_no_turnout(self, tables, rows):
        for election in ("2017", "2022"):
            without = {
                row["unit_code"]
                for row in rows("turnout")
                if row["election_id"] == election
                and (not row["cast"] or int(row["cast"]) > int(row["registered"]))
            }
            assert set(answer(tables, "turnout", None, election=election).missing) == without
        assert TURKANA_WEST in answer(tables, "turnout", None, election="2017").missing

    def test_a_small_base_has_no_transfer(self, tables, rows, count):
        data = answer(tables, "transfer", None)
        codes = [row["code"] for row in rows("constituencies")]
        small = set()
        for code in codes:
            votes = count("2017", {code})
            if votes and votes["odinga"] < 0.1 * sum(votes.values()):
                small.add(code)
        assert len(small) > 50
        assert set(data.missing) == small | {NYANDO}
        assert data.text[sorted(small)].eq("").all()

    def test_nothing_is_missing_in_the_region(self, tables):
        for layer in LAYERS:
            assert answer(tables, layer).missing == ()
            assert len(answer(tables, layer).values) == 38


def test_units_keep_their_type(tables):
    for layer in NUMERIC:
        assert pd.api.types.is_float_dtype(answer(tables, layer).values), layer


def test_two_maps_of_a_pair_share_their_classes(tables) -> None:
    before, after = (answer(tables, "turnout", election=year) for year in ("2017", "2022"))
    shared = shared_classes(before, after, LAYERS["turnout"])
    assert classify(before, shared).labels == classify(after, shared).labels
    assert shared_classes(before, after, LAYERS["winner"]) is LAYERS["winner"]
