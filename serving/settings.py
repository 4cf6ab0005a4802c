"""What an operator may set, read from environment variables once at start.

>>> read({}).frame_ancestors
"'self'"
>>> read({"MULEMBE_METRICS_PORT": "many"})
Traceback (most recent call last):
    ...
serving.settings.SettingError: MULEMBE_METRICS_PORT is 'many': give a port number from 1 to 65535, \
or leave it unset.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

# A source of a Content-Security-Policy: a scheme and a host, perhaps with a port or a first "*.".
SOURCE = re.compile(r"https?://(\*\.)?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*(:\d{1,5})?")
ROBOTS = ("index", "noindex")
LOGS = ("text", "json")


class SettingError(ValueError):
    """A setting cannot be used; the text names the variable, its value and what would do."""

    def __init__(self, name: str, value: str, remedy: str) -> None:
        super().__init__(f"{name} is {value!r}: {remedy}")


@dataclass(frozen=True)
class Settings:
    """The settings with their defaults.

    ======================== ==================================================================
    MULEMBE_PUBLIC_URL       address of the app as people type it, for previews of the link
                             ("https://mulembe.example"); unset: the host that is asked for
    MULEMBE_FRAME_ANCESTORS  who may show the app in a frame: ``self`` (default), ``none``, or
                             addresses separated by spaces ("https://paper.example")
    MULEMBE_ROBOTS           ``noindex`` (default) asks search engines to stay away, ``index``
                             lets them in
    MULEMBE_LOGS             ``text`` (default): faults only, for a person at a screen; ``json``:
                             one line of JSON per request and connection
    MULEMBE_METRICS_PORT     port on 127.0.0.1 for Prometheus; unset: no metrics
    ======================== ==================================================================
    """

    public_url: str = ""
    frame_ancestors: str = "'self'"
    robots: str = "noindex"
    logs: str = "text"
    metrics_port: int | None = None


def read(environment: Mapping[str, str]) -> Settings:
    """The settings of an environment; raises SettingError for a value that cannot be used."""

    def given(name: str) -> str:
        return environment.get(name, "").strip()

    return Settings(
        public_url=_public_url(given("MULEMBE_PUBLIC_URL")),
        frame_ancestors=_frame_ancestors(given("MULEMBE_FRAME_ANCESTORS")),
        robots=_one_of("MULEMBE_ROBOTS", given("MULEMBE_ROBOTS"), ROBOTS, "noindex"),
        logs=_one_of("MULEMBE_LOGS", given("MULEMBE_LOGS"), LOGS, "text"),
        metrics_port=_port("MULEMBE_METRICS_PORT", given("MULEMBE_METRICS_PORT")),
    )


def _public_url(value: str) -> str:
    """An address without a path: the app lives at the root of its host."""
    address = value.rstrip("/")
    if not address:
        return ""
    try:
        port = urlsplit(address).port
    except ValueError:
        port = -1
    if not SOURCE.fullmatch(address) or "*" in address or port == -1:
        remedy = "give the address without a path, such as https://mulembe.example."
        raise SettingError("MULEMBE_PUBLIC_URL", value, remedy)
    return address


def _frame_ancestors(value: str) -> str:
    words = {"self": "'self'", "none": "'none'"}
    sources = [words.get(part.strip("'").lower(), part) for part in value.split()] or ["'self'"]
    for source in sources:
        if source not in words.values() and not SOURCE.fullmatch(source):
            remedy = "give self, none, or addresses such as https://paper.example with spaces."
            raise SettingError("MULEMBE_FRAME_ANCESTORS", value, remedy)
    if "'none'" in sources and len(sources) > 1:
        raise SettingError("MULEMBE_FRAME_ANCESTORS", value, "none stands alone.")
    return " ".join(dict.fromkeys(sources))


def _one_of(name: str, value: str, choices: tuple[str, ...], default: str) -> str:
    chosen = value.lower() or default
    if chosen not in choices:
        raise SettingError(name, value, f"give {' or '.join(choices)}.")
    return chosen


def _port(name: str, value: str) -> int | None:
    if not value:
        return None
    if not (value.isascii() and value.isdigit() and 1 <= int(value) <= 65535):
        remedy = "give a port number from 1 to 65535, or leave it unset."
        raise SettingError(name, value[:20], remedy)
    return int(value)
