"""A reader without a browser: speaks Streamlit's own protocol over a WebSocket and counts bytes.

It does what the browser's part of Streamlit does in 1.67: keeps the messages it may keep and names
them again, sends every widget's state with each run, and reruns only the fragment a changed widget
lives in. It draws nothing.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

PATIENCE = 60.0  # s until a run that does not end counts as failed
KEPT_FOR = 2  # runs; global.maxCachedMessageAge
# What kind of widget a field of Element is, and where its state holds the value.
VALUES = {
    "selectbox": "string_value",
    "button_group": "string_array_value",
    "slider": "double_array_value",
    "text_input": "string_value",
    "checkbox": "bool_value",
    "number_input": "double_value",
    "button": "trigger_value",
    "radio": "int_value",
}


class Counted(ClientConnection):
    """A connection that knows how many bytes crossed it, frames and compression included."""

    received = 0
    sent = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Count what is written from here on."""
        super().connection_made(transport)
        write = self.transport.write

        def counted(data: bytes) -> None:
            self.sent += len(data)
            write(data)

        self.transport.write = counted  # type: ignore[method-assign]

    def data_received(self, data: bytes) -> None:
        """Count what comes."""
        self.received += len(data)
        super().data_received(data)


@dataclass
class Widget:
    """One control as the page sent it."""

    kind: str
    proto: Any
    fragment: str

    @property
    def label(self) -> str:
        """What the reader reads beside it."""
        return str(self.proto.label)


@dataclass
class Run:
    """What one run of the page's script cost the reader."""

    seconds: float
    received: int  # bytes over the wire
    sent: int
    elements: list[str] = field(default_factory=list)  # kinds of elements that came, in order
    faults: list[str] = field(default_factory=list)  # exceptions drawn on the page


