"""The command line: its keys and values, and one line and code 2 for every bad input."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from mulembe.cli import main

ROOT = Path(__file__).resolve().parent.parent
HEAD = {"data_version", "region"}


@pytest.fixture
def run(capsys):
    """Run a command in this process: its exit code, output and errors."""

    def command(*arguments: str) -> tuple[int, str, str]:
        try:
            code = main(arguments)
        except SystemExit as end:  # argparse leaves this way
            code = end.code or 0
        out, err = capsys.readouterr()
        return code, out, err

    return command


@pytest.fixture
def answer(run):
    """Run a command with --json that must succeed, and read what it prints."""

    def command(*arguments: str) -> dict:
        code, out, err = run(*arguments, "--json")
        assert (code, err) == (0, "")
        return json.loads(out)

    return command


class TestCheck:
    def test_the_tables_are_sound(self, answer):
        found = answer("check")
        assert set(found) == {"data_version", "counts", "broken", "findings"}
        assert found["broken"] == []
        assert len(found["findings"]) == sum(found["counts"].values()) > 30

    def test_a_broken_rule_gives_code_one(self, run, monkeypatch):
        from mulembe import checks

        finding = checks.Finding("made", "subject", "broken", "this", "that", "")
        monkeypatch.setattr(checks, "run", lambda tables: [finding])
        monkeypatch.setattr(checks, "broken", lambda findings: findings)
        assert run("check")[0] == 1


class TestResults:
    def test_the_38_of_2022(self, answer, rows):
        found = answer("results", "--election", "2022", "--region", "west5")
        assert set(found) == HEAD | {
            "election",
            "level",
            "units",
            "missing",
            "totals",
            "results",
        }
        assert (found["election"], found["level"], found["units"]) == ("2022", "constituency", 38)
        assert len(found["results"]) == 38
        assert found["missing"] == []
        assert found["totals"]["odinga"] == 976_644
        names = {row["code"]: row["name"] for row in rows("constituencies")}
        assert {row["code"]: row["name"] for row in found["results"]}.items() <= names.items()

    def test_sabatia(self, answer):
        found = answer("results", "--election", "2022", "--region", "west5")
        row = next(row for row in found["results"] if row["code"] == "212")
        assert row == {
            "code": "212",
            "name": "Sabatia",
            "votes": {"odinga": 19_743, "ruto": 22_087, "waihiga": 126, "wajackoyah": 330},
            "shares": {
                "odinga": round(19_743 / 42_286, 6),
                "ruto": round(22_087 / 42_286, 6),
                "waihiga": round(126 / 42_286, 6),
                "wajackoyah": round(330 / 42_286, 6),
            },
            "registered": 70_875,
            "cast": 42_629,
            "rejected": 343,
            "valid": 42_286,
            "quality": "single",
            "source_id": "tally-34b-2022",
        }

    def test_2013_comes_by_county(self, answer):
        found = answer("results", "--election", "2013")
        assert (found["level"], found["units"]) == ("county", 5)
        assert [row["name"] for row in found["results"]] == [
            "Trans Nzoia",
            "Kakamega",
            "Vihiga",
            "Bungoma",
            "Busia",
        ]


class TestMetrics:
    def test_west4_from_2017_to_2022(self, answer):
        found = answer("metrics", "--region", "west4", "--base", "2017", "--to", "2022")
        assert set(found) == HEAD | {"level", "base", "to", "change"}
        assert found["region"]["id"] == "west4"
        assert len(found["region"]["codes"]) == 33
        measures = {
            "election", "units", "line_a", "line_b", "unity", "intensity", "alignment", "lead",
            "effective_number", "turnout", "registered", "valid", "votes", "shares", "sources",
        }  # fmt: skip
        assert set(found["base"]) == set(found["to"]) == measures
        base, to = found["base"], found["to"]
        assert (base["election"], to["election"], to["units"]) == ("2017", "2022", 33)
        assert to["votes"]["ruto"] == 513_010
        assert to["valid"] == 1_369_864
        assert to["shares"]["ruto"] == round(513_010 / 1_369_864, 6)
        assert to["lead"] == round((844_204 - 513_010) / 1_369_864, 6)
        assert base["lead"] == round((1_186_379 - 242_388) / 1_448_017, 6)
        assert to["unity"] == pytest.approx(to["intensity"] * to["alignment"], abs=1e-5)
        squares = 844_204**2 + 513_010**2 + 3_813**2 + 8_837**2
        assert to["effective_number"] == round(1_369_864**2 / squares, 4)

    def test_what_changed(self, answer):
        found = answer("metrics", "--region", "west4", "--base", "2017", "--to", "2022")["change"]
        a0, b0 = 1_186_379 / 1_448_017, 242_388 / 1_448_017
        a1, b1 = 844_204 / 1_369_864, 513_010 / 1_369_864
        assert found["swing_points"] == round(50 * ((a1 - a0) - (b1 - b0)), 4)
        assert found["swing_method"] == "Butler"
        assert found["swing_towards"] == "ruto"
        assert found["apparent_transfer"] == round((b1 - b0) / a0, 6)
        others = (1 - a1 - b1) - (1 - a0 - b0)
        volatility = 50 * (abs(a1 - a0) + abs(b1 - b0) + abs(others))
        assert found["pedersen_volatility_points"] == round(volatility, 4)
        assert found["turnout_points"] == pytest.approx(-13.2, abs=0.1)
        assert "pedersen_families" in found

    def test_counties_can_be_compared_with_2013(self, answer):
        found = answer("metrics", "--base", "2013", "--level", "county")
        assert found["base"]["units"] == 5
        assert found["change"]["swing_method"] == "two-party (Steed)"


class TestAlignment:
    def test_one_row_per_constituency(self, answer):
        found = answer("alignment", "--as-of", "2021-12-27", "--level", "3")
        assert set(found) == HEAD | {
            "as_of",
            "level",
            "cycle",
            "counts",
            "agreement_index",
            "seats",
        }
        assert (found["as_of"], found["level"], found["cycle"]) == ("2021-12-27", 3, "2022")
        assert [seat["code"] for seat in found["seats"]] == found["region"]["codes"]
        keys = {
            "code", "constituency", "politician_id", "politician", "party_elected_on", "camp",
            "evidence_level", "event_id", "weaker_camp", "weaker_evidence_level",
            "weaker_event_id", "lapsed", "source_id",
        }  # fmt: skip
        assert all(set(seat) == keys for seat in found["seats"])
        assert found["counts"] == {"undeclared": 34, "azimio": 2, "kenya_kwanza": 1, "oka": 1}
        assert found["agreement_index"] == 0.25

    def test_savula_was_there_and_no_more(self, answer):
        found = answer("alignment", "--as-of", "2021-12-27", "--level", "3")
        seat = next(seat for seat in found["seats"] if seat["code"] == "199")
        assert seat["politician"] == "Ayub Savula"
        assert (seat["camp"], seat["evidence_level"], seat["event_id"]) == ("undeclared", None, "")
        assert (seat["weaker_camp"], seat["weaker_evidence_level"]) == ("azimio", 1)
        low = answer("alignment", "--as-of", "2021-12-27", "--level", "1")
        seat = next(seat for seat in low["seats"] if seat["code"] == "199")
        assert (seat["camp"], seat["evidence_level"]) == ("azimio", 1)

    def test_a_vacant_seat_has_its_row(self, answer):
        found = answer("alignment", "--as-of", "2021-01-15", "--region", "county:037")
        seat = next(seat for seat in found["seats"] if seat["code"] == "206")
        assert (seat["camp"], seat["politician"]) == ("vacant", "")

    def test_without_a_date_it_is_today(self, answer, monkeypatch):
        from datetime import date

        from mulembe import alignment

        class Day(date):
            @classmethod
            def today(cls):
                return cls(2022, 2, 1)

        monkeypatch.setattr(alignment, "date", Day)
        assert answer("alignment")["as_of"] == "2022-02-01"


class TestFlows:
    def test_of_seats(self, answer):
        found = answer("flows", "--from", "2021-12-27", "--until", "2022-02-01")
        assert set(found) == HEAD | {"of", "cycle", "stages", "weight", "level", "links"}
        assert (found["of"], len(found["stages"])) == ("seats", 4)
        for stage in range(3):
            links = [link for link in found["links"] if link["stage"] == stage]
            assert sum(link["seats"] for link in links) == 38
            assert sum(link["weight"] for link in links) == 38
        moved = next(
            link
            for link in found["links"]
            if (link["stage"], link["source"], link["target"]) == (1, "undeclared", "azimio")
        )
        assert moved["seats"] == 4
        assert "Lugari (Ayub Savula)" in moved["names"]

    def test_of_votes(self, answer):
        found = answer("flows", "--of", "votes", "--base", "2017", "--to", "2022")
        assert set(found) == HEAD | {"of", "base", "to", "method", "bounds"}
        keys = {"origin", "destination", "lower", "upper", "origin_total", "destination_total"}
        assert all(set(row) == keys for row in found["bounds"])
        assert all(0 <= row["lower"] <= row["upper"] for row in found["bounds"])
        row = next(r for r in found["bounds"] if r["origin"] == "odinga")
        assert row["origin_total"] == 1_320_691
        assert "not an estimate" in found["method"]


@pytest.mark.parametrize(
    "command",
    [
        ("check",),
        ("results",),
        ("results", "--election", "2013"),
        ("metrics",),
        ("alignment", "--as-of", "2022-02-01"),
        ("flows",),
        ("flows", "--of", "votes"),
    ],
    ids=" ".join,
)
def test_without_json_a_table_is_printed(run, command):
    code, out, err = run(*command)
    assert (code, err) == (0, "")
    assert len(out.splitlines()) > 5
    assert not out.lstrip().startswith("{")


NO_SEAT = "county:038-211-212-213-214-215"
BAD = [
    (),
    ("forecast",),
    ("check", "--fix"),
    ("results", "--region", "nowhere"),
    ("results", "--region", "west5+001"),
    ("results", "--region", NO_SEAT),
    ("results", "--region", "west5\nwest4"),
    ("results", "--region", "x" * 5000),
    ("results", "--region", "west5~\udcff"),
    ("results", "--election", "2032"),
    ("results", "--election", "2007"),
    ("results", "--election", "2013", "--level", "constituency"),
    ("results", "--election", "2013", "--region", "core30"),
    ("results", "--level", "ward"),
    ("results", "one\ntwo"),
    ("metrics", "--base", "1997"),
    ("metrics", "--base", "2013"),
    ("metrics", "--region", "core30", "--level", "county"),
    ("metrics", "--to"),
    ("alignment", "--as-of", "yesterday"),
    ("alignment", "--as-of", "2021-02-30"),
    ("alignment", "--as-of", "2017-08-08"),
    ("alignment", "--as-of", "2099-01-01"),
    ("alignment", "--level", "6"),
    ("alignment", "--level", "-1"),
    ("alignment", "--level", "three"),
    ("flows", "--from", "2022-02-01", "--until", "2021-12-27"),
    ("flows", "--until", "2023-01-01"),
    ("flows", "--cycle", "2017"),
    ("flows", "--weight", "gold"),
    ("flows", "--of", "votes", "--base", "2013"),
    ("flows", "--of", "votes", "--to", "2007"),
    ("flows", "--of", "votes", "--region", "county:001"),
]


@pytest.mark.parametrize("command", BAD, ids=lambda words: ascii(" ".join(words))[:60])
@pytest.mark.parametrize("form", [(), ("--json",)], ids=["text", "json"])
def test_bad_input_is_one_line_and_code_two(run, command, form):
    code, out, err = run(*command, *form)
    assert (code, out) == (2, "")
    assert len(err.splitlines()) == 1
    assert err.startswith("mulembe: ")
    assert "Traceback" not in err


def test_damaged_tables_are_bad_input_too(run, monkeypatch, tmp_path):
    from mulembe import cli
    from mulembe.tables import Tables

    monkeypatch.setattr(cli, "Tables", lambda: Tables(tmp_path))
    code, out, err = run("results")
    assert (code, out) == (2, "")
    assert len(err.splitlines()) == 1
    assert "is missing" in err
    assert "git checkout -- data" in err


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (("alignment", "--as-of", "2021-12-27", "--level", "3", "--json"), 0),
        (("alignment", "--as-of", "soon"), 2),
        (("results", "--election", "\udcff"), 2),  # a byte that is no text
    ],
)
def test_as_a_module(command, code, tmp_path):
    """The real thing, started from another folder."""
    done = subprocess.run(
        [sys.executable, "-m", "mulembe", *command],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == code
    if code:
        assert done.stdout == ""
        assert len(done.stderr.splitlines()) == 1
        assert done.stderr.startswith("mulembe: ")
    else:
        assert done.stderr == ""
        assert len(json.loads(done.stdout)["seats"]) == 38
