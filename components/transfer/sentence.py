"""An estimate in plain sentences: of ten voters of one side, how many went to another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from components.text import plain


def sentences(
    flows: pd.DataFrame,
    before: Mapping[str, str],
    after: Mapping[str, str],
    questions: Iterable[tuple[str, str]] = (),
    limit: int = 5,
) -> list[str]:
    """Sentences in Markdown (already escaped) for some flows of ``Estimate.table()``.

    ``before`` says who they are ("2017 Odinga voters", "voters of the List") and ``after`` what
    they did ("chose Ruto in 2022", "went to the Union"), by option id. ``questions`` are pairs of
    origin and destination; none: the ``limit`` largest flows. Flows without voters in their origin
    or destination are left out.
    """
    rows = flows[(flows["origin_total"] > 0) & (flows["destination_total"] > 0)]
    asked = list(questions)
    if asked:
        held = {(str(r["origin"]), str(r["destination"])): r for r in rows.to_dict("records")}
        chosen = [held[question] for question in asked if question in held]
    else:
        chosen = rows.nlargest(limit, "estimate").to_dict("records")
    return [
        _sentence(row, before[str(row["origin"])], after[str(row["destination"])]) for row in chosen
    ]


def _sentence(row: Mapping[str, object], who: str, did: str) -> str:
    total = float(str(row["origin_total"]))
    ten = {
        name: 10 * float(str(row[name])) / total
        for name in ("estimate", "low", "high", "lower", "upper")
    }
    bounds = f"the totals alone say {of_ten(ten['lower'])} to {of_ten(ten['upper'])}"
    if pd.isna(ten["low"]):
        return f"Of ten {plain(who)}, about **{of_ten(ten['estimate'])}** {plain(did)}; {bounds}."
    return (
        f"Of ten {plain(who)}, between **{of_ten(ten['low'])}** and **{of_ten(ten['high'])}** "
        f"{plain(did)} (estimate {of_ten(ten['estimate'])}); {bounds}."
    )


def of_ten(value: float) -> str:
    """A number out of ten as it is said, with one decimal."""
    return f"{abs(value):.1f}"
