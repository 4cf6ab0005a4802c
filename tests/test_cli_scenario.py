"""``scenario`` on the command line: the same numbers as the engine, and one line for bad input."""

import json

import pytest

from mulembe.cli import main
from mulembe.scenario import link, presets
from mulembe.scenario.levers import put
from mulembe.scenario.model import CAMPS, TICKETS, Scenario, Uncertainty
from mulembe.scenario.national import nation
from mulembe.scenario.outcome import run as ran

SIZES = dict.fromkeys(Uncertainty.model_fields, 0.2)
DATA = {
    "cycle": "2022",
    "name": "By file",
    "moves": [
        {"leader": "moses-wetangula", "camp": "government", "delivery": 0.6, "home": "218"},
        {"leader": "musalia-mudavadi", "camp": "government", "delivery": 0.5, "home": "210"},
    ],
    "uncertainty": SIZES,
    "seed": 7,
}
START = {"data_version", "region", "problems", "scenario", "sentence"}
LEVER = ("--lever", "moves.0.delivery")


@pytest.fixture
def file(tmp_path):
    """A scenario in a file; fields can be replaced."""

    def written(**changes) -> str:
        path = tmp_path / "scenario.json"
        path.write_text(json.dumps(DATA | changes), encoding="utf-8")
        return str(path)

    return written


@pytest.fixture
def run(capsys):
    """Run a command in this process: its exit code, output and errors."""

    def command(*arguments: str) -> tuple[int, str, str]:
        try:
            code = main(["scenario", *arguments])
        except SystemExit as end:  # argparse leaves this way
            code = end.code or 0
        out, err = capsys.readouterr()
        return code, out, err

    return command


@pytest.fixture
def answer(run):
    """Run a command with --json that must succeed without a word, and read what it prints."""

    def command(*arguments: str) -> dict:
        code, out, err = run(*arguments, "--json")
        assert (code, err) == (0, "")
        return json.loads(out)

    return command


@pytest.fixture
def outcome(tables):
    return ran(Scenario.model_validate(DATA), tables)


