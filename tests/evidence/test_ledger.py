"""The data ledger: complete, in agreement with the tables, and with effects worked out by hand."""

from __future__ import annotations

from collections import Counter

import pytest

from mulembe.checks import run
from mulembe.ledger import KINDS, Entry, frame, ledger, search, swapped


@pytest.fixture(scope="module")
def entries(tables):
    return ledger(tables)


@pytest.fixture(scope="module")
def entry(entries):
    by_id = {one.entry_id: one for one in entries}
    return by_id.__getitem__


@pytest.fixture(scope="module")
def both(rows):
    """Both readings of 2022 by constituency, counted with csv and nothing of ours."""
    found: dict[str, dict[str, dict[str, int]]] = {}
    for row in rows("readings_2022"):
        side = found.setdefault(row["code"], {}).setdefault(row["reading"], {})
        side[row["item"]] = int(row["value"])
    return found


class TestCompleteness:
    def test_ids_are_unique_and_kinds_known(self, entries):
        assert len({one.entry_id for one in entries}) == len(entries)
        assert {one.kind for one in entries} == set(KINDS)

    def test_every_listed_difference_is_in_it(self, entries, rows):
        listed = {(row["check"], row["subject"]) for row in rows("known_differences")}
        assert {one.known for one in entries} - {None} == listed

    def test_what_the_checks_find_is_in_it(self, entries, tables):
        found = {(f.check, f.subject) for f in run(tables) if f.status in ("documented", "missing")}
        assert found <= {one.known for one in entries}

    def test_every_reading_and_entry_has_sources(self, entries, tables):
        known = set(tables["sources"]["source_id"])
        for one in entries:
            assert one.readings, one.entry_id
            assert set(one.sources) <= known, one.entry_id
            assert one.why and one.effect, one.entry_id

    def test_every_form_with_two_different_readings(self, entries, both):
        differ = {c for c, sides in both.items() if len({*map(str, sides.values())}) > 1}
        differ = {c for c in differ if both[c]["tally"] != both[c]["form34b"]}
        shown = {o.entry_id.removeprefix("readings-") for o in entries if o.kind == "readings"}
        assert shown == differ
        assert len(differ) == 23

    def test_every_form_read_once(self, entries, both):
        once = {code for code, sides in both.items() if len(sides) == 1}
        assert {o.entry_id.removeprefix("single-") for o in entries if o.kind == "single"} == once

    def test_every_row_off_its_own_total(self, entries, rows):
        off = {r["unit_code"] for r in rows("turnout") if r["form_difference"] not in ("", "0")}
        kept = {o.entry_id.removeprefix("form_total-") for o in entries if o.kind == "form_total"}
        assert kept == off

    def test_registers_where_form_and_register_differ(self, entries, rows):
        form = {
            (r["election_id"], r["unit_code"]): r["registered"]
            for r in rows("turnout")
            if r["unit"] == "constituency"
        }
        off = {
            f"register-{r['year']}-{r['code']}"
            for r in rows("registers")
            if form.get((r["year"], r["code"]), r["registered"]) != r["registered"]
        }
        shown = {o.entry_id for o in entries if o.kind == "register"}
        assert off <= shown
        assert len(off) == 70
        others = Counter(one.split("-")[-1] for one in shown - off)
        assert others == Counter({"nation": 3, "027": 1, "041": 1})

    def test_homes_with_conflicts(self, entries, rows):
        who = {row["politician_id"] for row in rows("homes") if row["conflict"] == "True"}
        assert {o.entry_id.removeprefix("home-") for o in entries if o.kind == "home"} == who


