"""The methods against the engine, the tables against a fit, the helpers against numbers."""

import importlib.util
import subprocess
import sys
from datetime import date
from math import sqrt
from pathlib import Path

import numpy as np
import pytest

from mulembe.elections import region_results
from mulembe.regions import parse
from mulembe.scenario import fit, scores
from mulembe.scenario.model import SHAPES, Uncertainty
from mulembe.scenario.outcome import run

ROOT = Path(__file__).resolve().parents[2]
OF_SCENARIOS = [variant for variant in fit.variants() if fit.find(variant[0]).scenario]


@pytest.fixture(scope="module")
def build_fit():
    sys.path.insert(0, str(ROOT / "data"))
    try:
        spec = importlib.util.spec_from_file_location("build_fit", ROOT / "data/build_fit.py")
        module = importlib.util.module_from_spec(spec)
        sys.modules["build_fit"] = module
        spec.loader.exec_module(module)
        yield module
    finally:
        sys.path.remove(str(ROOT / "data"))
        sys.modules.pop("build_fit", None)
        sys.modules.pop("tablefile", None)


def table(rows, name, **key):
    found = [
        row for row in rows(name) if all(row[column] == value for column, value in key.items())
    ]
    assert found, key
    return found


def test_ground_is_what_the_forms_say(tables, rows):
    where = fit.ground(tables)
    assert len(where.codes) == 38
    assert where.codes == tuple(sorted(where.codes))
    assert np.allclose(where.before.sum(axis=1), 1)
    assert np.allclose(where.after.sum(axis=1), 1)
    for election, shares in (("2017", where.before), ("2022", where.after)):
        votes = {
            row["candidate_id"]: int(row["votes"])
            for row in table(rows, "results", election_id=election, unit_code="218")
        }
        rival = votes["ruto" if election == "2022" else "kenyatta"]
        assert shares[where.codes.index("218"), 1] == pytest.approx(rival / sum(votes.values()))


def test_the_leaders_had_declared_before_the_vote(tables):
    events = tables["alignment_events"].set_index("event_id")
    vote = tables["elections"].set_index("election_id").loc["2022", "date"]
    for leader, event in fit.DECLARED.items():
        row = events.loc[event]
        assert (row["politician_id"], row["camp"]) == (leader, "kenya_kwanza")
        assert row["level"] >= 3
        assert date.fromisoformat(row["date_known"]) < date.fromisoformat(vote)


@pytest.mark.parametrize(("method", "shape"), OF_SCENARIOS)
def test_a_method_is_what_the_engine_gives(tables, method, shape):
    where = fit.ground(tables)
    numbers = fit.parameters(tables, shape, method)
    outcome = run(fit.scenario(numbers, tables), tables)
    area = outcome.base.area
    # Transfers before whole voters are made, over those who voted.
    exact = np.einsum("uo,uot->ut", outcome.voters[area], outcome.transfer[area])[:, :4]
    exact = 100 * exact / exact.sum(axis=1, keepdims=True)
    mine = 100 * fit.shares(where, numbers)
    assert exact[:, 2] == pytest.approx(0)
    assert np.abs(mine - exact[:, [0, 1, 3]]).max() < 1e-3
    whole = 100 * outcome.shares[area][:, [0, 1, 3]]
    assert np.abs(mine - whole).max() < 0.02  # at most three voters of some 20,000
    assert outcome.valid[area].sum() == outcome.base.voters[area][:, :3].sum()


def test_pulls_that_ask_for_everything_take_no_more(tables):
    numbers = fit.Parameters(
        "decay",
        "exponential",
        (
            fit.Mover("musalia-mudavadi", "212", 1.0, 50),
            fit.Mover("moses-wetangula", "218", 1.0, 80),
        ),
        {"": 0.3},
        0.6,
    )
    outcome = run(fit.scenario(numbers, tables), tables)
    assert outcome.conflicts
    mine = fit.shares(fit.ground(tables), numbers)
    assert mine[:, 1].max() == pytest.approx(1)
    assert np.abs(mine - outcome.shares[outcome.base.area][:, [0, 1, 3]]).max() < 2e-4


@pytest.mark.parametrize("method", ["uniform", "proportional"])
def test_national_swings_are_no_scenario(tables, method):
    with pytest.raises(ValueError, match=method):
        fit.scenario(fit.Parameters(method), tables)