class TestRun:
    def test_keys(self, answer, file):
        found = answer("run", file())
        assert set(found) == START | {
            "totals",
            "constituencies",
            "conflicts",
            "nation",
            "draws",
        }
        assert set(found["totals"]) == {
            "registered",
            "valid",
            "votes",
            "shares",
            "won",
            "range",
            "leads",
        }
        assert set(found["constituencies"][0]) == {
            "code",
            "name",
            "registered",
            "valid",
            "votes",
            "shares",
            "winner",
            "set_by_hand",
            "range",
            "wins",
        }
        assert set(found["nation"]) == {
            "with_region",
            "without_region",
            "weight",
            "points_per_ten",
            "missing_constituencies",
            "range",
            "passes",
            "runoff",
            "president",
        }
        assert set(found["nation"]["with_region"]) == {
            "votes",
            "shares",
            "counties_at_quarter",
            "counties_held",
            "passes",
            "missing_votes",
            "runoff",
        }

    def test_the_engines_numbers(self, answer, file, outcome):
        found = answer("run", file())
        assert list(found["totals"]["votes"]) == list(TICKETS)
        assert list(found["totals"]["votes"].values()) == outcome.totals().tolist()
        assert len(found["constituencies"]) == 38
        for row in found["constituencies"]:
            unit = outcome.base.position[row["code"]]
            assert list(row["votes"].values()) == outcome.votes[unit].tolist()
            assert list(row["shares"].values()) == pytest.approx(
                outcome.shares[unit].tolist(), abs=1e-6
            )
            assert row["winner"] == TICKETS[outcome.winners()[unit]]
        judged = nation(outcome)
        for key, gates in (("with_region", judged.everyone), ("without_region", judged.without)):
            assert list(found["nation"][key]["votes"].values()) == gates.votes.tolist()
            assert found["nation"][key]["passes"] == gates.winner
            counties = list(found["nation"][key]["counties_at_quarter"].values())
            assert counties == gates.counties.tolist()

    def test_ranges(self, answer, file):
        found = answer("run", file(), "--draws", "2000")
        assert found["draws"] == 2000
        for part in (found["totals"], found["nation"], *found["constituencies"]):
            for ticket in ("opposition", "government"):
                low, median, high = part["range"][ticket]
                assert 0 <= low < median < high <= 1
        for row in found["constituencies"]:
            assert sum(row["wins"].values()) == pytest.approx(1, abs=1e-5)
        judged = found["nation"]
        assert sum(judged["passes"].values()) + judged["runoff"] == pytest.approx(1, abs=1e-5)
        assert set(judged["president"]) == set(CAMPS)

    def test_the_same_seed_the_same_ranges(self, answer, file):
        draws = ("--draws", "500")
        first = answer("run", file(), *draws)
        assert answer("run", file(), *draws) == first
        assert answer("run", file(seed=8), *draws)["totals"]["range"] != first["totals"]["range"]

    def test_without_draws(self, answer, file):
        found = answer("run", file(uncertainty=None), "--draws", "0")
        assert found["totals"]["range"] is None
        assert found["constituencies"][0]["wins"] is None
        assert found["nation"]["passes"] is None

    def test_sizes_left_out_are_those_measured(self, answer, file):
        found = answer("run", file(uncertainty=None), "--draws", "500")
        low, _, high = found["totals"]["range"]["government"]
        assert low < high

    def test_region(self, answer, file):
        found = answer("run", file(), "--region", "county:039", "--draws", "0")
        assert found["region"]["id"] == found["scenario"]["region"] == "county:039"
        assert len(found["constituencies"]) == 9
        assert sum(found["totals"]["won"].values()) == 9

    def test_from_preset_link_file_and_its_own_output_alike(self, answer, tables, tmp_path):
        kept = presets.preset("jan-2022", tables).scenario
        text = link.encode(kept, tables)
        path = tmp_path / "output.json"
        found = answer("run", "--preset", "jan-2022", "--draws", "0")
        path.write_text(json.dumps(found), encoding="utf-8")
        for source in (("--link", text), ("--link", "jan-2022"), (str(path),)):
            again = answer("run", *source, "--draws", "0")
            assert again["totals"] == found["totals"]
            assert again["scenario"] == found["scenario"]

    def test_conflicts_are_named(self, answer, file):
        moves = [move | {"home": "218", "delivery": 0.9} for move in DATA["moves"]]
        found = answer("run", file(moves=moves), "--draws", "0")
        at_home = next(c for c in found["conflicts"] if c["code"] == "218")
        assert at_home["leaders"] == ["moses-wetangula", "musalia-mudavadi"]
        assert at_home["asked"] == pytest.approx(1.8)

    def test_from_the_standard_input(self, run, monkeypatch):
        import io
        import sys

        text = io.TextIOWrapper(io.BytesIO(json.dumps(DATA).encode()))
        monkeypatch.setattr(sys, "stdin", text)
        code, out, err = run("run", "-", "--draws", "0", "--json")
        assert (code, err) == (0, "")
        assert json.loads(out)["scenario"]["name"] == "By file"


class TestProblems:
    def test_are_said_and_the_rest_is_used(self, run, file):
        moves = [*DATA["moves"], {"leader": "nobody"}]
        code, out, err = run("run", file(moves=moves), "--draws", "0", "--json")
        assert code == 0
        found = json.loads(out)
        assert len(found["problems"]) == 1
        assert err == f"mulembe: {found['problems'][0]}\n"
        assert len(found["scenario"]["moves"]) == 2

    def test_strict_refuses_them(self, run, file):
        moves = [*DATA["moves"], {"leader": "nobody"}]
        code, out, err = run("run", file(moves=moves), "--strict", "--draws", "0")
        assert (code, out) == (2, "")
        assert err.startswith("mulembe: Move 3")
        assert len(err.splitlines()) == 1

    def test_strict_lets_what_is_sound_pass(self, answer, file):
        assert answer("run", file(), "--strict", "--draws", "0")["problems"] == []


