"""The WebSocket of a hosted process: uvicorn's, with a longer memory for what it compresses."""

from __future__ import annotations

import logging
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.extensions.permessage_deflate import ServerPerMessageDeflateFactory
from websockets.server import ServerProtocol

# Uvicorn looks back 4 kB. A page is 60 to 190 kB in a hundred messages that are much alike: looking
# back 16 kB takes a quarter off what crosses the wire, for 48 kB of memory per reader.
WINDOW = 14  # bits, of what is sent; what readers send is short
EXTENSION = {
    "server_max_window_bits": WINDOW,
    "client_max_window_bits": 12,
    "compress_settings": {"memLevel": 5},
}


class Socket(WebSocketsSansIOProtocol):
    """One reader's connection."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.conn = ServerProtocol(
            extensions=[ServerPerMessageDeflateFactory(**EXTENSION)],
            max_size=self.config.ws_max_size,
            logger=logging.getLogger("uvicorn.error"),
        )
