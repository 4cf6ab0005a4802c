"""Everything a page sends to the browser, text by text, with the sink each one reaches there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from streamlit.testing.v1 import AppTest

# Read as Markdown by the browser.
MARKDOWN = {
    "Markdown.body",
    "Heading.body",
    "Alert.body",
    "Alert.title",
    "Toast.body",
    "Spinner.text",
    "ImageList.caption",
    "Metric.body",
    "Metric.delta",
    "Metric.delta_description",
    "Option.content",  # of pills and segmented buttons
    "Expandable.label",
    "Popover.label",
    "Tab.label",
    "Dialog.title",
    "Radio.options",
    "Radio.captions",
    "help",
    "label",
}
# Set as text or as an attribute by the browser, or never drawn by it.
TEXT = {
    "Code.code_text",
    "CodeBlock.code_text",
    "Selectbox.options",
    "Selectbox.raw_value",
    "Selectbox.default",
    "MultiSelect.options",
    "MultiSelect.raw_values",
    "Slider.options",
    "TextInput.value",
    "TextInput.default",
    "TextInput.placeholder",
    "Selectbox.placeholder",
    "UploadedFileInfo.name",
    "PlotlyChart.alt",
    "PlotlyChart.config",
    "PageLink.query_string",
    "Dataframe.columns",  # JSON; the table is painted on a canvas
}
FIGURE = {"PlotlyChart.spec"}


@dataclass(frozen=True)
class Sink:
    """One text on its way to the browser: the message's field, and the kind of sink it is."""

    field: str
    text: str

    @property
    def kind(self) -> str:
        """markdown, text, figure, or the field's name where nobody has said what it is."""
        name = self.field.rpartition(".")[2]
        if self.field in FIGURE:
            return "figure"
        if self.field in TEXT or name in ("id", "key", "url", "src", "element_hash"):
            return "text"
        if self.field in MARKDOWN or name in MARKDOWN:
            return "markdown"
        return self.field


def drawn(app: AppTest) -> list[Sink]:
    """Every text of the page as it stands."""
    return [sink for root in app._tree.children.values() for sink in _of(root)]


def _of(node: Any) -> Iterator[Sink]:
    proto = getattr(node, "proto", None)
    if isinstance(proto, Message):
        yield from _texts(proto)
    for child in getattr(node, "children", {}).values():
        yield from _of(child)


def _texts(message: Message) -> Iterator[Sink]:
    for field, value in message.ListFields():
        for one in value if field.is_repeated else [value]:
            if field.type == FieldDescriptor.TYPE_STRING:
                yield Sink(f"{message.DESCRIPTOR.name}.{field.name}", str(one))
            elif isinstance(one, Message):
                yield from _texts(one)


def labels(spec: str) -> Iterator[str]:
    """Every text of a figure."""
    held = [json.loads(spec)]
    while held:
        one = held.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            held.extend(one.values())
        elif isinstance(one, list):
            held.extend(one)
