"""``python -m mulembe transfer``: its keys, sums that hold, and one line for every bad input."""

import json

import pytest

from mulembe import cli_transfer
from mulembe.cli import main

ANSWER = {"method", "seed", "draws", "level", "flows", "groups", "units", "diagnostics"}
HELD = {"data_version", "region", "base", "to", "exits", "missing", "adjusted", "sources"}
FLOW = {
    "origin",
    "destination",
    "estimate",
    "low",
    "high",
    "lower",
    "upper",
    "origin_total",
    "destination_total",
    "share",
    "share_low",
    "share_high",
    "destination_share",
}
ORIGINS = "ward,zone,Red,Blue,Home\nA,N,60,30,10\nB,N,20,70,10\nC,S,50,40,10\nD,S,35,45,20\n"
DESTINATIONS = "ward,Green,Grey\nA,62,38\nB,30,70\nC,55,45\nD,45,55\n"


@pytest.fixture
def run(capsys):
    """Run a command in this process: its exit code, output and errors."""

    def command(*arguments: str) -> tuple[int, str, str]:
        try:
            code = main(["transfer", *arguments])
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


@pytest.fixture
def refused(run):
    """Run a command that must be refused, and return its one line."""

    def command(*arguments: str) -> str:
        code, out, err = run(*arguments)
        assert (code, out) == (2, "")
        assert err.startswith("mulembe: ")
        assert err.count("\n") == 1
        return err

    return command


@pytest.fixture
def files(tmp_path):
    """Two tables of four wards as arguments of the command."""

    def written(origins: str = ORIGINS, destinations: str = DESTINATIONS) -> list[str]:
        arguments = []
        for name, text in (("origins", origins), ("destinations", destinations)):
            path = tmp_path / f"{name}.csv"
            path.write_text(text, encoding="utf-8")
            arguments += [f"--{name}", str(path)]
        return arguments

    return written


def by_cell(flows: list[dict]) -> dict[tuple[str, str], dict]:
    return {(flow["origin"], flow["destination"]): flow for flow in flows}