def test_national_swings_by_hand(tables):
    where = fit.ground(tables)
    change = (
        region_results(tables, "2022").total_shares()["ruto"]
        - region_results(tables, "2017").total_shares()["kenyatta"]
    )
    unit = where.codes.index("216")  # no share falls below 0 there
    uniform = fit.shares(where, fit.Parameters("uniform"))
    assert uniform[unit, 1] == pytest.approx(where.before[unit, 1] + change)
    for method in ("uniform", "proportional"):
        shares = fit.shares(where, fit.Parameters(method))
        assert np.allclose(shares.sum(axis=1), 1)
        assert shares.min() >= 0


def test_every_method_has_its_rows(tables):
    errors = fit.errors(tables)
    have = set(errors[["method", "shape", "sample"]].itertuples(index=False, name=None))
    assert have == {(*variant, s) for variant in fit.variants() for s in fit.SAMPLES}
    assert len(fit.variants()) == 9 + 2 * len(SHAPES)
    assert len({method.id for method in fit.methods()}) == len(fit.methods())


@pytest.mark.parametrize("sample", fit.SAMPLES)
@pytest.mark.parametrize(("method", "shape"), fit.variants())
def test_errors_follow_from_the_results(tables, method, shape, sample):
    found = fit.residuals(tables, method, shape, sample)
    errors = (
        fit.errors(tables).set_index(["method", "shape", "sample"]).loc[(method, shape, sample)]
    )
    assert found["error"].abs().mean() == pytest.approx(errors["mae"], abs=2e-3)
    assert found["error"].mean() == pytest.approx(errors["bias"], abs=2e-3)
    assert sqrt((found["error"] ** 2).mean()) == pytest.approx(errors["rmse"], abs=2e-3)
    actual = region_results(tables, "2022", parse("west5", tables))
    won = (found["government"] > found["opposition"]) == (actual.winner() == "ruto")
    assert won.sum() == errors["called"]
    if sample == fit.LEFT_OUT:
        share = scores.coverage(*found[["low", "high"]].to_numpy().T, found["actual"].to_numpy())
        assert round(38 * share) == errors["covered"]


@pytest.mark.parametrize(("method", "shape"), OF_SCENARIOS)
def test_the_fitted_shares_are_those_of_the_parameters(tables, method, shape):
    shares = 100 * fit.shares(fit.ground(tables), fit.parameters(tables, shape, method))
    found = fit.residuals(tables, method, shape, fit.IN_SAMPLE)
    assert np.abs(found["government"] - shares[:, 1]).max() < 1e-3
    assert np.abs(found["opposition"] - shares[:, 0]).max() < 1e-3


def test_what_the_best_method_promises(tables):
    best = fit.default(tables)
    errors = fit.errors(tables).set_index(["method", "shape", "sample"])
    row = errors.loc[(best.method, best.shape, fit.LEFT_OUT)]
    assert row["mae"] < 8
    assert 0.85 <= row["covered"] / 38 <= 0.95
    assert row["crps"] < 6.6
    assert row["mae"] < errors.loc[("no_change", "", fit.LEFT_OUT), "mae"]
    assert fit.default_shape(tables) == best.shape
    assert fit.parameters(tables) == fit.parameters(tables, best.shape, best.method)


def test_a_method_that_does_not_exist(tables):
    with pytest.raises(KeyError):
        fit.parameters(tables, "exponential", "magic")
    with pytest.raises(KeyError):
        fit.parameters(tables, "square", "decay")
    assert fit.parameters(tables, method="no_change") == fit.Parameters("no_change")


@pytest.mark.parametrize(
    ("method", "shape"), [("flat", ""), ("county", ""), ("decay", "exponential")]
)
def test_the_table_is_what_a_fit_finds(tables, build_fit, method, shape):
    where = fit.ground(tables)
    homes = [fit.home(tables, leader) for leader in fit.DECLARED]
    everything = np.ones(38, dtype=bool)
    again, _ = build_fit.fit_numbers(where, method, shape, homes, everything)
    held = fit.parameters(tables, shape, method)
    assert [mover.home for mover in again.movers] == [mover.home for mover in held.movers]
    gap = np.abs(fit.shares(where, again) - fit.shares(where, held)).max()
    assert 100 * gap < 0.05


