"""Runs several replicas of the app behind nginx on this machine, in the foreground.

    python deploy/replicas.py --replicas 2 --port 8080
    python deploy/replicas.py --print-config --server 10.0.0.5:8501 --server 10.0.0.6:8501

A replica that ends is started again. Ctrl-C, or a TERM signal, ends all. With --print-config it
only prints an nginx configuration for replicas that run elsewhere.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path

DEPLOY = Path(__file__).resolve().parent
ROOT = DEPLOY.parent
LOOPBACK = "127.0.0.1"
START = 120  # s that a replica may take until it is ready
GOODBYE = 8  # s that a process is given to end by itself
# s before an ended replica is started again, doubled each time it ends soon: whoever was on it is
# let in elsewhere first, as starting takes a whole processor for seconds.
PAUSE = 3.0
LONGEST = 30.0
SOON = 20.0


class CannotServeError(Exception):
    """Something stands in the way; the text says what and what to do."""


def configuration(folder: Path, listen: str, servers: list[str], log: str) -> tuple[str, str]:
    """The configuration of nginx and the part of it that its file locations share."""
    places = {
        "FOLDER": str(folder),
        "LISTEN": listen,
        "ERRORS": str(folder / "errors"),
        "ACCESS_LOG": log,
        # None is ever held to be dead: asking a dead one costs nothing (the connection is refused
        # and the next is asked), but all held to be dead at once would mean 502 for everybody.
        "SERVERS": "\n".join(f"        server {server} max_fails=0;" for server in servers),
    }
    texts = []
    for name in ("nginx.conf.template", "files.conf.template"):
        text = (DEPLOY / name).read_text(encoding="utf-8")
        for place, value in places.items():
            text = text.replace(f"@{place}@", value)
        texts.append(text)
    return texts[0], texts[1]


def free_port() -> int:
    """A port of the loopback address that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def say(text: str) -> None:
    """Tell the operator, at once."""
    print(text, flush=True)