class TestHeld:
    def test_the_region(self, answer):
        found = answer("--base", "2017", "--to", "2022", "--region", "west5", "--draws", "50")
        assert set(found) == HELD | ANSWER
        assert (found["base"], found["to"], found["exits"]) == ("2017", "2022", 0.0)
        assert (found["level"], found["draws"], found["seed"]) == (0.9, 50, 0)
        assert found["missing"] == found["adjusted"] == []
        assert "individuals can differ" in found["method"]
        flows = by_cell(found["flows"])
        assert len(flows) == 5 * 4
        assert all(set(flow) == FLOW for flow in flows.values())
        cell = flows["odinga", "ruto"]
        assert (cell["origin_total"], cell["destination_total"]) == (1_320_691, 629_786)
        assert (cell["lower"], cell["upper"]) == (570, 574_041)
        for flow in flows.values():
            order = [flow[key] for key in ("lower", "low", "estimate", "high", "upper")]
            assert order == sorted(order)
            assert flow["share"] == pytest.approx(flow["estimate"] / flow["origin_total"], abs=1e-5)

    def test_counties_and_units_add_up(self, answer):
        found = answer("--draws", "0")
        names = [(group["group"], group["name"], group["units"]) for group in found["groups"]]
        assert names == [
            ("026", "Trans Nzoia", 5),
            ("037", "Kakamega", 12),
            ("038", "Vihiga", 5),
            ("039", "Bungoma", 9),
            ("040", "Busia", 7),
        ]
        assert len(found["units"]) == 38
        flows = by_cell(found["flows"])
        for (origin, destination), flow in flows.items():
            parts = [
                by_cell(group["flows"])[origin, destination]["estimate"]
                for group in found["groups"]
            ]
            assert sum(parts) == pytest.approx(flow["estimate"], abs=0.5)
            units = [unit["joint"][origin][destination] for unit in found["units"]]
            assert sum(units) == pytest.approx(flow["estimate"], abs=2)

    def test_a_unit_keeps_its_votes(self, answer):
        found = answer("--region", "county:026", "--draws", "0")
        unit = next(unit for unit in found["units"] if unit["unit"] == "136")
        assert (unit["name"], unit["group"]) == ("Kwanza", "026")
        assert sum(unit["joint"]["odinga"].values()) == pytest.approx(29_066, abs=0.3)
        ruto = sum(row["ruto"] for row in unit["joint"].values())
        assert ruto == pytest.approx(16_162, abs=0.3)

    def test_without_draws_there_is_no_interval(self, answer):
        found = answer("--region", "county:026", "--draws", "0")
        assert {flow[key] for flow in found["flows"] for key in ("low", "high", "share_low")} == {
            None
        }

    def test_the_nation(self, answer):
        found = answer("--region", "Kenya", "--draws", "0")
        assert found["region"]["id"] == "kenya"
        assert len(found["region"]["codes"]) == 290
        assert (found["missing"], found["adjusted"]) == (["242"], ["124"])
        assert (len(found["units"]), len(found["groups"])) == (289, 47)

    def test_exits_are_percent(self, answer):
        found = answer("--region", "county:026", "--exits", "2", "--draws", "0")
        assert found["exits"] == 0.02
        gone = [flow for flow in found["flows"] if flow["destination"] == "gone"]
        registers = [65_643, 43_189, 76_895, 77_482, 76_506]
        assert gone[0]["destination_total"] == sum(round(0.02 * one) for one in registers)
        assert {"audit-2017", "audit-2022"} < set(found["sources"])

    def test_equal_seeds_equal_answers(self, answer):
        arguments = ("--region", "county:038", "--draws", "60", "--seed")
        first, again, other = (answer(*arguments, seed) for seed in ("3", "3", "4"))
        assert first == again
        points = [[flow["estimate"] for flow in found["flows"]] for found in (first, other)]
        assert points[0] == points[1]
        assert first["flows"] != other["flows"]

    def test_sensitivity_adds_a_block_per_rate(self, answer):
        arguments = ("--region", "county:026", "--draws", "0")
        plain, found = answer(*arguments), answer(*arguments, "--sensitivity")
        assert set(found) == set(plain) | {"sensitivity"}
        assert found["flows"] == plain["flows"]
        rows = found["sensitivity"]
        assert [row["exits"] for row in rows] == [0.0] * 8 + [0.02] * 10 + [0.04] * 10 + [0.06] * 10
        first = next(row for row in rows if row["destination"] == "ruto" and not row["exits"])
        cell = by_cell(found["flows"])["odinga", "ruto"]
        assert first["share"] == pytest.approx(cell["share"], abs=1e-6)
        assert first["low"] is None

    def test_the_table_names_what_it_is(self, run):
        code, out, _ = run("--region", "county:026", "--draws", "50")
        assert code == 0
        assert "Trans Nzoia" in out
        assert "individuals can differ" in out
        code, out, _ = run("--region", "county:026", "--draws", "0")
        assert "nan" not in out


def test_wards_stand_beside_the_constituencies(answer, run):
    found = answer("--wards", "--draws", "50")
    assert set(found) == {
        "data_version",
        "region",
        "base",
        "to",
        "wards",
        "left_out",
        "sources",
        "displaced_percent",
        "cells",
    }
    assert (found["region"]["id"], found["wards"], found["left_out"]) == ("county:026", 25, [])
    assert len(found["cells"]) == 5 * 4
    for cell in found["cells"]:
        gap = 100 * (cell["region"] - cell["wards"])
        assert cell["region_difference"] == pytest.approx(gap, abs=1e-3)
    code, out, _ = run("--wards", "--draws", "0")
    assert code == 0
    assert "Trans Nzoia: 25 wards, none left out" in out


