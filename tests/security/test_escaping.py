"""Every payload through the two doors by which a stranger's text reaches the page: always words."""

from __future__ import annotations

import unicodedata

import pytest
from markup import (
    DIRECTIVE,
    FORMULA,
    JOINER,
    live_label,
    live_markdown,
    text_of,
    tokens,
    words_of_label,
)
from payloads import PAYLOADS

from components.text import hover, legible, plain

# Where the pages put a stranger's words.
PLACES = {
    "alone": "{}",
    "bold": "**{}**",
    "heading": "#### {}",
    "after a word": "Reason: {}",
    "item": "- {}\n- x",
    "link": "[{}](https://example.org/a)",
    "second line": "x  \n{}",
    "quotation": "> {}",
}
HOSTS = frozenset({"example.org"})


def squeezed(text: str) -> str:
    """The text as HTML draws it: blanks are one, at the ends none."""
    return " ".join(text.replace("\u00a0", " ").split()).replace(JOINER, "")


@pytest.mark.parametrize("place", PLACES)
def test_in_markdown_every_payload_is_words(place: str) -> None:
    around = PLACES[place]
    bare = [t.type for t in tokens(around.format("x")) if not t.type.startswith("text")]
    for name, payload in PAYLOADS.items():
        written = around.format(plain(payload).strip())  # names come stripped
        assert live_markdown(written, HOSTS) == [], name
        assert [t.type for t in tokens(written) if not t.type.startswith("text")] == bare, name
        assert squeezed(legible(payload)) in squeezed(text_of(written)), name


@pytest.mark.parametrize("name", PAYLOADS)
def test_nothing_of_streamlits_own_is_left(name: str) -> None:
    written = plain(PAYLOADS[name])
    assert not DIRECTIVE.search(written)
    assert not FORMULA.search(written)
    assert "\n" not in written
    written.encode("utf-8")  # a message to the browser holds nothing else


@pytest.mark.parametrize("name", PAYLOADS)
def test_in_a_figure_every_payload_is_words(name: str) -> None:
    written = hover(PAYLOADS[name])
    assert live_label(written) == []
    assert squeezed(words_of_label(written)) == squeezed(legible(PAYLOADS[name]))
    assert "%{" not in written
    written.encode("utf-8")


@pytest.mark.parametrize("name", PAYLOADS)
def test_nothing_turns_the_words_around_it(name: str) -> None:
    for written in (plain(PAYLOADS[name]), hover(PAYLOADS[name])):
        turning = {"LRO", "RLO", "LRE", "RLE", "PDF", "LRI", "RLI", "FSI", "PDI"}
        assert not {unicodedata.bidirectional(c) for c in written} & turning
        assert not [c for c in written if unicodedata.category(c) in ("Cc", "Cs")]


def test_the_judges_see_what_is_live() -> None:
    """The same judges find fault with most payloads as they are; else they could find none."""
    seen = {
        name
        for name, text in PAYLOADS.items()
        if live_markdown(text) or DIRECTIVE.search(text) or FORMULA.search(text)
    }
    assert len(seen) > 60
    assert {"script", "svg", "markdown image", "bare address", "address by entities"} <= seen
    assert {"colour", "icon", "formula", "table", "mail by entities"} <= seen
    labels = {name for name, text in PAYLOADS.items() if live_label(text)}
    assert {"image that fails", "plotly link", "frame", "hidden in a comment"} <= labels


def test_words_that_are_no_payload_stay_as_they_are() -> None:
    for text in ("Leaders & MPs", "-5.2 points", "2022: 52.4%", "Wetang'ula", "a (b), c; d!"):
        assert plain(text) == text
        assert words_of_label(hover(text)) == text