class Reader:
    """One tab on one page.

    >>> async with Reader("http://127.0.0.1:8080", "/map?layer=swing") as reader:
    ...     first = await reader.open()
    ...     run = await reader.choose("Layer", "Turnout")
    ...     other = await reader.go("flows")
    """

    def __init__(self, base: str, path: str, headers: dict[str, str] | None = None) -> None:
        address = urlsplit(path)
        self.base, self.page, self.query = base, address.path.strip("/"), address.query
        self.headers = headers or {}
        self.widgets: dict[str, Widget] = {}
        self.states: dict[str, WidgetState] = {}
        self.texts: list[str] = []
        self.told: list[float] = []  # seconds into the run at which each text came
        self._began = 0.0
        self.session = ""
        self.pages: dict[str, str] = {}  # by address
        self._kept: dict[str, tuple[Delta, int]] = {}
        self._runs = 0
        self._hash = ""
        self._socket: Counted | None = None

    async def __aenter__(self) -> Reader:
        await self.connect()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def take_cookie(self) -> None:
        """Ask for the page as a browser does first; a proxy's cookie says which replica is ours."""

        def ask() -> str:
            link = HTTPConnection(urlsplit(self.base).netloc, timeout=PATIENCE)
            link.request("GET", f"/{self.page}", headers=self.headers)
            answer = link.getresponse()
            answer.read()
            link.close()
            return answer.headers.get("Set-Cookie", "").split(";")[0]

        cookie = await asyncio.to_thread(ask)
        if cookie:
            self.headers = self.headers | {"Cookie": cookie}

    async def connect(self) -> None:
        """Open the socket; after a lost one the known session is named, as the browser does."""
        scheme = "wss" if self.base.startswith("https") else "ws"
        offered = ["streamlit", "x"] + ([self.session] if self.session else [])
        self._socket = await connect(  # type: ignore[assignment]
            f"{scheme}://{urlsplit(self.base).netloc}/_stcore/stream",
            subprotocols=[Subprotocol(name) for name in offered],
            additional_headers=self.headers,
            create_connection=Counted,
            max_size=None,
            ping_interval=None,
            open_timeout=PATIENCE,
        )

    async def close(self) -> None:
        """Leave."""
        if self._socket is not None:
            await self._socket.close()

    async def open(self) -> Run:
        """First run of the page."""
        return await self._rerun("")

    async def go(self, page: str) -> Run:
        """Follow the navigation to another page, by its address; the first one's is ""."""
        self._hash, self.page, self.query = self.pages[page], page, ""
        self.widgets, self.states = {}, {}
        return await self._rerun("")

    def widget(self, label: str) -> Widget:
        """The control whose label begins so; of several the one that came last."""
        for widget in reversed(self.widgets.values()):
            if widget.label.startswith(label):
                return widget
        raise LookupError(f"no '{label}' among {sorted(w.label for w in self.widgets.values())}")

    async def choose(self, label: str, option: str) -> Run:
        """Pick an option of a select box."""
        widget = self.widget(label)
        return await self._change(widget, string_value=option)

    async def press(self, label: str, option: str) -> Run:
        """Press one of a group of buttons."""
        widget = self.widget(label)
        state = WidgetState(id=widget.proto.id)
        state.string_array_value.data.append(option)
        return await self._send_change(widget, state)

    async def click(self, label: str) -> Run:
        """Press a button once."""
        widget = self.widget(label)
        state = WidgetState(id=widget.proto.id, trigger_value=True)
        run = await self._send_change(widget, state)
        self.states.pop(widget.proto.id, None)
        return run

    async def slide(self, label: str, value: float) -> Run:
        """Move a slider."""
        widget = self.widget(label)
        state = WidgetState(id=widget.proto.id)
        state.double_array_value.data.append(value)
        return await self._send_change(widget, state)

    async def _change(self, widget: Widget, **value: Any) -> Run:
        return await self._send_change(widget, WidgetState(id=widget.proto.id, **value))

    async def _send_change(self, widget: Widget, state: WidgetState) -> Run:
        self.states[state.id] = state
        return await self._rerun(widget.fragment)

    async def _rerun(self, fragment: str) -> Run:
        assert self._socket is not None
        message = BackMsg()
        state = message.rerun_script
        state.query_string = self.query
        state.page_name = "" if self._hash else self.page
        state.page_script_hash = self._hash
        state.fragment_id = fragment
        state.widget_states.CopyFrom(WidgetStates(widgets=list(self.states.values())))
        state.cached_message_hashes.extend(self._kept)
        state.context_info.url = f"{self.base}/{self.page}"
        state.context_info.timezone = "Africa/Nairobi"
        before = (self._socket.received, self._socket.sent)
        began = time.perf_counter()
        await self._socket.send(message.SerializeToString())
        run = await asyncio.wait_for(self._finish(began), PATIENCE)
        run.received = self._socket.received - before[0]
        run.sent = self._socket.sent - before[1]
        return run

    async def _finish(self, began: float) -> Run:
        """Read until the script has ended."""
        assert self._socket is not None
        run = Run(0.0, 0, 0)
        self.texts, self.told, self._began = [], [], began
        while True:
            data = await self._socket.recv()
            message = ForwardMsg()
            message.ParseFromString(bytes(data))  # type: ignore[arg-type]
            if self._take(message, run):
                run.seconds = time.perf_counter() - began
                return run

    def _take(self, message: ForwardMsg, run: Run) -> bool:
        kind = message.WhichOneof("type")
        if kind == "delta":
            if message.metadata.cacheable:
                self._kept[message.hash] = (message.delta, self._runs)
            self._element(message.delta, run)
        elif kind == "ref_hash":
            delta = self._kept[message.ref_hash][0]
            self._kept[message.ref_hash] = (delta, self._runs)
            self._element(delta, run)
        elif kind == "new_session":
            self.session = message.new_session.initialize.session_id or self.session
        elif kind == "navigation":
            self._hash = message.navigation.page_script_hash
            self.pages = {
                page.url_pathname: page.page_script_hash for page in message.navigation.app_pages
            }
        elif kind == "page_info_changed":
            self.query = message.page_info_changed.query_string
        elif kind == "script_finished":
            # The page, a fault, a fragment; the fourth kind is followed by another run.
            ended = message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN
            if ended:
                self._runs += 1
                self._forget()
            return ended
        return False

    def _element(self, delta: Delta, run: Run) -> None:
        if delta.WhichOneof("type") != "new_element":
            return
        element = delta.new_element
        kind = element.WhichOneof("type") or ""
        run.elements.append(kind)
        if kind == "exception":
            run.faults.append(element.exception.message)
        elif kind == "markdown":
            self.texts.append(element.markdown.body)
            self.told.append(time.perf_counter() - self._began)
        elif kind in VALUES:
            proto = getattr(element, kind)
            if proto.id:
                self.widgets[proto.id] = Widget(kind, proto, delta.fragment_id)
                if getattr(proto, "set_value", False):
                    self.states.pop(proto.id, None)

    def _forget(self) -> None:
        self._kept = {
            key: value for key, value in self._kept.items() if self._runs - value[1] <= KEPT_FOR
        }