class TestOwn:
    def test_two_files(self, answer, files):
        found = answer(*files(), "--group", "zone", "--draws", "50")
        assert set(found) == ANSWER | {"files"}
        assert found["files"] == {
            "origins": "origins.csv",
            "destinations": "destinations.csv",
            "group": "zone",
            "tolerance": 0.0,
        }
        flows = by_cell(found["flows"])
        # Red 60, 20, 50, 35; Green 62, 30, 55, 45; 100 voters each: 22 + 0 + 5 + 0 at least.
        assert (flows["Red", "Green"]["lower"], flows["Red", "Green"]["upper"]) == (27, 165)
        assert flows["Red", "Green"]["origin_total"] == 165
        assert flows["Red", "Green"]["destination_total"] == 192
        assert [(group["group"], group["units"]) for group in found["groups"]] == [
            ("N", 2),
            ("S", 2),
        ]
        assert [unit["unit"] for unit in found["units"]] == ["A", "B", "C", "D"]
        joint = found["units"][0]["joint"]
        assert sum(joint["Red"].values()) == pytest.approx(60, abs=0.15)

    def test_the_group_may_stand_in_the_other_file(self, answer, files):
        origins = ORIGINS.replace("zone,", "").replace("N,", "").replace("S,", "")
        lines = zip(DESTINATIONS.splitlines(), ("zone", "N", "N", "S", "S"), strict=True)
        destinations = "\n".join(f"{line},{zone}" for line, zone in lines)
        first = answer(*files(), "--group", "zone", "--draws", "50")
        second = answer(*files(origins, destinations), "--group", "zone", "--draws", "50")
        assert first["flows"] == second["flows"]

    def test_without_groups(self, answer, files):
        origins = ORIGINS.replace("zone,", "").replace("N,", "").replace("S,", "")
        found = answer(*files(origins), "--draws", "50")
        assert found["groups"] == []
        assert {unit["group"] for unit in found["units"]} == {""}

    def test_a_tolerance_makes_the_rest_visible(self, answer, refused, files):
        short = DESTINATIONS.replace("A,62,38", "A,62,37")
        assert "100" in refused(*files(ORIGINS, short), "--group", "zone")
        found = answer(
            *files(ORIGINS, short), "--group", "zone", "--tolerance", "1", "--draws", "0"
        )
        rest = [flow for flow in found["flows"] if flow["destination"] == "unaccounted"]
        assert {flow["destination_total"] for flow in rest} == {1}


class TestRefused:
    @pytest.mark.parametrize(
        ("arguments", "told"),
        [
            (["--region", "nowhere"], "The nation is 'kenya'"),
            (["--base", "2013"], "county only"),
            (["--base", "1999"], "1999"),
            (["--exits", "-1"], "between 0 and 50%"),
            (["--exits", "51"], "between 0 and 50%"),
            (["--exits", "nan"], "nan"),
            (["--exits", "many"], "'many' is not a percentage"),
            (["--draws", "5"], "--draws is 0, or lies between 50"),
            (["--draws", "-1"], "--draws"),
            (["--draws", "100000"], "--draws"),
            (["--seed", "-1"], "--seed"),
            (["--seed", "x"], "x"),
            (["--origins", "a.csv"], "both"),
            (["--destinations", "a.csv"], "both"),
            (["--group", "zone"], "--group"),
            (["--tolerance", "1"], "--tolerance"),
            (["--origins", "a", "--destinations", "b", "--region", "west5"], "--region"),
            (["--origins", "a", "--destinations", "b", "--sensitivity"], "--sensitivity"),
            (["--wards", "--region", "west5"], "--wards"),
            (["--wards", "--group", "zone"], "--wards"),
            (["--origins", "none.csv", "--destinations", "none.csv"], "cannot be read"),
            (["--origins", "a\0b", "--destinations", "b"], "cannot be read"),
        ],
    )
    def test_one_line(self, refused, arguments, told):
        assert told in refused(*arguments)

    def test_problems_of_files_name_the_row(self, refused, files):
        bad = DESTINATIONS.replace("B,30,70", "B,30,x")
        told = refused(*files(ORIGINS, bad), "--group", "zone")
        assert "destinations.csv, row 3" in told

    def test_a_group_that_no_file_has(self, refused, files):
        told = refused(*files(), "--group", "county")
        assert "Neither table has a column 'county' for --group: there are zone" in told

    def test_more_flows_than_can_be_waited_for(self, refused, files, monkeypatch):
        monkeypatch.setattr(cli_transfer, "CELLS_LIMIT", 3)
        assert "3 are the most" in refused(*files(), "--group", "zone")

    def test_many_problems_are_cut(self, refused, files):
        told = refused(*files())  # the zones are no counts
        assert told.count("zone") == cli_transfer.SHOWN_PROBLEMS
        assert "There are more problems." in told

    def test_a_long_file_is_not_read_whole(self, refused, files, monkeypatch):
        monkeypatch.setattr(cli_transfer, "MOST_BYTES", 20)
        assert cli_transfer._file(files()[1]) == (ORIGINS.encode()[:21], "origins.csv")
