"""``python -m mulembe pledges``: keys, numbers, a chosen base, bad input."""

from __future__ import annotations

import json

import pytest

from mulembe.cli import main


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict:
    assert main(["pledges", "--json", *arguments]) == 0
    return json.loads(capsys.readouterr().out)


def test_every_pledge_with_its_gap(capsys):
    output = answer(capsys)
    by_id = {row["pledge_id"]: row for row in output["pledges"]}
    assert output["base"] is None
    assert len(by_id) == 9
    # Vihiga 2022: Ruto 67,633 of 184,333 valid votes; 90% of them were asked for, 165,899.7
    assert by_id["P07"]["delivered_percent"] == pytest.approx(36.6907)
    assert by_id["P07"]["gap_votes"] == -98_267
    assert by_id["P08"]["pledged_percent"] is None
    assert by_id["P08"]["status"] == "bare"
    assert "tally-34b-2022" in by_id["P08"]["sources"]


def test_the_base_is_set_anew(capsys):
    output = answer(capsys, "--base", "Vihiga")
    assert output["base"]["id"] == "county:038"
    assert {row["measured_on"] for row in output["pledges"]} == {"county:038"}
    assert all(row["mismatch"] for row in output["pledges"] if row["pledge_id"] != "P07")


def test_a_bad_base_is_one_line_and_code_2(capsys):
    assert main(["pledges", "--base", "atlantis"]) == 2
    assert "not a region" in capsys.readouterr().err


def test_as_text(capsys):
    assert main(["pledges"]) == 0
    text = capsys.readouterr().out
    assert "no share named" in text
    assert "-52.6" in text
