"""The scenario: an immutable set of assumptions on a base election.

>>> scenario = Scenario(
...     cycle="2022",
...     moves=[Move(leader="moses-wetangula", camp="government", delivery=0.6, home="218")],
... )
>>> scenario.moves[0].delivery
0.6

Shares are fractions between 0 and 1, kept to four decimals; distances are kilometres, kept to one.
Whether codes and leaders exist is ``reading``'s business: a model alone knows no tables.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

VERSION: Literal[1] = 1
CYCLES = {"2022": "2017", "2027": "2022"}  # cycle: the election it starts from
TICKETS = ("opposition", "government", "third", "others")
CAMPS = ("opposition", "government", "third")
ABSENT, ENTERED, GONE, OTHERS = "absent", "entered", "gone", "others"
DESTINATIONS = (*TICKETS, ABSENT)
LINES = {  # cycle: the origins that are the two lines, and the ticket each goes on as
    "2022": {"odinga": "opposition", "kenyatta": "government"},
    "2027": {"odinga": "opposition", "ruto": "government"},
}
SHAPES = ("exponential", "gaussian", "rational", "linear")
EVERYWHERE, INSIDE, REST = "", "region", "rest"
MOVE_LIMIT, NAME_LIMIT, REASON_LIMIT, REACH_LIMIT = 6, 60, 60, 500.0

Share = Annotated[float, Field(ge=0, le=1), AfterValidator(lambda v: round(v, 4))]
Reach = Annotated[
    float, Field(gt=0, le=REACH_LIMIT), AfterValidator(lambda v: max(0.1, round(v, 1)))
]
Size = Annotated[float, Field(ge=0, le=3), AfterValidator(lambda v: round(v, 3))]
Votes = Annotated[int, Field(ge=0, le=10_000_000)]
Code = Annotated[str, Field(pattern=r"^\d{3}$")]
Camp = Literal["opposition", "government", "third"]
Spread = Literal["decay", "flat", "county"]
Short = Annotated[str, Field(max_length=NAME_LIMIT), AfterValidator(lambda v: " ".join(v.split()))]
Reason = Annotated[
    str, Field(max_length=REASON_LIMIT), AfterValidator(lambda v: " ".join(v.split()))
]
Token = Annotated[str, Field(max_length=700)]


def _shared_once(runoff: tuple[float, float, float]) -> tuple[float, float, float]:
    """Two tickets meet: what they take of the eliminated voters must not exceed all of them."""
    two = sum(sorted(runoff)[1:])
    if two > 1 + 1e-9:
        raise ValueError(f"two tickets together take {100 * two:.1f}% of the voters left over")
    return runoff


RunOff = Annotated[tuple[Share, Share, Share], AfterValidator(_shared_once)]


class Part(BaseModel):
    """Common behaviour of everything in a scenario: frozen, no unknown keys, finite numbers."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Inheritance(Part):
    """Where one origin's voters go before any leader moves: a share per ticket, summing to 1.

    ``origin`` is a column of the base election (a candidate id, "others", "absent" or "entered");
    ``shares`` follow TICKETS; ``scope`` is everywhere, the region, the rest or a county code, and
    the narrower one counts. For "absent" and "entered" it says how those who turn out vote; left
    out, they vote as their constituency does.
    """

    origin: Short
    shares: tuple[Share, Share, Share, Share]
    scope: Annotated[str, Field(pattern=r"^(region|rest|\d{3})?$")] = EVERYWHERE

    @model_validator(mode="after")
    def _whole(self) -> Inheritance:
        if abs(sum(self.shares) - 1) > 5e-4:
            raise ValueError(f"the shares add up to {100 * sum(self.shares):.1f}%, not 100%")
        return self


class Pull(Part):
    """How far something reaches: its share at home and how it fades.

    ``spread`` is "decay" (falls with the distance from ``home``, to 1/e at ``reach`` km), "flat"
    (the same in every constituency of the region) or "county" (``counties``: a share per county).
    """

    home: Code
    delivery: Share
    reach: Reach = 25.0
    spread: Spread = "decay"
    counties: Annotated[tuple[tuple[Code, Share], ...], Field(max_length=5)] = ()