class TestEffects:
    def test_webuye_west_by_hand(self, entry):
        # Ruto 25,057 of 36,464 (68.717%) against 25,095 of 36,372 (68.995%).
        one = entry("readings-222")
        assert one.points == pytest.approx(0.2783, abs=5e-5)
        assert not one.changes_winner
        assert "+0.28 points" in one.effect
        assert "by 14,219 votes instead of 14,129" in one.effect
        assert "would change by -92" in one.effect
        assert [r.source_id for r in one.readings] == ["tally-34b-2022", "read-34b-2022"]
        assert [r.used for r in one.readings] == [True, False]

    def test_sirisia_uses_the_second_reading(self, entry):
        one = entry("readings-217")
        assert one.used.startswith("Second reading: Raila Odinga 11,992")
        assert "by 5,393 votes instead of 5,400" in one.effect

    def test_papers_alone_move_no_share(self, entry):
        one = entry("readings-137")
        assert one.points == 0
        assert one.effect.startswith("No share, lead or sum of votes would change")

    def test_a_likuyani_says_why_the_tally_stays(self, entry):
        one = entry("readings-200")
        assert one.used.startswith("Tally")
        assert "leaves out its first polling station" in one.why

    def test_ikolomani_s_second_reading_is_not_the_keyed_total_either(self, entry):
        one = entry("form_total-210")
        assert [(r.value, r.used) for r in one.readings] == [
            ("33,486", False), ("33,307", False), ("33,391", True)
        ]  # fmt: skip
        assert "33,391, +84 against the total as keyed" in one.effect

    def test_kandara_by_hand(self, entry, count):
        one = entry("form_total-109")
        assert one.subject == "Kandara"
        votes = count("2022", {"109"})
        total = sum(votes.values())
        # 8,000 votes too few: most is moved when all were the smallest candidate's.
        small = min(votes.values())
        most = 100 * ((small + 8000) / (total + 8000) - small / total)
        assert one.points == pytest.approx(most)
        assert not one.changes_winner

    def test_kakamega_against_the_declared(self, entry, count, rows):
        codes = {r["code"] for r in rows("constituencies") if r["county_code"] == "037"}
        votes = count("2022", codes)
        total, ruto = sum(votes.values()), votes["ruto"]
        one = entry("declared-2022-037-ruto")
        assert one.points == pytest.approx(100 * ((ruto + 450) / (total + 450) - ruto / total))
        assert "28.03% and not 27.96%" in one.effect

    def test_lurambi_s_register(self, entry, papers):
        found = papers("2017", "202")
        one = entry("register-2017-202")
        assert one.used == f"Form: {found['registered']:,}"
        assert one.readings[1].value == f"{found['registered'] - 177:,}"
        change = found["cast"] / (found["registered"] - 177) - found["cast"] / found["registered"]
        assert one.points == pytest.approx(100 * change)

    def test_turkana_west_and_nyando(self, entry):
        assert "18,666 votes more than voters" in entry("form-limit-2017-124").effect
        nyando = entry("form-blank-2017-242")
        assert nyando.used == "None: the figure stays blank."
        assert nyando.figure.endswith("votes")

    def test_wards_against_the_form(self, entry):
        one = entry("wards-2017-valid-138")
        assert [r.value for r in one.readings] == ["56,001", "55,955"]
        assert one.sources == ["iebc-34c-2017", "portal-2017", "editorial"]

    def test_wetangula_s_two_homes(self, entry, rows):
        fits = {
            r["wetangula_home"]: float(r["mae_left_out"])
            for r in rows("fit_homes")
            if r["method"] == "decay"
        }
        one = entry("home-moses-wetangula")
        assert f"{fits['218']:.1f} from Kabuchai, {fits['220']:.1f} from Kanduyi" in one.effect

    def test_all_readings_swapped(self, tables, both, rows):
        chosen = {r["code"]: r["reading"] for r in rows("readings_2022") if r["chosen"] == "True"}
        lead = winners = valid = differ = 0
        twice = {code: sides for code, sides in both.items() if len(sides) == 2}
        for code, sides in twice.items():
            used = dict(sides[chosen[code]])
            other = dict(sides["tally" if chosen[code] == "form34b" else "form34b"])
            for side in (used, other):
                side.pop("rejected")
            differ += used != other
            winners += max(used, key=used.get) != max(other, key=other.get)
            valid += sum(other.values()) - sum(used.values())
            lead += (other["odinga"] - other["ruto"]) - (used["odinga"] - used["ruto"])
        found = swapped(tables)
        assert (found["forms"], found["differ"], found["papers_only"]) == (35, differ, 5)
        assert (found["winners"], found["valid"], found["lead"]) == (winners, valid, lead)
        assert (winners, differ, lead) == (0, 18, 141)


class TestSearch:
    def test_words_kind_election_and_county_narrow_it(self, entries, tables):
        found = search(entries, tables, "lurambi", "register", "2017", "037")
        assert [one.entry_id for one in found] == ["register-2017-202"]
        assert search(entries, tables) == entries
        assert not search(entries, tables, "lurambi nowhere")

    def test_a_county_is_found_by_name(self, entries, tables):
        found = search(entries, tables, "VIHIGA 2022")
        assert {"readings-211", "readings-213"} <= {one.entry_id for one in found}

    def test_any_apostrophe_finds_a_name(self, entries, tables):
        straight = search(entries, tables, "WETANG'ULA")
        assert straight
        assert search(entries, tables, "wetang\u2019ula") == straight

    def test_the_table_holds_what_the_entries_say(self, entries, tables):
        table = frame(entries, tables)
        assert list(table["Entry id"]) == [one.entry_id for one in entries]
        assert (table["County"] != "").all()
        assert frame([], tables).columns.equals(table.columns)

    def test_the_region_stands_first_and_large_effects_on_top(self, entries):
        inside = [one.in_region for one in entries]
        assert inside == sorted(inside, reverse=True)
        sizes = [abs(one.points or 0) for one in entries if one.in_region]
        assert sizes == sorted(sizes, reverse=True)

    def test_an_entry_without_a_reading_in_use_says_so(self):
        one = Entry("x", "form", "A", "B", "2017", "", (), "why", "effect")
        assert one.used == "None: the figure stays blank."
