"""`python -m benchmarks.arrival [HOME]`: from a file that was just closed to the pointer moved, by a daemon that stands
ready.

HOME is a home that was run before; this delivers to it, so give a copy. Without one it is the sample's, made anew.
The server, the daemon and the sensor are the product's own (`petition ui`), on loopback. A file of 20 registrations is
put in landing, and nothing else is done: the sensor sees it, the daemon starts the run, the release comes out. The
parts are read from the run's own history. The first delivery, for which the daemon gets ready, is not counted.
"""

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from statistics import median

import dagster as dg

from benchmarks import latency, page
from ingestion import register
from ingestion.home import Home
from orchestration import runner

SELECTOR = {
    "repositoryLocationName": "orchestration.definitions",
    "repositoryName": "__repository__",
    "sensorName": "landing_sensor",
}
START = "mutation ($s: SensorSelector!) { startSensor(sensorSelector: $s) { __typename } }"
STEPS = {
    "take_in_deliveries": "收文件", "deliveries__receipts": "核收据", "load_raw_tables": "装表",
    "build_facts_and_indicators": "建模与其测试", "build_findings_and_published": "核查、可发布的数字与其测试",
    "release__candidate": "候选版与闸门",
}  # fmt: skip
PATIENCE_SECONDS = 600


@contextmanager
def daemon(home: Home) -> Iterator[None]:
    """Run the product's server and daemon on a home, with the landing sensor on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "orchestration.cli", "ui", "--port", str(port), "--home", str(home.root)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        _until(lambda: _asked(port, START, {"s": SELECTOR}), "界面没有起来")
        yield
    finally:
        os.killpg(server.pid, signal.SIGINT)
        try:
            server.wait(60)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()


def _asked(port: int, query: str, variables: dict) -> bool:
    """Ask the server; False while it does not answer yet."""
    body = json.dumps({"query": query, "variables": variables}).encode()
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/graphql", body, {"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return "errors" not in json.load(answer)
    except OSError:
        return False


def _until(look, complaint: str):
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.05)
    raise SystemExit(complaint)


def deliver(home: Home, number: int, day: date) -> dict[str, float]:
    """Put a file in landing and wait for its release; return the wall seconds of each part, in order, and `whole`."""
    before = home.pointer.read_bytes()
    latency.put(home, f"{number:02d}", day)
    closed = time.time()
    _until(lambda: home.pointer.read_bytes() != before, "没有发布")
    moved = home.pointer.stat().st_mtime
    with dg.DagsterInstance.get() as instance:
        (record,) = instance.get_run_records(limit=1)
        _until(lambda: instance.get_run_by_id(record.dagster_run.run_id).is_finished, "没有结束")
        logs = instance.all_logs(record.dagster_run.run_id)
    began, ended = {}, {}
    for entry in logs:
        kind = entry.dagster_event_type
        if kind is dg.DagsterEventType.STEP_START:
            began[entry.step_key] = entry.timestamp
        elif kind is dg.DagsterEventType.STEP_SUCCESS:
            ended[entry.step_key] = entry.timestamp
    first, made = min(began.values()), record.create_timestamp.timestamp()
    parts = {"看到文件写完": made - closed, "排队、起进程": first - made}
    parts |= {label: ended[step] - began[step] for step, label in STEPS.items()}
    parts["发布"] = moved - began["release__current"]
    parts["其间"] = moved - closed - sum(parts.values())
    return parts | {"whole": moved - closed}


def table(found: list[dict[str, float]]) -> str:
    """Return the parts as Markdown, in wall seconds."""
    lines = [
        f"{len(found)} 次，取中位数。",
        "",
        "| 由文件写完到指针移动 | 实际秒 |",
        "| --- | --- |",
    ]
    for part in found[0]:
        label = "合计" if part == "whole" else part
        lines.append(f"| {label} | {median(one[part] for one in found):.1f} |")
    return "\n".join(lines)


def _sample(scratch: Path) -> Path:
    place = scratch / "home"
    command = [sys.executable, "-m", "orchestration.cli", "demo", "--home", str(place)]
    subprocess.run(command, check=True, capture_output=True)
    return place


def measured(home: Home, runs: int) -> list[dict[str, float]]:
    """Return the parts of each counted delivery, all of one day."""
    last = datetime.fromisoformat(register.entries(home)[-1].record["recorded_at"])
    today = last + timedelta(days=1)
    os.environ["PETITION_CLOCK"] = today.isoformat()  # the server is started under it
    runner.prepare_instance(home)
    with daemon(home):
        return [deliver(home, n, (today - timedelta(days=3)).date()) for n in range(runs + 1)][1:]


def main() -> None:
    asked = argparse.ArgumentParser(prog="python -m benchmarks.arrival", description=__doc__)
    asked.add_argument(
        "home", nargs="?", type=Path, help="跑过一次的家目录；会往里报送，请给副本；不给则造样例"
    )
    asked.add_argument("--runs", type=int, default=3, help="跑几次，取中位数")
    asked.add_argument("--write", action="store_true", help="写入 docs/benchmarks.md")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        home = Home((given.home or _sample(Path(scratch))).resolve())
        found = measured(home, given.runs)
    text = table(found)
    print(text)
    if given.write:
        page.write("arrival", text, "")


if __name__ == "__main__":
    main()
