"""What a reader sees of heavy work: the result, or within a second why he waits, and what to do."""

import time
from threading import Event, Thread

import pytest
from streamlit.testing.v1 import AppTest

from components import heavy
from mulembe.pool import Limits, Pool, TooBusyError, TooLongError


class Crowded(Pool):
    """A pool that refuses or stops as often as it is told."""

    def __init__(self, refusals=0, stops=0):
        super().__init__(Limits(workers=0, seconds=7))
        self.refusals, self.stops, self.asked = refusals, stops, []

    def ask(self, key, work, *args, **settings):
        self.asked.append(time.monotonic())
        if self.refusals:
            self.refusals -= 1
            raise TooBusyError("full")
        flight = super().ask(key, work, *args, **settings)
        if self.stops:
            self.stops -= 1
            flight = type(flight)(self._lock, key, work, args)
            flight.end(error=TooLongError("stopped"))
        return flight


@pytest.fixture
def crowd(monkeypatch):
    """Put a pool in the place of the one all share."""

    def use(pool):
        monkeypatch.setattr(heavy, "pool", lambda: pool)
        return pool

    return use


def script():
    import streamlit as st

    from components import heavy

    found = heavy.result("Adding up", sum, (1, 2, 3), smaller="Add up fewer numbers.")
    if found is not None:
        st.success(f"the sum is {found}")
    st.text("below")


def drawn():
    app = AppTest.from_function(script, default_timeout=60)
    app.run()
    assert not app.exception
    return app


def texts(app, kind):
    return [part.value for part in app.get(kind)]


def test_what_is_quick_is_there_at_once(crowd):
    crowd(Pool(Limits(workers=0)))
    app = drawn()
    assert texts(app, "success") == ["the sum is 6"]
    assert not texts(app, "markdown") + texts(app, "warning")


def test_a_refused_reader_is_told_within_a_second_and_served_later(crowd, monkeypatch):
    pool, told = crowd(Crowded(refusals=2)), []
    pause = heavy._pause

    def noted(place, text):
        told.append((time.monotonic(), text))
        pause(place, text)

    monkeypatch.setattr(heavy, "_pause", noted)
    app = drawn()
    assert texts(app, "success") == ["the sum is 6"]
    assert not texts(app, "markdown")  # gone when the result is there
    assert told[0][1] == "The server is busy, trying again by itself (1 of 12)."
    assert told[0][0] - pool.asked[0] < 1
    gaps = [b - a for a, b in zip(pool.asked, pool.asked[1:], strict=False)]
    assert all(0.5 < gap < 2 for gap in gaps)
    assert len(gaps) == 2


def test_who_is_refused_too_often_reads_so_and_can_ask_again(crowd, monkeypatch):
    monkeypatch.setattr(heavy, "TRIES", 2)
    pool = crowd(Crowded(refusals=2))
    app = drawn()
    (told,) = texts(app, "warning")
    assert "The server is busy with other readers' questions" in told
    assert texts(app, "text") == ["below"]  # the rest of the page is there
    assert len(pool.asked) == 2
    app.button[0].click().run()
    assert texts(app, "success") == ["the sum is 6"]
    assert not app.warning
    assert not app.button


def test_what_met_its_deadline_is_not_begun_again_by_itself(crowd):
    pool = crowd(Crowded(stops=1))
    app = drawn()
    (told,) = texts(app, "warning")
    assert told.startswith("Adding up: this took more than 7 seconds and was stopped")
    assert told.endswith("Add up fewer numbers.")
    app.run()
    assert len(pool.asked) == 1
    assert texts(app, "warning") == [told]
    app.button[0].click().run()
    assert texts(app, "success") == ["the sum is 6"]


def test_a_fault_of_the_work_is_the_pages_to_tell(crowd):
    crowd(Pool(Limits(workers=0)))

    def wrong():
        import streamlit as st

        from components import heavy

        for _ in range(2):
            try:
                heavy.result("Adding up", sum, ("a",))
            except TypeError as error:
                st.text(str(error))

    app = AppTest.from_function(wrong).run()
    assert len(app.text) == 2
    assert all("unsupported operand" in text for text in texts(app, "text"))


def slow():
    import streamlit as st

    from components import heavy

    found = heavy.result("Waiting", heavy.waiting_work, 1)
    if found is not None:
        st.success("served")


def test_who_waits_reads_how_many_are_before_him_and_what_is_done(crowd, monkeypatch):
    """With a pool whose worker is another thread, held until the test lets go."""
    pool, said, go = Pool(Limits(workers=1, queue=3)), [], Event()

    def stand_in(process):
        while (flight := pool._next()) is not None:
            go.wait(20)
            time.sleep(0.8)
            pool._fly(flight, None)

    pool._threads = [Thread(target=stand_in, args=(None,), daemon=True)]
    pool._threads[0].start()
    crowd(pool)
    monkeypatch.setattr(heavy, "waiting_work", int, raising=False)
    before = pool.ask("other", int, 1)
    deadline = time.monotonic() + 5
    while not before.running and time.monotonic() < deadline:
        time.sleep(0.01)
    other = pool.ask("another", int, 2)
    follow = heavy._follow

    def noted(place, doing, flight):
        class Place:
            def markdown(self, text):
                said.append(text)
                go.set()
                return place.markdown(text)

            def container(self):
                said.append(doing)
                return place.container()

        follow(Place(), doing, flight)

    monkeypatch.setattr(heavy, "_follow", noted)
    app = AppTest.from_function(slow, default_timeout=60).run()
    assert texts(app, "success") == ["served"]
    assert "one question is before yours." in said[0]
    assert said[-1] == "Waiting"
    assert other.wait(1)
    pool.close()