def test_a_constituency_left_out_is_what_a_fit_without_it_finds(tables, build_fit):
    where = fit.ground(tables)
    homes = [fit.home(tables, leader) for leader in fit.DECLARED]
    best = fit.default(tables)
    unit = where.codes.index("218")
    seen = np.arange(38) != unit
    again, _ = build_fit.fit_numbers(where, best.method, best.shape, homes, seen)
    held = fit.residuals(tables, best.method, best.shape)["government"].iloc[unit]
    assert 100 * fit.shares(where, again)[unit, 1] == pytest.approx(held, abs=0.1)


def test_the_fit_does_not_see_what_is_left_out(tables, build_fit):
    where = fit.ground(tables)
    spoilt = where.after.copy()
    spoilt[5] = (0.0, 1.0, 0.0)
    other = fit.Ground(**{**vars(where), "after": spoilt})
    seen = np.arange(38) != 5
    first, _ = build_fit.fit_numbers(where, "flat", "", (), seen)
    second, _ = build_fit.fit_numbers(other, "flat", "", (), seen)
    assert first == second


def test_the_interval_of_a_constituency_does_not_use_its_own_error(tables, build_fit):
    where = fit.ground(tables)
    shares = {sample: where.before.copy() for sample in fit.SAMPLES}
    one = build_fit.Found(fit.Parameters("no_change"), [], shares)
    size = build_fit._own_sizes(where, one, fit.LEFT_OUT)[3]
    shares[fit.LEFT_OUT][3] = (0.01, 0.98, 0.01)
    assert build_fit._own_sizes(where, one, fit.LEFT_OUT)[3] == pytest.approx(size)


def test_sizes_come_from_what_was_left_out(tables):
    best = fit.default(tables)
    where = fit.ground(tables)
    measured = fit.measured_uncertainty(tables)
    assert isinstance(measured, Uncertainty)
    by_unit, by_county = (
        scores.sizes(
            fit.residuals(tables, best.method, best.shape, sample)["log_ratio"].to_numpy(),
            where.counties,
        )
        for sample in (fit.LEFT_OUT, fit.COUNTY_LEFT_OUT)
    )
    assert measured.constituency == pytest.approx(by_unit.constituency, abs=2e-3)
    assert measured.county == pytest.approx(by_county.county, abs=2e-3)
    assert measured.region == measured.county
    assert measured.rest == 0


@pytest.mark.parametrize(("roll", "registers"), [("base", "2017 2017"), ("grown", "2017 2022")])
def test_turnout_sizes_come_from_its_change_on_the_register_of_the_scenario(
    tables, roll, registers
):
    region = parse("west5", tables)
    results = {year: region_results(tables, year, region) for year in ("2017", "2022")}
    logits = []
    for year, register in zip(("2017", "2022"), registers.split(), strict=True):
        rate = results[year].valid / results[register].turnout["registered"].astype(float)
        logits.append(np.log(rate / (1 - rate)))
    change, measured = logits[1] - logits[0], fit.measured_uncertainty(tables, roll)
    assert measured.turnout_region == pytest.approx(abs(change.mean()), abs=2e-3)
    assert 0 < measured.turnout_constituency <= change.std() + 2e-3
    assert 0 < measured.turnout_county < change.std()


@pytest.mark.parametrize("method", [m.id for m in fit.methods() if not m.fitted])
def test_what_is_not_fitted_is_up_to_date(tables, method):
    # Pledges, alignments and results may change; then data/build_fit.py must run again.
    shares = 100 * fit.shares(fit.ground(tables), fit.Parameters(method))
    for sample in fit.SAMPLES:
        held = fit.residuals(tables, method, "", sample)
        assert np.abs(held["government"] - shares[:, 1]).max() < 1e-3
        assert np.abs(held["opposition"] - shares[:, 0]).max() < 1e-3


def test_other_homes_include_the_one_used(tables):
    best = fit.default(tables)
    homes = tables["fit_homes"].set_index(["method", "mudavadi_home", "wetangula_home"])
    used = tuple(fit.home(tables, leader) for leader in fit.DECLARED)
    errors = fit.errors(tables).set_index(["method", "shape", "sample"])
    for method in ("decay", "decay_county"):
        held = homes.loc[(method, *used)]
        assert held["mae_left_out"] == errors.loc[(method, best.shape, fit.LEFT_OUT), "mae"]


def test_reading_fits_nothing():
    code = (
        "import sys; from mulembe.tables import Tables; from mulembe.scenario import fit;"
        "t = Tables(); fit.parameters(t); fit.measured_uncertainty(t); fit.errors(t);"
        "sys.exit('scipy.optimize' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
