"""The back-test against numbers worked out by hand, against the tables, and against itself."""

from __future__ import annotations

import numpy as np
import pytest

from mulembe import backtest
from mulembe.backtest import COUNTY_LEFT_OUT, IN_SAMPLE, LEFT_OUT
from mulembe.elections import region_results
from mulembe.regions import parse
from mulembe.scenario import fit, scores
from mulembe.tables import Tables

TABLES = Tables()
ALL = [(method, shape, sample) for method, shape in fit.variants() for sample in backtest.SAMPLES]


def row(method: str, sample: str, shape: str = ""):
    rows = backtest.summary(TABLES)
    found = rows[rows["method"].eq(method) & rows["shape"].eq(shape) & rows["sample"].eq(sample)]
    assert len(found) == 1
    return found.iloc[0]


def test_no_change_by_hand() -> None:
    places = parse("west5", TABLES)
    before = 100 * region_results(TABLES, "2017", places).shares()
    after = 100 * region_results(TABLES, "2022", places).shares()
    errors = before["kenyatta"] - after["ruto"]
    found = row("no_change", LEFT_OUT)
    assert found["mae"] == pytest.approx(errors.abs().mean(), abs=1e-3)
    assert found["bias"] == pytest.approx(errors.mean(), abs=1e-3)
    right = (before["kenyatta"] > before["odinga"]) == (after["ruto"] > after["odinga"])
    assert found["called"] == right.sum() == 29
    worst = backtest.places(TABLES, "no_change").iloc[0]
    assert (worst.name, worst["name"]) == (errors.abs().idxmax(), "Kabuchai")
    assert worst["error"] == pytest.approx(15.638 - 74.107, abs=2e-3)


def test_a_bloc_by_hand() -> None:
    after = 100 * region_results(TABLES, "2022", parse("west5", TABLES)).shares()["ruto"]
    for method, said in (("bloc_government", 90), ("bloc_opposition", 10)):
        found = row(method, LEFT_OUT)
        assert found["mae"] == pytest.approx((said - after).abs().mean(), abs=1e-3)
        assert found["bias"] == pytest.approx((said - after).mean(), abs=1e-3)


@pytest.mark.parametrize(("method", "shape", "sample"), ALL)
def test_the_scores_are_those_the_build_found(method: str, shape: str, sample: str) -> None:
    found = row(method, sample, shape)
    held = fit.errors(TABLES).set_index(["method", "shape", "sample"]).loc[(method, shape, sample)]
    for name in ("mae", "bias", "rmse"):
        assert found[name] == pytest.approx(held[name], abs=2e-3)
    assert found["called"] == held["called"]
    if sample == IN_SAMPLE:
        assert np.isnan(found["brier"]) and np.isnan(found["crps"])
        return
    assert found["crps"] == pytest.approx(held["crps"], abs=5e-3)
    assert found["brier"] == pytest.approx(held["brier"], abs=1e-3)
    assert found["covered"] == held["covered"]
    assert found["covered_normal"] == held["covered_normal"]


def test_the_scores_of_one_place_by_hand() -> None:
    found = backtest.places(TABLES, "county").loc["218"]
    held = TABLES["fit_results"]
    held = held[(held["method"] == "county") & (held["code"] == "218")].iloc[0]
    ratio = np.log(held["government_left_out"] / held["opposition_left_out"])
    size = held["size_left_out"]
    assert found["chance"] == pytest.approx(scores.NormalDist().cdf(ratio / size), abs=1e-6)
    assert found["brier"] == pytest.approx((1 - found["chance"]) ** 2)  # Ruto led in Kabuchai
    assert found["low"] == pytest.approx(held["low"], abs=0.02)
    assert found["high"] == pytest.approx(held["high"], abs=0.02)


def test_a_county_is_the_sum_of_its_votes() -> None:
    results = region_results(TABLES, "2022", parse("county:038", TABLES))
    found = backtest.counties(TABLES, "decay", "linear")
    actual = 100 * results.votes["ruto"].sum() / results.valid.sum()
    assert found.at["038", "actual"] == pytest.approx(actual)
    places = backtest.places(TABLES, "decay", "linear").loc[list(results.votes.index)]
    said = (places["said"] * results.valid.loc[places.index]).sum() / results.valid.sum()
    assert found.at["038", "said"] == pytest.approx(said)
    assert found.at["038", "mae"] == pytest.approx(places["error"].abs().mean())
    assert found["units"].sum() == 38
    assert (np.diff(found["error"].abs()) <= 0).all()