class TestSolve:
    def test_keys_and_numbers(self, answer, file, tables):
        found = answer("solve", file(), *LEVER, "--goal", "region", "--camp", "government")
        assert set(found) == START | {
            "lever",
            "goal",
            "status",
            "start",
            "value",
            "change",
            "score",
            "votes_moved",
            "constituencies_changed",
            "votes",
            "shares",
        }
        assert set(found["lever"]) == {"path", "label", "group", "unit", "low", "high"}
        assert found["goal"] == {
            "kind": "region",
            "camp": "government",
            "value": None,
            "county": "",
        }
        assert (found["start"], found["lever"]["unit"]) == (0.6, "share")
        after = put(Scenario.model_validate(DATA), "moves.0.delivery", found["value"])
        assert list(found["votes"].values()) == ran(after, tables).totals().tolist()

    @pytest.mark.parametrize(
        ("goal", "status"),
        [
            (("--goal", "share", "--camp", "government", "--value", "99"), "unreachable"),
            (("--goal", "share", "--camp", "government", "--value", "45"), "reached"),
            (("--goal", "share", "--camp", "government", "--value", "1"), "already"),
            (("--goal", "majority", "--camp", "government"), "already"),
            (("--goal", "runoff"), "unreachable"),
            (("--goal", "county", "--camp", "government", "--county", "039"), "already"),
        ],
    )
    def test_every_goal(self, answer, run, file, goal, status):
        assert answer("solve", file(), *LEVER, *goal)["status"] == status
        _, text, _ = run("solve", file(), *LEVER, *goal)
        words = {"unreachable": "not reachable", "reached": "reaches it", "already": "already"}
        assert words[status] in text
        assert "Moses Wetang'ula delivers at home" in text


class TestSweep:
    def test_stops(self, answer, file):
        found = answer("sweep", file(), *LEVER, "--from", "30", "--to", "90", "--steps", "13")
        assert set(found) == START | {"lever", "stops"}
        assert [stop["value"] for stop in found["stops"]] == [
            pytest.approx(0.3 + 0.05 * i) for i in range(13)
        ]
        for stop in found["stops"]:
            assert set(stop) == {"value", "share", "votes", "won", "nation", "passes", "runoff"}
            assert sum(stop["won"].values()) == 38

    def test_km_as_they_are(self, answer, file):
        reach = ("--lever", "moves.0.reach", "--from", "5", "--to", "60", "--steps", "2")
        found = answer("sweep", file(), *reach)
        assert [stop["value"] for stop in found["stops"]] == [5, 60]


class TestLink:
    def test_opens_again(self, answer, file, tables):
        found = answer("link", file())
        assert set(found) == START | {"link", "length"}
        assert len(found["link"]) == found["length"]
        opened = link.decode(found["link"], tables)
        assert opened.problems == ()
        assert opened.scenario == Scenario.model_validate(DATA)

    def test_alone_on_its_line(self, run, file, answer):
        _, text, _ = run("link", file())
        assert text == answer("link", file())["link"] + "\n"


class TestPresets:
    def test_all_of_them(self, answer, tables):
        found = answer("presets")
        assert set(found) == {"data_version", "presets"}
        for row in found["presets"]:
            assert set(row) == {"id", "cycle", "title", "assumes", "sources", "sentence"}
            assert presets.preset(row["id"], tables).title == row["title"]
        assert {row["cycle"] for row in found["presets"]} == {"2022", "2027"}
        of_2027 = answer("presets", "--cycle", "2027")["presets"]
        assert of_2027 == [row for row in found["presets"] if row["cycle"] == "2027"]


