"""Addresses that nobody of ours wrote: garbage, mutated links, forged ones and bombs, by a seed."""

from __future__ import annotations

import base64
import json
import random
import string
import zlib
from collections.abc import Callable, Iterator

from payloads import PAYLOADS

from components import state
from mulembe.scenario import link, presets
from mulembe.scenario.model import Scenario
from mulembe.tables import Tables

SEALED = "with a right checksum"


def sealed(raw: bytes) -> str:
    """A link with a right checksum around any bytes."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15, 9, zlib.Z_DEFAULT_STRATEGY, link._WORDS)
    body = packer.compress(raw) + packer.flush()
    return base64.urlsafe_b64encode(zlib.crc32(body).to_bytes(4, "big") + body).decode().rstrip("=")


class Addresses:
    """Views as an address could hold them, another with every call."""

    def __init__(self, tables: Tables, seed: int) -> None:
        self.dice = random.Random(seed)  # noqa: S311 - no secret, but the same addresses every time
        known = [p for cycle in presets.DEFAULTS for p in presets.presets(tables, cycle)]
        self.links = [link.encode(p.scenario.but(seed=5), tables) for p in known]
        self.presets = [p.preset_id for p in known]
        self.packed = [
            {"v": 1, "c": p.scenario.cycle, "p": "", "d": "0" * 8, "r": [1] * 8,
             "s": p.scenario.model_dump(mode="json")} for p in known
        ]  # fmt: skip
        self.garbage: list[Callable[[], str]] = [
            self._payload, self._letters, self._unicode, self._huge, self._number, self._mutated,
            self._flipped, self._cut, self._forged, self._forged, self._deep, self._bomb,
            self._codes,
        ]  # fmt: skip

    def views(self, count: int) -> Iterator[dict[str, str]]:
        """That many views: up to five parameters each, most of them known by name."""
        names = [*state.FIELDS, state.KEEP, "embed", "__proto__", "\u202e", ""]
        names += ["s", "with", "region"] * 12
        for _ in range(count):
            chosen = self.dice.sample(names, self.dice.randint(1, 5))
            yield {name: self.value() for name in chosen}

    def value(self) -> str:
        """One value."""
        return self.dice.choice(self.garbage)()

    def _payload(self) -> str:
        return self.dice.choice(list(PAYLOADS.values()))

    def _letters(self) -> str:
        return "".join(self.dice.choices(string.printable, k=self.dice.randint(0, 60)))

    def _unicode(self) -> str:
        return "".join(chr(self.dice.randrange(0x110000)) for _ in range(self.dice.randint(1, 30)))

    def _huge(self) -> str:
        return self.dice.choice("A9+.~-%\u0301 ") * self.dice.choice((800, 32_001, 200_000))

    def _number(self) -> str:
        return self.dice.choice(
            ["NaN", "-1", "1e999", "0x10", "\u0661\u0662", "9" * 400, "2021-02-30", "0001-01-01",
             "9999-12-31", "100.01", "-0", "037", "west5+199", "county:037", "30-90", "ab"]
        )  # fmt: skip

    def _codes(self) -> str:
        signs = "".join(
            f"{self.dice.choice('+-')}{self.dice.randint(0, 999):03d}"
            for _ in range(self.dice.choice((1, 5, 200)))
        )
        return (
            f"{self.dice.choice(('west5', 'core30', 'county:037', 'x'))}{signs}~{self._payload()}"
        )

    def _mutated(self) -> str:
        text = list(self.dice.choice([*self.links, *self.presets]))
        for _ in range(self.dice.randint(1, 4)):
            text[self.dice.randrange(len(text))] = self.dice.choice(string.printable)
        return self.dice.choice((".", "", "..")).join(["".join(text)] * self.dice.randint(1, 6))

    def _flipped(self) -> str:
        text = self.dice.choice(self.links)
        raw = bytearray(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        raw[self.dice.randrange(len(raw))] ^= 1 << self.dice.randrange(8)
        if self.dice.random() < 0.7:  # the checksum is no secret
            raw[:4] = zlib.crc32(bytes(raw[4:])).to_bytes(4, "big")
        return base64.urlsafe_b64encode(raw).decode().rstrip("=")

    def _cut(self) -> str:
        text = self.dice.choice(self.links)
        return text[: self.dice.randrange(len(text))]

    def _forged(self) -> str:
        """A real scenario with some parts replaced, sealed as ours are."""
        packed = json.loads(json.dumps(self.dice.choice(self.packed)))
        packed["r"] = [self.dice.choice((1, -1, True, 10**3000))] * self.dice.choice((8, 8, 3))
        for _ in range(self.dice.randint(1, 4)):
            within = packed["s"] if isinstance(packed.get("s"), dict) else packed
            name = self.dice.choice([*Scenario.model_fields, self._payload()])
            within[name] = self._thing(3)
            if self.dice.random() < 0.2:
                packed[self.dice.choice("vcpdrs")] = self._thing(2)
        return sealed(json.dumps(packed).encode()[: link.DATA_LIMIT])

    def _thing(self, depth: int) -> object:
        kind = self.dice.randrange(8 if depth else 6)
        if kind < 6:
            simple: list[object] = [
                self._payload(), self._payload() * 50, None, True, -1, 10**30, 1e308, -0.0, [], {},
                "odinga", "west5", "203", "third", self.dice.random(),
            ]  # fmt: skip
            return self.dice.choice(simple)
        if kind == 6:
            return [self._thing(depth - 1) for _ in range(self.dice.choice((1, 3, 60)))]
        parts = ["leader", "camp", "home", "delivery", "reach", "code", "votes", "reason", "name",
                 "origin", "shares", "scope", "rate", "county", "spread", "counties"]  # fmt: skip
        named = self.dice.sample(parts, self.dice.randint(1, 8))
        return {name: self._thing(depth - 1) for name in named}

    def _deep(self) -> str:
        opening = self.dice.choice((b"[", b'{"a":'))
        return sealed(opening * self.dice.choice((100, 10_000)))

    def _bomb(self) -> str:
        letter = self.dice.choice((b" ", b"0", b"[", b'"'))
        return sealed(b'{"v":1,"s":' + letter * self.dice.choice((63_000, 64_001, 200_000)))
