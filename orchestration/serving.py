"""The house as three processes on a PostgreSQL run history: code server, daemon, web pages (`petition serve`).

Belongs here: with which command each goes on, and that the first two are there once. The code server listens on a
socket in the home, which only the service's user can enter; the web pages on loopback.
"""

import fcntl
import os
import signal
import sys
import time
from collections.abc import Callable

import yaml

from ingestion.errors import HouseError
from ingestion.home import Home
from orchestration import postgres, runner

CODE, DAEMON, WEB = "code", "daemon", "web"
MODULE, DAEMON_PROGRAM = "orchestration.definitions", "dagster._daemon"
LOCATION = "petition"
HOST = "127.0.0.1"
LONGEST_SOCKET = 107  # unix(7): sun_path has 108 bytes, the last one is zero
POLL_SECONDS = 5


def become(home: Home, part: str, more: list[str], say: Callable[[str], None]) -> None:
    """Turn this process into a part of the service. Returns never; raises HouseError before.

    A code server or daemon that is started where there is one already waits, and goes on when that one is gone:
    Dagster is made for one daemon. Runs are the daemon's children: a new one says of the last one's that they ended.
    """
    if postgres.address() is None:
        raise HouseError(
            f"三个进程分开，运行历史要在 PostgreSQL：请设 {postgres.VARIABLE}"
            f"（如 {postgres.EXAMPLE}，见 docs/scale.md）；一个进程全包的用 petition ui。"
        )
    runner.prepare_instance(home)
    _write_workspace(home)
    if part != WEB:
        be_the_only_one(home, part, say)
    if part == DAEMON:
        runner.sweep(say)
    # Dagster ends at SIGTERM as it does at SIGINT, which a shell lets what it starts in the background ignore
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.execv(sys.executable, [sys.executable, "-m", *_command(home, part), *more])


def _command(home: Home, part: str) -> list[str]:
    if part == CODE:
        served = ["--socket", str(_socket(home)), "--module-name", MODULE]
        return ["dagster", "api", "grpc", *served, "--location-name", LOCATION]
    workspace = ["--workspace", str(home.dagster / "workspace.yaml")]
    if part == DAEMON:
        return [DAEMON_PROGRAM, "run", *workspace]
    return ["dagster_webserver", "--host", HOST, *workspace]


def _socket(home: Home):
    path = home.dagster.resolve() / "code.sock"
    if len(os.fsencode(path)) > LONGEST_SOCKET:
        raise HouseError(f"家目录的路径太长，套接字 {path} 放不下；请把家放在较短的路径下。")
    return path


def _write_workspace(home: Home) -> None:
    """Say to daemon and web pages where the code server is."""
    server = {"grpc_server": {"socket": str(_socket(home)), "location_name": LOCATION}}
    text = yaml.safe_dump({"load_from": [server]}, allow_unicode=True)
    path = home.dagster / "workspace.yaml"
    beside = path.with_suffix(f".{os.getpid()}")
    beside.write_text(text, "utf-8")
    beside.replace(path)  # the three are started together: none reads half of it


def be_the_only_one(home: Home, part: str, say: Callable[[str], None]) -> None:
    """Hold a lock for as long as this process lives, also as the program that it becomes."""
    handle = os.open(home.dagster / f"{part}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    told = False
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            if not told:
                say(f"已有一个 petition serve {part}，等它停下后自动接替。")
            told = True
            time.sleep(POLL_SECONDS)
    os.set_inheritable(handle, True)
