"""``python -m mulembe backtest``: all of the back-test, for programs and for people."""

from __future__ import annotations

import json

import pytest

from mulembe import backtest
from mulembe.cli import main
from mulembe.scenario import fit
from mulembe.tables import Tables


def test_it_prints_all_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["backtest", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    ways = [(m["method"], m["shape"]) for m in found["methods"]]
    assert tuple(ways) == fit.variants()
    assert set(found["samples"]) == set(backtest.SAMPLES)
    best = next(m for m in found["methods"] if (m["method"], m["shape"]) == tuple(
        found["default"].values()))  # fmt: skip
    judged = best["judged"]["left_out"]
    assert (judged["covered"], judged["covered_normal"], judged["units"]) == (35, 32, 38)
    assert len(judged["constituencies"]) == 38
    assert len(judged["counties"]) == 5
    sizes = [abs(place["error"]) for place in judged["constituencies"]]
    assert sizes == sorted(sizes, reverse=True)
    inside = best["judged"]["in_sample"]
    assert inside["brier"] is inside["crps"] is inside["covered"] is None
    assert inside["constituencies"][0]["low"] is None
    rows = backtest.summary(Tables())
    assert judged["mae"] == pytest.approx(rows.iloc[0]["mae"], abs=1e-4)
    assert best["parameters"] and best["sources"]


def test_a_region_narrows_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["backtest", "--region", "county:038", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    for method in found["methods"]:
        judged = method["judged"]["county_left_out"]
        assert judged["units"] == len(judged["constituencies"]) == 5
        assert [county["code"] for county in judged["counties"]] == ["038"]


def test_the_text_says_what_the_intervals_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["backtest"]) == 0
    text = capsys.readouterr().out
    assert "Bloc vote for Azimio" in text
    assert "the stretch does that nearly by itself" in text


def test_a_bad_region_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["backtest", "--region", "moon"]) == 2
    assert capsys.readouterr().err.count("\n") == 1
