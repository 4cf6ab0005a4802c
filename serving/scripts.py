"""How long a reader waits for the server: from his message until the script has finished."""

from __future__ import annotations

import time

from google.protobuf.message import DecodeError
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

# "The script has finished" is 36 bytes long: figures and tables need not be parsed.
SHORT = 120


class ScriptClock:
    """Reads the messages of one connection as they pass.

    It needs nothing of Streamlit's inside, only its published messages.
    """

    def __init__(self) -> None:
        self._asked: float | None = None

    def asked(self, message: bytes) -> None:
        """A message of the browser: the clock starts when it asks for a run of the script."""
        if self._asked is None and _kind(BackMsg(), message) == "rerun_script":
            self._asked = time.perf_counter()

    def answered(self, message: bytes) -> float | None:
        """A message to the browser: the seconds since it asked, once the script has finished."""
        if self._asked is None or len(message) > SHORT:
            return None
        if _kind(answer := ForwardMsg(), message) != "script_finished":
            return None
        if answer.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            return None  # the reader has moved on and still waits
        began, self._asked = self._asked, None
        return time.perf_counter() - began


def _kind(message: BackMsg | ForwardMsg, raw: bytes) -> str | None:
    try:
        message.ParseFromString(raw)
    except DecodeError:
        return None
    return message.WhichOneof("type")
