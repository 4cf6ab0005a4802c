"""Starts one hosted process of the app: ``python -m serving --port 8501 --host 127.0.0.1``.

It is what the container and each replica run. ``streamlit run server.py`` serves the same pages,
but names its server in every answer and waits at its end until the last reader has left.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import uvicorn

ROOT = Path(__file__).resolve().parent.parent
# A hosted process runs what it was given: nobody edits it, so nothing watches its files.
HOSTED = {
    "STREAMLIT_SERVER_FILE_WATCHER_TYPE": "none",
    "STREAMLIT_SERVER_RUN_ON_SAVE": "false",
    "MULEMBE_LOGS": "json",
}
WIDGETS = 4 * 2**20  # bytes; the largest message a browser may send (files come over HTTP)
GOODBYE = 3  # s that open connections are given when the process is told to end
KEPT = 75  # s that an idle connection stays open: longer than the proxy's 60, so it is never cut


def main(arguments: list[str] | None = None) -> None:
    """Serve until told to stop."""
    parser = argparse.ArgumentParser(prog="python -m serving", description=__doc__.split("\n")[0])
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=8501, help="port to listen on")
    given = parser.parse_args(arguments)
    for name, value in HOSTED.items():
        os.environ.setdefault(name, value)
    os.chdir(ROOT)  # Streamlit looks for its settings here
    sys.path.insert(0, str(ROOT))
    uvicorn.run(
        "server:app",
        host=given.host,
        port=given.port,
        log_config=None,  # serving.logs decides
        access_log=False,
        server_header=False,
        ws="websockets-sansio",
        ws_max_size=WIDGETS,
        ws_per_message_deflate=True,
        timeout_graceful_shutdown=GOODBYE,
        timeout_keep_alive=KEPT,
    )


if __name__ == "__main__":
    main()
