"""The shape of the tables of how wrong the transfer methods were."""

from __future__ import annotations

from mulembe.schemas.columns import (
    CONSTITUENCY,
    TableSpec,
    code,
    count,
    number,
    spec,
    text,
)

SAMPLES = ("in_sample", "left_out", "county_left_out")

FITS: dict[str, TableSpec] = {
    "fit_parameters": spec(
        "method shape parameter subject",
        {
            "method": text(),
            "shape": text(empty=True),
            "parameter": text(among=("delivery", "reach", "rate", "keep")),
            "subject": text(empty=True),
            "home": code(empty=True),
            "value": number(0.0, 500.0),
            "low": number(0.0, 500.0),
            "high": number(0.0, 500.0),
        },
        {"home": CONSTITUENCY},
    ),
    "fit_results": spec(
        "method shape code",
        {
            "method": text(),
            "shape": text(empty=True),
            "code": code(),
            **{
                f"{side}_{sample}": number(0.0, 100.0)
                for sample in SAMPLES
                for side in ("government", "opposition")
            },
            **{f"size_{sample}": number(0.0, 9.0) for sample in SAMPLES[1:]},
            "low": number(0.0, 100.0),
            "high": number(0.0, 100.0),
        },
        {"code": CONSTITUENCY},
    ),
    "fit_errors": spec(
        "method shape sample",
        {
            "method": text(),
            "shape": text(empty=True),
            "sample": text(among=SAMPLES),
            "mae": number(0.0, 100.0),
            "bias": number(-100.0, 100.0),
            "rmse": number(0.0, 100.0),
            "called": count(),
            "covered": count(empty=True),
            "covered_normal": count(empty=True),
            "crps": number(0.0, 100.0, empty=True),
            "brier": number(0.0, 1.0, empty=True),
            "county_size": number(0.0, 3.0, empty=True),
            "constituency_size": number(0.0, 3.0, empty=True),
        },
    ),
    "fit_sizes": spec(
        "quantity level",
        {
            "quantity": text(among=("transfer", "turnout", "turnout_grown")),
            "level": text(among=("region", "county", "constituency")),
            "size": number(0.0, 3.0),
            "method": text(),
        },
    ),
    "fit_homes": spec(
        "method shape mudavadi_home wetangula_home",
        {
            "method": text(),
            "shape": text(empty=True),
            "mudavadi_home": code(),
            "wetangula_home": code(),
            **{f"mae_{sample}": number(0.0, 100.0) for sample in SAMPLES},
        },
        {"mudavadi_home": CONSTITUENCY, "wetangula_home": CONSTITUENCY},
    ),
}
