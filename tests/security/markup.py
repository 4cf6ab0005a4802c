"""What a browser would make of a text: Markdown read by a library of its own, HTML by Python's."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token

JOINER = "\u2060"
READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
# What the library's text would still become: addresses (as mdast-util-gfm-autolink-literal finds
# them in finished text) and what Streamlit adds: colours, badges, small print, icons, formulas.
BECOMES_A_LINK = re.compile(
    r"(https?://|www(?=\.))([-.\w]+)([^ \t\r\n]*)|(?<![\w.+-])([-.\w+]+)@([-\w]+(?:\.[-\w]+)+)",
    re.IGNORECASE | re.ASCII,
)
DIRECTIVE = re.compile(r"(?<!\\):(?:[a-z0-9_+-]+\[|(?:material|streamlit)\S*:|[a-z0-9_+-]+:)", re.I)
FORMULA = re.compile(r"(?<!\\)\$")
OURS = {"b", "br", "sub", "sup", "i", "span", "extra"}  # elements of our figures' labels


def tokens(markdown: str) -> list[Token]:
    """All tokens of a Markdown text, those inside lines too."""
    found: list[Token] = []
    for token in READER.parse(markdown):
        found += [token, *(token.children or [])]
    return found


def text_of(markdown: str) -> str:
    """The words of a Markdown text, as a reader sees them."""
    breaks = {"softbreak": "\n", "hardbreak": "\n"}
    held = [t.content if t.type.startswith("text") or t.type == "code_inline"
            else breaks.get(t.type, "") for t in tokens(markdown)]  # fmt: skip
    return "".join(held).replace(JOINER, "")


def live_markdown(markdown: str, hosts: frozenset[str] = frozenset()) -> list[str]:
    """What in a Markdown text is more than words: HTML, images, links that are not to ``hosts``."""
    found = []
    for token in tokens(markdown):
        if token.type in (
            "image",
            "html_inline",
            "html_block",
            "fence",
            "code_block",
            "table_open",
        ):
            found.append(f"{token.type}: {token.content[:80]}")
        if token.type == "link_open":
            address = urlsplit(str(token.attrs["href"]))
            if address.scheme not in ("http", "https") or address.hostname not in hosts:
                found.append(f"link to {token.attrs['href']}")
        if token.type == "text" and BECOMES_A_LINK.search(token.content):
            found.append(f"address: {token.content[:80]}")
    return found


class _Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        style = told.pop("style", "")
        if tag not in OURS or told or "url" in style.lower():
            self.found.append(f"<{tag} {attrs}>")

    def handle_data(self, data: str) -> None:
        self.words += data

    def handle_comment(self, data: str) -> None:
        self.found.append(f"comment: {data[:80]}")

    handle_decl = unknown_decl = handle_pi = handle_comment


def live_label(text: str) -> list[str]:
    """The elements of a figure's label that are none of ours."""
    reader = _Elements()
    reader.feed(text)
    reader.close()
    return reader.found


def words_of_label(text: str) -> str:
    """The words of a figure's label, as a reader sees them."""
    reader = _Elements()
    reader.feed(text)
    reader.close()
    return reader.words.replace(JOINER, "")
