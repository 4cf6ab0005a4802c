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
from streamlit import config

from serving import logs, settings
from serving.websocket import Socket

ROOT = Path(__file__).resolve().parent.parent
# A hosted process runs what it was given: nobody edits it. Watching its files cost each new session
# half a second; of the environment Streamlit reads only secrets when it is not its own command.
HOSTED = {"server.fileWatcherType": "none", "server.runOnSave": False}
WIDGETS = 4 * 2**20  # bytes; the largest message a browser may send (files come over HTTP)
GOODBYE = 3  # s that open connections are given when the process is told to end
KEPT = 75  # s that an idle connection stays open: longer than the proxy's 60, so it is never cut


def main(arguments: list[str] | None = None) -> None:
    """Serve until told to stop."""
    parser = argparse.ArgumentParser(prog="python -m serving", description=__doc__.split("\n")[0])
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=8501, help="port to listen on")
    given = parser.parse_args(arguments)
    os.environ.setdefault("MULEMBE_LOGS", "json")
    os.chdir(ROOT)  # Streamlit looks for its settings here
    for name, value in HOSTED.items():
        config.set_option(name, value)
    sys.path.insert(0, str(ROOT))
    try:
        logs.set_up(settings.read(os.environ))  # before uvicorn's first lines
    except settings.SettingError as error:
        raise SystemExit(str(error)) from None
    uvicorn.run(
        "server:app",
        host=given.host,
        port=given.port,
        log_config=None,  # serving.logs decides
        access_log=False,
        server_header=False,
        ws=Socket,
        ws_max_size=WIDGETS,
        timeout_graceful_shutdown=GOODBYE,
        timeout_keep_alive=KEPT,
    )


if __name__ == "__main__":
    main()
