"""Logs say what was asked and how long it took, never with a query string; numbers stay inside."""

import asyncio
import socket
import subprocess
import sys
from http.client import HTTPConnection

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.streamlit_client import Reader
from serving.logs import network
from serving.scripts import ScriptClock

PRIVATE = "westwind"


def test_a_request_is_one_line_without_its_query(host):
    host.ask(f"/flows?s={PRIVATE}")
    line = host.wait_for_line(message="request", path="/flows")
    assert line["method"] == "GET" and line["status"] == 200 and line["bytes"] > 1000
    assert 0 <= line["seconds"] < 20 and line["kind"] == "page"
    assert line["network"] == "127.0.0.0/24" and line["time"].endswith("Z")
    assert PRIVATE not in host.log.read_text(encoding="utf-8")


def test_a_connection_is_opened_runs_the_script_and_is_closed(host):
    async def visit():
        async with Reader(f"http://127.0.0.1:{host.port}", f"/map?with={PRIVATE}") as reader:
            return await reader.open()

    run = asyncio.run(visit())
    assert run.elements and not run.faults
    stream = {"path": "/_stcore/stream"}
    assert host.wait_for_line(message="open", **stream)["kind"] == "stream"
    script = host.wait_for_line(message="script", **stream)
    assert 0 < script["seconds"] <= run.seconds + 0.05
    closed = host.wait_for_line(message="close", longer=1000, **stream)
    assert closed["code"] in (1000, 1005) and closed["received"] > 10
    assert PRIVATE not in host.log.read_text(encoding="utf-8")


def test_a_query_on_the_socket_is_not_logged_by_the_server_either(host):
    upgrade = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec_WebSocket_Version": "13",
        "Sec_WebSocket_Key": "AAAAAAAAAAAAAAAAAAAAAA==",
    }
    before = len(host.lines())
    assert host.ask(f"/_stcore/stream?x={PRIVATE}", **upgrade).status == 101
    assert host.ask(f"/elsewhere?x={PRIVATE}", **upgrade).status == 403
    assert host.wait_for_line(message="refused", path="/elsewhere")
    assert len(host.lines()) > before
    assert PRIVATE not in host.log.read_text(encoding="utf-8")


def test_every_line_is_json(host):
    lines = host.log.read_text(encoding="utf-8").splitlines()
    assert lines and all(line.startswith("{") for line in lines), lines[:3]


@pytest.mark.parametrize(
    ("client", "shown"),
    [
        (("203.0.113.77", 1), "203.0.113.0/24"),
        (("2001:db8:aa:bb::1", 1), "2001:db8:aa::/48"),
        (("testclient", 1), ""),
        (None, ""),
    ],
)
def test_of_an_address_only_the_network_is_written(client, shown):
    assert network(client) == shown


def test_numbers_are_told_on_the_loopback_address_only(host, metrics_port):
    host.ask("/map")
    connection = HTTPConnection("127.0.0.1", metrics_port, timeout=5)
    connection.request("GET", "/metrics")
    text = connection.getresponse().read().decode()
    for name in (
        'mulembe_requests_total{kind="page",status="200"}',
        'mulembe_request_seconds_bucket{kind="page",le="0.1"}',
        "mulembe_connections ",
        "mulembe_script_seconds_count ",
        "process_resident_memory_bytes ",
    ):
        assert name in text
    connection.close()
    assert host.ask("/metrics").status == 404
    for address in _other_addresses():
        with pytest.raises(OSError), socket.create_connection((address, metrics_port), 2):
            pass


def _other_addresses() -> list[str]:
    """Addresses of this machine that are not 127.0.0.1; others of 127/8 are there everywhere."""
    found = {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}
    return ["127.0.0.2", *(found - {"127.0.0.1"})]


def test_a_metrics_port_in_use_stops_the_start(metrics_port, host):
    code = f"from serving.metrics import Metrics; Metrics().serve({metrics_port})"
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"MULEMBE_METRICS_PORT is {metrics_port}: ")


def test_the_clock_runs_from_the_question_to_the_end_of_the_script():
    clock, ask, done = ScriptClock(), BackMsg(), ForwardMsg()
    ask.rerun_script.query_string = "layer=swing"
    done.script_finished = ForwardMsg.FINISHED_SUCCESSFULLY
    assert clock.answered(done.SerializeToString()) is None  # nobody asked
    clock.asked(ask.SerializeToString())
    early = ForwardMsg(script_finished=ForwardMsg.FINISHED_EARLY_FOR_RERUN)
    assert clock.answered(early.SerializeToString()) is None
    assert clock.answered(b"x" * 5000) is None
    assert clock.answered(b"\xff\xff") is None
    seconds = clock.answered(done.SerializeToString())
    assert seconds is not None and 0 <= seconds < 5
    assert clock.answered(done.SerializeToString()) is None


def test_other_messages_do_not_start_the_clock():
    clock = ScriptClock()
    clock.asked(BackMsg(app_heartbeat=True).SerializeToString())
    clock.asked(b"\xff\xff")
    assert clock.answered(ForwardMsg(script_finished=0).SerializeToString()) is None
