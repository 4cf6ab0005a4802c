"""A hosted process as a container runs it, and a way to ask it things."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Answer:
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def all(self, name: str) -> list[str]:
        """Every value of a header, as one that stands twice is a fault."""
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def one(self, name: str) -> str:
        values = self.all(name)
        assert len(values) == 1, f"{name}: {values}"
        return values[0]

    @property
    def json(self) -> dict:
        return json.loads(self.body)


@dataclass
class Host:
    """Something that listens on a port of the loopback address and writes a log."""

    port: int
    log: Path

    def ask(self, path: str, method: str = "GET", body: bytes | None = None, **headers: str):
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body, named)
            got: HTTPResponse = connection.getresponse()
            return Answer(got.status, got.getheaders(), got.read())
        finally:
            connection.close()

    def lines(self) -> list[dict]:
        """The log's lines of JSON."""
        text = self.log.read_text(encoding="utf-8", errors="replace")
        return [json.loads(line) for line in text.splitlines() if line.startswith("{")]

    def wait_for_line(self, longer: int = -1, **wanted: object) -> dict:
        """The first line with these values, about an answer of more than ``longer`` bytes.

        Lines are written a moment after the answer.
        """
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            for line in self.lines():
                found = all(line.get(name) == value for name, value in wanted.items())
                if found and line.get("bytes", 1) > longer:
                    return line
            time.sleep(0.05)
        raise AssertionError(f"no line with {wanted} in {self.lines()[-5:]}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(command: list[str], log: Path, cwd: Path, **environment: str):
    """A process with its output in a file; it is ended afterwards."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=cwd, env=os.environ | environment, stdout=output, stderr=output
        )
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def wait_until(said, log: Path, process: subprocess.Popen, patience: float = 60) -> None:
    """Wait until a question is answered with yes; shows the log when it never is."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if said():
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise AssertionError(log.read_text(encoding="utf-8", errors="replace")[-3000:])


@contextmanager
def hosted(folder: Path, log: Path, **environment: str) -> Iterator[Host]:
    """One hosted process of the app in a folder, as soon as it listens."""
    host = Host(free_port(), log)
    command = [sys.executable, "-m", "serving", "--port", str(host.port)]
    with running(command, log, folder, **environment) as process:
        wait_until(lambda: host.ask("/_stcore/health").status == 200, log, process)
        yield host