@pytest.mark.parametrize(
    "command",
    [
        ("run", "--preset", "west-2022", "--draws", "0"),
        ("solve", "--preset", "jan-2022", *LEVER, "--goal", "runoff"),
        ("sweep", "--preset", "jan-2022", *LEVER, "--from", "30", "--to", "90"),
        ("presets",),
    ],
    ids=lambda words: words[0],
)
def test_without_json_text_is_printed(run, command):
    code, out, err = run(*command)
    assert (code, err) == (0, "")
    assert len(out.splitlines()) > 1
    assert not out.lstrip().startswith("{")


PRESET = ("--preset", "jan-2022")
REGION_GOAL = ("--goal", "region", "--camp", "government")
FROM_TO = ("--from", "30", "--to", "90")
BAD = [
    (),
    ("forecast",),
    ("run",),
    ("run", "missing.json"),
    ("run", "missing\n.json"),
    ("run", "missing\udcff.json"),
    ("run", "nul\0.json"),
    ("run", "."),
    ("run", "missing.json", *PRESET),
    ("run", *PRESET, "--link", "jan-2022"),
    ("run", "--preset", "west-1963"),
    ("run", "--preset", ""),
    ("run", "--link", "not a link"),
    ("run", "--link", ""),
    ("run", "--link", "A" * 9000),
    ("run", *PRESET, "--region", "atlantis"),
    ("run", *PRESET, "--region", ""),
    ("run", *PRESET, "--draws", "-1"),
    ("run", *PRESET, "--draws", "1000000000"),
    ("run", *PRESET, "--draws", "many"),
    ("run", *PRESET, "--charm"),
    ("solve", *PRESET, *LEVER),
    ("solve", *PRESET, *REGION_GOAL),
    ("solve", *PRESET, *LEVER, "--goal", "win", "--camp", "government"),
    ("solve", *PRESET, *LEVER, "--goal", "region"),
    ("solve", *PRESET, *LEVER, "--goal", "region", "--camp", "us"),
    ("solve", *PRESET, *LEVER, "--goal", "county", "--camp", "government"),
    ("solve", *PRESET, *LEVER, "--goal", "county", "--camp", "government", "--county", "099"),
    ("solve", *PRESET, *LEVER, "--goal", "share", "--camp", "government", "--value", "101"),
    ("solve", *PRESET, *LEVER, "--goal", "share", "--camp", "government", "--value", "nan"),
    ("solve", *PRESET, "--lever", "moves.9.delivery", *REGION_GOAL),
    ("solve", *PRESET, "--lever", "", *REGION_GOAL),
    ("solve", *PRESET, "--lever", "turnout.odinga.099", *REGION_GOAL),
    ("sweep", *PRESET, *FROM_TO),
    ("sweep", *PRESET, *LEVER, "--from", "30"),
    ("sweep", *PRESET, *LEVER, "--from", "90", "--to", "30"),
    ("sweep", *PRESET, *LEVER, "--from", "0", "--to", "101"),
    ("sweep", *PRESET, *LEVER, "--from", "inf", "--to", "30"),
    ("sweep", *PRESET, *LEVER, *FROM_TO, "--steps", "1"),
    ("sweep", *PRESET, *LEVER, *FROM_TO, "--steps", "1000000000"),
    ("link",),
    ("presets", "--cycle", "1963"),
]


@pytest.mark.parametrize("command", BAD, ids=lambda words: ascii(" ".join(words))[:70])
def test_bad_input_is_one_line_and_code_two(run, command):
    code, out, err = run(*command)
    assert (code, out) == (2, "")
    assert len(err.splitlines()) == 1
    assert err.startswith("mulembe: ")
    assert "Traceback" not in err


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"version": 2}',
        b'{"version": NaN}',
        b"[" * 100_000,
        b"1" * 10_000,
        b'{"name": "' + b"x" * 1_000_001 + b'"}',
    ],
    ids=lambda content: repr(content[:20]),
)
def test_a_file_that_holds_no_scenario(run, tmp_path, content):
    path = tmp_path / "scenario.json"
    path.write_bytes(content)
    code, out, err = run("run", str(path))
    assert (code, out) == (2, "")
    assert len(err.splitlines()) == 1