def test_a_county_interval_by_hand() -> None:
    where = fit.ground(TABLES)
    logs = scores.log_ratio(where.after) - scores.log_ratio(where.before)
    other = where.counties != "038"
    size = scores.sizes(logs[other], where.counties[other])
    spread = np.hypot(size.county, size.constituency / np.sqrt(5))
    weight = where.weight[~other] / where.weight[~other].sum()
    low, high = scores.interval((weight @ where.before[~other])[None, :], np.array([spread]))
    found = backtest.counties(TABLES, "no_change").loc["038"]
    assert found["low"] == pytest.approx(100 * low[0], abs=0.01)
    assert found["high"] == pytest.approx(100 * high[0], abs=0.01)


def test_fitting_flatters_and_leaving_a_county_out_is_harder() -> None:
    for method, shape in fit.variants():
        errors = [row(method, sample, shape)["mae"] for sample in (IN_SAMPLE, LEFT_OUT)]
        whole = row(method, COUNTY_LEFT_OUT, shape)["mae"]
        if fit.find(method).fitted:
            assert errors[0] < errors[1] < whole
        else:
            assert errors[0] == errors[1] == whole


def test_scores_can_be_narrowed_to_a_region() -> None:
    codes = parse("county:039", TABLES).codes
    rows = backtest.summary(TABLES, codes)
    assert set(rows["units"]) == {9}
    found = rows[rows["method"].eq("no_change") & rows["sample"].eq(LEFT_OUT)].iloc[0]
    assert found["mae"] == pytest.approx(backtest.counties(TABLES, "no_change").at["039", "mae"])
    with pytest.raises(ValueError, match="38"):
        backtest.summary(TABLES, ["001"])


def test_samples_come_in_order_and_the_best_first() -> None:
    rows = backtest.summary(TABLES)
    assert list(dict.fromkeys(rows["sample"])) == [LEFT_OUT, COUNTY_LEFT_OUT, IN_SAMPLE]
    best = fit.default(TABLES)
    assert tuple(rows.iloc[0][["method", "shape"]]) == (best.method, best.shape)


def test_wider_intervals_hold_more_and_the_stretch_is_told() -> None:
    best = fit.default(TABLES)
    found = backtest.reach(TABLES, best.method, best.shape)
    assert found.at[0.9, "wanted"] == pytest.approx(34.2)
    assert (found.at[0.9, "covered"], found.at[0.9, "normal"]) == (35, 32)
    assert (np.diff(found["covered"]) >= 0).all()
    told = backtest.intervals(TABLES)
    assert "holds 35 of 38 says little" in told
    assert "would hold 32 of 38, where 34 are wanted" in told


def test_what_does_not_exist_is_refused() -> None:
    with pytest.raises(KeyError):
        backtest.places(TABLES, "magic")
    with pytest.raises(KeyError):
        backtest.places(TABLES, "decay", "square")
    with pytest.raises(KeyError):
        backtest.reach(TABLES, "flat", "", IN_SAMPLE)


def test_every_method_has_its_sources() -> None:
    known = set(TABLES["sources"]["source_id"])
    plain = set(backtest.sources(TABLES, "flat"))
    assert {"fit-2017-2022", "iebc-34c-2017"} <= plain
    for method, _ in fit.variants():
        assert plain <= set(backtest.sources(TABLES, method)) <= known
    assert len(backtest.sources(TABLES, "members")) > len(
        backtest.sources(TABLES, "bloc_government")
    )


def test_parameters_carry_their_range() -> None:
    found = backtest.parameters(TABLES, "decay", "linear")
    assert set(found["parameter"]) == {"delivery", "reach", "rate", "keep"}
    assert (found["low"] <= found["high"]).all()
    assert backtest.parameters(TABLES, "no_change").empty
