"""The numbers in the texts of the methods, from the code and the tables that hold them."""

from __future__ import annotations

from components.member_gap import ENOUGH
from components.text import long_day
from mulembe import alignment, metrics, polls
from mulembe.layers import TRANSFER_BASE
from mulembe.scenario import fit
from mulembe.scenario.model import MOVE_LIMIT, SHAPES
from mulembe.scenario.national import COUNTIES_NEEDED
from mulembe.scenario.simulate import simulate
from mulembe.tables import Tables
from mulembe.transfer import model
from mulembe.transfer.estimate import DRAWS, LEVEL
from mulembe.transfer.registers import EXITS
from mulembe.unity import LIMITS


def numbers(tables: Tables) -> dict[str, str]:
    """Every number of the texts, as it is written, by its name."""
    first, last = (long_day(day) for day in polls.ban(tables))
    found = {**_rules(), **_events(tables), **_readings(tables), **_fits(tables)}
    return {**found, "ban": f"From {first} to {last}"}


def _rules() -> dict[str, str]:
    """What the code fixes."""
    said = [f"at least {limit:.0%} is \u201c{words}\u201d" for limit, words in LIMITS[:-1]]
    drawn = (simulate.__defaults__ or (0,))[0]
    return {
        "verdict_limits": f"{', '.join(said)}, and less is \u201c{LIMITS[-1][1]}\u201d",
        "minor": f"{metrics.MINOR_LIMIT:.0%}",
        "transfer_base": f"{TRANSFER_BASE:.0%}",
        "enough": str(ENOUGH),
        "default_level": str(alignment.DEFAULT_LEVEL),
        "counties_needed": str(COUNTIES_NEEDED),
        "moves": str(MOVE_LIMIT),
        "shapes": _listed(list(SHAPES)),
        "draws": f"{drawn:,}",
        "context": f"{model.CONTEXT:g}",
        "context_sd": f"{model.CONTEXT_SD:g}",
        "contexts": str(len(model.CONTEXTS)),
        "lean_sd": f"{model.LEAN_SD:g}",
        "transfer_draws": str(DRAWS),
        "transfer_level": f"{LEVEL:.0%}",
        "exits": _listed([f"{share:.0%}" for share in EXITS], "or"),
    }


def _events(tables: Tables) -> dict[str, str]:
    """The rule of the evidence levels and how often it was left."""
    events = tables["alignment_events"]
    meant = [f"- **L{level}** {words}" for level, words in alignment.LEVELS.items()]
    rule = [f"{alignment.KINDS[kind]} L{level}" for kind, level in alignment.RULE_LEVEL.items()]
    return {
        "levels": "\n".join(meant),
        "rule": _listed(rule),
        "events": str(len(events)),
        "exceptions": str(int(events["level_reason"].ne("").sum())),
    }


def _readings(tables: Tables) -> dict[str, str]:
    """How the forms of 2022 were read in the region."""
    places = tables["constituencies"]
    inside = places.loc[places["in_region"], "code"]
    forms = tables["turnout"]
    forms = forms[forms["election_id"].eq("2022") & forms["unit_code"].isin(inside)]
    counts = forms["quality"].value_counts()
    return {flag: str(int(counts.get(flag, 0))) for flag in ("agreed", "conflict", "single")}


def _fits(tables: Tables) -> dict[str, str]:
    """Errors and sizes measured on 2017 to 2022."""
    best = fit.default(tables)
    table = fit.errors(tables).set_index(["method", "shape", "sample"])["mae"].astype(float)
    sizes = fit.measured_uncertainty(tables)
    return {
        "best_method": f"{fit.find(best.method).name}; {best.shape}".lower(),
        "best_shape": best.shape.capitalize(),
        "best_mae": f"{table[best.method, best.shape, fit.LEFT_OUT]:.1f}",
        "best_county_mae": f"{table[best.method, best.shape, fit.COUNTY_LEFT_OUT]:.1f}",
        "no_change_mae": f"{table['no_change', '', fit.IN_SAMPLE]:.1f}",
        "sigma": f"region {sizes.region:.2f}, county {sizes.county:.2f}, constituency "
        f"{sizes.constituency:.2f}",
        "sigma_turnout": f"region {sizes.turnout_region:.2f}, county {sizes.turnout_county:.2f}, "
        f"constituency {sizes.turnout_constituency:.2f}",
    }


def _listed(words: list[str], last: str = "and") -> str:
    return f"{', '.join(words[:-1])} {last} {words[-1]}"