def sweep(process: subprocess.Popen[bytes]) -> None:
    """End what an ended process left behind: its workers are in its group."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


@dataclass
class Replica:
    """One process of the app on a port of its own, started again whenever it ends."""

    number: int
    environment: dict[str, str]
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    since: float = 0.0
    pause: float = PAUSE
    due: float = 0.0

    def start(self) -> None:
        """Start the process; its log goes to our error stream."""
        command = [sys.executable, "-m", "serving", "--host", LOOPBACK, "--port", str(self.port)]
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=self.environment,
            stdout=sys.stderr.fileno(),
            start_new_session=True,  # Ctrl-C reaches only us: we end them in order
        )
        self.since, self.due = time.monotonic(), 0.0
        say(f"replica {self.number}: http://{LOOPBACK}:{self.port}, process {self.process.pid}")

    def keep(self) -> None:
        """Start the process again, after a pause, once it has ended."""
        if self.process is None or self.process.poll() is None:
            return
        now = time.monotonic()
        if not self.due:
            sweep(self.process)
            soon = now - self.since < SOON
            self.pause = min(self.pause * 2, LONGEST) if soon else PAUSE
            self.due = now + self.pause
            ended = self.process.returncode
            say(f"replica {self.number} ended ({ended}); again in {self.pause:g} s")
        elif now >= self.due:
            self.start()

    def ready(self) -> dict[str, object]:
        """What ``/ready`` says; empty while nobody answers."""
        probe = HTTPConnection(LOOPBACK, self.port, timeout=5)
        try:
            probe.request("GET", "/ready")
            answer = json.loads(probe.getresponse().read())
            return answer if isinstance(answer, dict) else {}
        except (OSError, HTTPException, ValueError):
            return {}
        finally:
            probe.close()

    def wait(self) -> None:
        """Wait until the replica is ready; raises CannotServeError when it will not be."""
        deadline = time.monotonic() + START
        while time.monotonic() < deadline:
            if self.process is None or self.process.poll() is not None:
                raise CannotServeError(f"replica {self.number} ended at once: see its lines above")
            said = self.ready()
            if said.get("ready"):
                return
            if said.get("state") == "damaged":
                raise CannotServeError(f"replica {self.number} is not ready: {said['reason']}")
            time.sleep(0.1)
        raise CannotServeError(f"replica {self.number} was not ready within {START} s")


def nginx_folder(folder: Path, listen: str, servers: list[str], log: str) -> Path:
    """Write what nginx needs into a folder and give the path of its configuration."""
    folder.chmod(0o711)  # nginx's workers run as another user when it is started by root
    shutil.copytree(DEPLOY / "errors", folder / "errors")
    main, files = configuration(folder, listen, servers, log)
    (folder / "files.conf").write_text(files, encoding="utf-8")
    path = folder / "nginx.conf"
    path.write_text(main, encoding="utf-8")
    return path


def environment(number: int, secret: str) -> dict[str, str]:
    """The environment of a replica: all share one secret, each has a port for its numbers."""
    mine = os.environ | {"STREAMLIT_SERVER_COOKIE_SECRET": secret}
    first = os.environ.get("MULEMBE_METRICS_PORT", "")
    if first.isdigit():
        mine["MULEMBE_METRICS_PORT"] = str(int(first) + number - 1)
    # Each replica is one process; libraries must not start a thread per core in each.
    return {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"} | mine


def serve(count: int, port: int, host: str, log: str) -> None:
    """Start all, wait until they are ready, and keep them until told to stop."""
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if not nginx:
        raise CannotServeError("nginx is not installed: apt-get install nginx")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CannotServeError(f"{host}:{port} cannot be used ({error.strerror}).") from None
    secret = secrets.token_hex(32)
    replicas = [Replica(number, environment(number, secret)) for number in range(1, count + 1)]
    front: subprocess.Popen[bytes] | None = None
    with tempfile.TemporaryDirectory(prefix="mulembe-") as name:
        folder = Path(name)
        servers = [f"{LOOPBACK}:{replica.port}" for replica in replicas]
        path = nginx_folder(folder, f"{host}:{port}", servers, log)
        try:
            for replica in replicas:
                replica.start()
            for replica in replicas:
                replica.wait()
            command = [nginx, "-c", str(path), "-p", str(folder), "-e", "stderr"]
            front = subprocess.Popen([*command, "-g", "daemon off;"], start_new_session=True)
            _answers(host, port, front)
            say(f"Mulembe is at http://{host}:{port} ({count} replicas). Ctrl-C ends it.")
            while front.poll() is None:
                for replica in replicas:
                    replica.keep()
                time.sleep(0.2)
            raise CannotServeError(f"nginx ended ({front.returncode})")
        finally:
            _end([front, *(replica.process for replica in replicas)])


def _answers(host: str, port: int, front: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and front.poll() is None:
        try:
            socket.create_connection((host, port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise CannotServeError("nginx did not start: see its lines above")


def _end(processes: list[subprocess.Popen[bytes] | None]) -> None:
    """Ask all to end, then insist."""
    alive = [process for process in processes if process and process.poll() is None]
    for process in alive:
        process.terminate()
    deadline = time.monotonic() + GOODBYE
    for process in alive:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    for process in processes:
        if process:
            sweep(process)


def main(arguments: list[str] | None = None) -> int:
    """Read the command line; 0 when told to stop, 1 when something stood in the way."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--replicas", type=int, default=2, help="processes of the app (2)")
    parser.add_argument("--host", default=LOOPBACK, help="address nginx listens on (127.0.0.1)")
    parser.add_argument("--port", type=int, default=8080, help="port nginx listens on (8080)")
    parser.add_argument("--access-log", default="/dev/stderr", help="where nginx logs requests")
    parser.add_argument("--print-config", action="store_true", help="print nginx's configuration")
    parser.add_argument("--server", action="append", default=[], help="HOST:PORT of a replica")
    parser.add_argument(
        "--folder", default="/var/lib/mulembe", help="nginx's folder, when printing"
    )
    given = parser.parse_args(arguments)
    if not 1 <= given.replicas <= 64:
        parser.error(f"--replicas {given.replicas}: give a number from 1 to 64")
    if given.print_config:
        servers = given.server or ["127.0.0.1:8501", "127.0.0.1:8502"]
        listen = f"{given.host}:{given.port}"
        main_part, files = configuration(Path(given.folder), listen, servers, given.access_log)
        include = f"include {given.folder}/files.conf;"
        print(main_part.replace(include, "\n            ".join(files.splitlines())))
        return 0
    signal.signal(signal.SIGTERM, _stop)
    try:
        serve(given.replicas, given.port, given.host, given.access_log)
    except CannotServeError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        say("ended")
    return 0


def _stop(*_: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