class Move(Pull):
    """A leader backs a camp and takes voters along.

    Of the voters who listen (all of them at home, fewer with distance) the share ``delivery``
    goes to ``camp``; of the rest ``rest_third`` goes to the third ticket, ``rest_home`` stays at
    home and what remains stays with the rival it would have voted for. A camp's own voters stay.
    ``origins`` limits the columns it takes from; empty means all of them.
    """

    leader: Short
    camp: Camp
    rest_third: Share = 0.0
    rest_home: Share = 0.0
    origins: Annotated[tuple[Short, ...], Field(max_length=3)] = ()

    @model_validator(mode="after")
    def _rest(self) -> Move:
        if self.rest_third + self.rest_home > 1 + 1e-9:
            raise ValueError("what goes to the third ticket and what stays home exceed the rest")
        return self


class Third(Pull):
    """A third ticket: who leads it (a politician id, or a name of one's own), home and reach.

    ``delivery`` is the share it takes at home from every other ticket.
    """

    leader: Short = ""
    name: Short = ""


class Turnout(Part):
    """The share of an origin's voters who vote, everywhere or in one county.

    Left out, those who voted at the base vote again, those who did not stay away, and those who
    entered the register vote at their constituency's rate.
    """

    origin: Short
    rate: Share
    county: Annotated[str, Field(pattern=r"^(\d{3})?$")] = ""


class Override(Part):
    """A constituency set by hand: votes per ticket (TICKETS), with the reason.

    A "lock" keeps a result the engine gave while other levers move; an "override" is the user's.
    """

    code: Code
    votes: tuple[Votes, Votes, Votes, Votes]
    kind: Literal["lock", "override"] = "override"
    reason: Reason = ""


class Uncertainty(Part):
    """Sizes of the errors: standard deviations of the log-ratio between any two tickets.

    ``turnout_*`` are on the logit of turnout. The three levels are independent and add up. ``rest``
    is the error of each county outside the five, 0 when the rest of the nation is held fixed.
    """

    region: Size
    county: Size
    constituency: Size
    turnout_region: Size
    turnout_county: Size
    turnout_constituency: Size
    rest: Size = 0.0


class Scenario(Part):
    """All assumptions of one what-if; see the fields' own classes.

    ``preset`` names the preset it started from; a link holds only what differs from it.
    ``uncertainty`` None means the sizes measured on 2017 to 2022. ``runoff`` says which shares of
    the eliminated tickets' voters go to (opposition, government, third) if they reach a run-off;
    the others stay home (any two add up to at most 1). ``growth`` is the part of the 2017 to 2022
    register growth that comes again when ``roll`` is "grown" (in the 2022 cycle 1 is the register
    of 2022 itself).
    """

    version: Literal[1] = VERSION
    cycle: Literal["2022", "2027"]
    preset: Short = ""
    name: Short = ""
    region: Token = "west5"
    inheritance: Annotated[tuple[Inheritance, ...], Field(max_length=40)] = ()
    moves: Annotated[tuple[Move, ...], Field(max_length=MOVE_LIMIT)] = ()
    third: Third | None = None
    turnout: Annotated[tuple[Turnout, ...], Field(max_length=40)] = ()
    overrides: Annotated[tuple[Override, ...], Field(max_length=38)] = ()
    roll: Literal["base", "grown"] = "base"
    growth: Annotated[float, Field(ge=0, le=3), AfterValidator(lambda v: round(v, 3))] = 1.0
    shape: Literal["exponential", "gaussian", "rational", "linear"] = "exponential"
    runoff: RunOff = (0.0, 0.0, 0.0)
    uncertainty: Uncertainty | None = None
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 2027

    @property
    def base(self) -> str:
        """The election it starts from."""
        return CYCLES[self.cycle]

    def but(self, **changes: Any) -> Scenario:
        """This scenario with some fields replaced; raises pydantic's ValidationError."""
        return Scenario.model_validate(self.model_dump() | _plain(changes))

    def override(self, code: str) -> Override | None:
        """What is set by hand for a constituency."""
        return next((o for o in self.overrides if o.code == code), None)


def _plain(changes: dict[str, Any]) -> dict[str, Any]:
    def plain(value: Any) -> Any:
        if isinstance(value, BaseModel):
            return value.model_dump()
        return [plain(item) for item in value] if isinstance(value, list | tuple) else value

    return {name: plain(value) for name, value in changes.items()}
