"""Ten thousand addresses that nobody of ours wrote: each is read or refused in a sentence."""

from __future__ import annotations

import time
import tracemalloc
from collections import Counter
from collections.abc import Iterator

import pytest
import streamlit as st
from addresses import Addresses, sealed
from opening import opened
from sinks import drawn

from components import state, whatif
from components.compare.choice import entries, pasted
from components.data import tables
from components.text import plain
from mulembe import regions
from mulembe.scenario.reading import ScenarioError

COUNT = 10_000
DRAWN = 5  # per page
LONGEST = 1_200  # characters of a sentence; the one on totals that moved names eight
MOST_SECONDS = 2.0  # for one address, on a busy machine; a tenth is usual
MOST_MEMORY = 20 * 10**6
PAGES = ("", "map", "flows", "leaders", "scenario", "compare", "evidence")


class Query(dict[str, str]):
    """The address of a page that no browser shows."""

    def from_dict(self, fields: dict[str, str]) -> None:
        self.clear()
        self.update(fields)


@pytest.fixture
def visit(monkeypatch: pytest.MonkeyPatch) -> Iterator[Query]:
    """A session of its own and its address, without a page around them."""
    query = Query()
    monkeypatch.setattr(st, "session_state", {})
    monkeypatch.setattr(st, "query_params", query)
    yield query


def test_ten_thousand_addresses_are_read_or_refused_in_a_sentence(visit: Query) -> None:
    seen: Counter[str] = Counter()
    slow: list[tuple[float, dict[str, str]]] = []
    for number, view in enumerate(Addresses(tables(), seed=6).views(COUNT)):
        st.session_state.clear()
        visit.from_dict(view)
        started = time.perf_counter()
        state.load(tables(), PAGES[number % len(PAGES)])
        region = regions.parse(state.get("region"), tables())
        faults = state.problems()
        if "s" in view or "with" in view:
            whatif.scenario()
            found, refused = entries()
            faults = [*faults, *refused, *(told for entry in found for told in entry.told)]
            seen["compared"] += len(found) - 1
        state.publish()
        slow.append((time.perf_counter() - started, view))
        seen["told"] += bool(faults)
        seen["opened"] += "s" in view and bool(state.get("s"))
        assert 0 < len(region.codes) <= 38
        for fault in faults:
            assert 0 < len(fault) <= LONGEST, (view, fault)
            plain(fault).encode()
            assert fault.endswith((".", " now", "none of its totals moved")), fault
        if state.KEEP not in view:  # else the address stays as it was followed
            assert set(visit) <= set(state.FIELDS)
            assert all(len(text) <= state.LONGEST for text in visit.values())
    # Enough of both kinds: addresses that are refused at the door prove little.
    assert seen["told"] > COUNT / 3
    assert seen["opened"] > COUNT / 50
    assert seen["compared"] > COUNT / 20
    worst = max(slow, key=lambda pair: pair[0])
    assert worst[0] < MOST_SECONDS, worst


def test_no_address_takes_more_memory_than_a_page(visit: Query) -> None:
    views = list(Addresses(tables(), seed=7).views(150))
    bombs = [sealed(b" " * 20_000_000), sealed(b'"' + b"a" * 60_000 + b'"'), "A" * 10**7]
    views += [{"s": bomb} for bomb in bombs] + [{"with": ".".join(bombs * 40)}]
    views += [{name: "9" * 10**6} for name in state.FIELDS] + [{str(i): "x"} for i in range(50)]
    whatif.scenario()  # the tables are held by everybody
    for view in views:
        st.session_state.clear()
        visit.from_dict(view)
        tracemalloc.start()
        state.load(tables(), "compare")
        entries()
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < MOST_MEMORY, (peak, str(view)[:200])


def test_what_is_pasted_is_refused_in_a_sentence(visit: Query) -> None:
    maker = Addresses(tables(), seed=8)
    for _ in range(400):
        text = maker.dice.choice(("", "http://x/?s=", "//[?s=", "http://[::1?s=", "?s=%ff"))
        text += maker.value()
        try:
            pasted(text[:12_000])
        except ScenarioError as error:
            assert 0 < len(str(error)) <= LONGEST


@pytest.mark.parametrize("page", PAGES)
def test_the_page_draws_whatever_the_address_holds(page: str) -> None:
    app = opened(page)
    told = 0
    for view in Addresses(tables(), seed=9 + PAGES.index(page)).views(DRAWN):
        app.query_params.clear()
        for name, text in view.items():
            # A browser sends what can be written as UTF-8; Streamlit keeps "embed" for itself.
            if name and not name.startswith("embed"):
                app.query_params[name] = text.encode("utf-8", "replace").decode()[:8_000]
        app.run()
        assert not app.exception, view
        assert not [e.value for e in app.error if "a fault of ours" in e.value], (page, view)
        assert len(drawn(app)) > 20
        told += bool(app.warning)
    assert told > DRAWN / 3
