"""Dagster on PostgreSQL as three processes (docs/scale.md): really started, killed and taken over, on a cluster of its
own. What the setting may say is in test_postgres.
"""

import fcntl
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from pathlib import Path

import dagster as dg
import pytest

from ingestion import register
from ingestion.home import Home
from orchestration import doctor, health, janitor, postgres, runner, serving, writer
from publication import release as releases
from tests import postgres_cluster
from tests.conftest import ROOT
from tests.door_files import HEADERS, OFFICE, make_home, row, text
from tests.postgres_cluster import environment

CLOCK = "2025-06-01T09:00:00"
MINUTES = 5 * 60  # for what takes seconds on an idle machine
ENDED = ("SUCCESS", "FAILURE", "CANCELED")
LOCATIONS = (
    "{ repositoriesOrError { ... on RepositoryConnection { nodes { location { name } } } } }"
)
START = """
mutation ($sensor: SensorSelector!) {
  startSensor(sensorSelector: $sensor) { __typename ... on Sensor { sensorState { status } } }
}
"""
TICKS = """
query ($sensor: SensorSelector!) {
  sensorOrError(sensorSelector: $sensor) {
    ... on Sensor { sensorState { status ticks(limit: 200) { status runIds runKeys } } }
  }
}
"""
SENSOR = {
    "repositoryLocationName": serving.LOCATION,
    "repositoryName": "__repository__",
    "sensorName": "landing_sensor",
}


class Service:
    """The parts of the house that were started for a home, each in a process group of its own."""

    def __init__(self, home: Home, logs: Path):
        self.home, self.logs, self.started = home, logs, {}
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]

    def start(self, part: str, name: str | None = None) -> None:
        more = ["--port", str(self.port)] if part == serving.WEB else []
        command = [sys.executable, "-m", "tests.few", "serve", part, "--home", str(self.home.root)]
        with self._log(name or part).open("ab") as log:
            self.started[name or part] = subprocess.Popen(
                [*command, *more], cwd=ROOT, stdout=log, stderr=log, start_new_session=True
            )

    def said(self, name: str) -> str:
        return self._log(name).read_text("utf-8", "replace")

    def _log(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    def kill(self, name: str, by: signal.Signals = signal.SIGKILL) -> None:
        """End a part and what it started."""
        process = self.started.pop(name)
        os.killpg(process.pid, by)
        try:
            process.wait(60)
        finally:
            _end_group(process)

    def stop(self) -> None:
        for process in self.started.values():
            process.send_signal(signal.SIGTERM)
        for name in list(self.started):
            self.kill(name, signal.SIGTERM)

    def ask(self, query: str, **variables) -> dict:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/graphql",
            json.dumps({"query": query, "variables": variables}).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)["data"]

    def locations(self) -> list[str]:
        try:
            found = self.ask(LOCATIONS)["repositoriesOrError"]
        except OSError:
            return []
        return [node["location"]["name"] for node in found.get("nodes", [])]

    def ticks(self) -> list[dict]:
        """Return what the sensor did, newest first."""
        return self.ask(TICKS, sensor=SENSOR)["sensorOrError"]["sensorState"]["ticks"]

    def until(self, look, what: str):
        """Wait until a look finds something; return it."""
        deadline = time.monotonic() + MINUTES
        while time.monotonic() < deadline:
            found = look()
            if found:
                return found
            dead = [name for name, process in self.started.items() if process.poll() is not None]
            assert not dead, f"{what}：{dead} 已停：{self.said(dead[0])[-3000:]}"
            time.sleep(0.5)
        raise AssertionError(f"等不到：{what}")


def _end_group(process: subprocess.Popen) -> None:
    with suppress(ProcessLookupError):  # nothing of it is left
        os.killpg(process.pid, signal.SIGKILL)


def _is_held(path: Path) -> bool:
    with path.open("rb") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


def _deliver(home: Home) -> None:
    text(home.landing / OFFICE / "一.csv", [HEADERS, *(row(i) for i in range(12))])


def _runs(instance) -> dict[str, str]:
    """Return the status of each run, oldest first."""
    return {run.run_id: run.status.value for run in reversed(instance.get_runs())}


def _live(home: Home, service: Service, instance) -> dict:
    """Live through the story; return what was to be seen on the way."""
    service.start(serving.CODE)
    service.start(serving.DAEMON)
    lock = home.dagster / "daemon.lock"
    service.until(lambda: lock.exists() and _is_held(lock), "the daemon")
    service.start(serving.DAEMON, "stand-by")
    service.start(serving.WEB)
    service.until(lambda: serving.LOCATION in service.locations(), "the web pages")
    service.until(lambda: service.said("stand-by"), "the second daemon")
    seen = {"started": service.ask(START, sensor=SENSOR)["startSensor"]}
    writer.hold(home, "test")  # the run begins and cannot go on: it is killed where we want it
    try:
        _deliver(home)
        service.until(lambda: "STARTED" in _runs(instance).values(), "the first run")
        service.until(lambda: len(_since_asked(service)) > 1, "the sensor to look again and again")
        seen |= {"while_it_goes_on": _runs(instance), "waiting": service.said("stand-by")}
        service.kill(serving.CODE)
        service.kill(serving.DAEMON)
    finally:
        writer.release(home)
    service.until(lambda: "FAILURE" in _runs(instance).values(), "the dead run to be swept")
    seen["after_the_crash"] = _runs(instance)
    service.start(serving.CODE)
    service.until(lambda: _ended(_runs(instance)), "the second run")
    service.until(lambda: len(_since_asked(service)) > 1, "the sensor to find nothing")
    return seen | {"after_all": _runs(instance), "ticks": service.ticks()}


def _since_asked(service: Service) -> list[dict]:
    """Return the looks of the sensor since it last asked for a run, newest first."""
    done = [tick for tick in service.ticks() if tick["status"] != "STARTED"]
    asked = [number for number, tick in enumerate(done) if tick["runIds"]]
    return done[: asked[0]] if asked else []


def _ended(runs: dict[str, str]) -> bool:
    return len(runs) > 1 and list(runs.values())[-1] in ENDED


@pytest.mark.slow
class TestThreeProcesses:
    """One story: a delivery whose run dies with the code server and the daemon, and what becomes of it when they are
    there again. A second daemon stands by and takes over.
    """

    @pytest.fixture(scope="class")
    def story(self, cluster, tmp_path_factory):
        base = tmp_path_factory.mktemp("pg")
        home = make_home(base / "home")
        names = {
            postgres.VARIABLE: cluster.make("dagster"),
            "PGPASSWORD": postgres_cluster.PASSWORD,
        }
        names |= {"PETITION_CLOCK": CLOCK, "PETITION_HOME": str(home.root)}
        with environment(**names, PETITION_PARSES=str(base / "parses")):
            service = Service(home, base)
            runner.prepare_instance(home)
            about = {"cluster": cluster, "home": home, "service": service}
            try:
                with dg.DagsterInstance.from_config(str(home.dagster)) as instance:
                    yield about | {"instance": instance} | _live(home, service, instance)
            finally:
                service.stop()

    def test_the_web_pages_answer_on_loopback_and_switch_the_sensor_on(self, story):
        assert story["started"] == {"__typename": "Sensor", "sensorState": {"status": "RUNNING"}}
        with socket.socket() as elsewhere, pytest.raises(ConnectionRefusedError):
            elsewhere.connect(("127.0.0.2", story["service"].port))

    def test_a_second_daemon_waits_until_the_first_is_gone(self, story):
        assert story["waiting"].count("已有一个 petition serve daemon") == 1
        assert "Launching" not in story["waiting"]
        assert story["service"].said("stand-by") != story["waiting"], "it took over"

    def test_one_delivery_is_one_run_however_often_it_is_looked_at(self, story):
        """While the run goes on, and after it; with a second daemon beside the first."""
        assert list(story["while_it_goes_on"].values()) == ["STARTED"]
        assert list(story["after_all"].values()) == ["FAILURE", "SUCCESS"], (
            "once more after the crash"
        )
        asked = [tick["runKeys"] for tick in story["ticks"] if tick["runIds"]]
        assert len(asked) == len({*map(tuple, asked)}) == 2
        finished = [tick["status"] for tick in story["ticks"] if tick["status"] != "STARTED"]
        assert finished[:2] == ["SKIPPED"] * 2

    def test_a_run_that_died_with_code_server_and_daemon_is_marked_as_failed(self, story):
        (dead,) = story["while_it_goes_on"]
        assert story["after_the_crash"] == {dead: "FAILURE"}, "by the daemon that takes over"
        logs = story["home"].logs.glob("*.jsonl")
        events = [json.loads(line) for log in logs for line in log.read_text("utf-8").splitlines()]
        assert [e["run_id"] for e in events if e["event"] == "run_swept"] == [dead]
        said = [e.message for e in story["instance"].all_logs(dead)]
        assert any(janitor.WHY in message for message in said)

    def test_the_same_delivery_comes_out_as_a_release_by_itself(self, story):
        home = story["home"]
        kinds = [entry.kind for entry in register.entries(home)]
        assert kinds == ["delivery", "published"], "nothing is taken twice or lost"
        assert releases.load(home, None).manifest["known_to"] == 1

    def test_the_history_is_in_postgresql_and_nowhere_else(self, story):
        _, done = story["after_all"]
        home, cluster = story["home"], story["cluster"]
        with dg.DagsterInstance.from_config(str(home.dagster)) as fresh:
            logged = [e.dagster_event for e in fresh.all_logs(done) if e.is_dagster_event]
        kind = dg.DagsterEventType
        wanted = {kind.RUN_START, kind.ASSET_MATERIALIZATION, kind.RUN_SUCCESS}
        assert wanted <= {event.event_type for event in logged}
        assert cluster.ask("dagster", "select status from runs order by id") == "FAILURE\nSUCCESS"
        assert not list(home.dagster.rglob("*.db")), (
            "Dagster's own storage on SQLite makes such files"
        )

    def test_the_history_is_backed_up_and_restored_by_the_documents_lines(self, story, tmp_path):
        chapter = (ROOT / "docs" / "scale.md").read_text("utf-8").split("\n备份：")[1]
        lines = re.search(r"```sh\n(.*?)```", chapter, re.DOTALL)[1]
        cluster = story["cluster"]
        names = {"BACKUP": str(tmp_path), "NEW_DATABASE": cluster.make("restored")}
        names["PATH"] = f"{cluster.binaries}:{os.environ['PATH']}"
        shell = ["bash", "-euo", "pipefail", "-c", lines]
        done = subprocess.run(
            shell, env=os.environ | names, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        runs = "select run_id, status from runs order by id"
        assert cluster.ask("restored", runs) == cluster.ask("dagster", runs) != ""

    def test_the_doctor_reads_it(self, story):
        found = {f.name: f for f in doctor.examine(story["home"])}
        assert found["运行历史"].state == health.OK and "PostgreSQL" in found["运行历史"].text
        assert found["上次运行"].state == health.OK and found["上次运行"].text.startswith("成功")
        assert found["界面与遥测"].state == health.OK

    def test_no_file_of_the_home_and_no_command_line_has_the_password(self, story):
        secret = postgres_cluster.PASSWORD.encode()
        files = [p for p in story["home"].dagster.rglob("*") if p.is_file()]
        assert files and not any(secret in p.read_bytes() for p in files)
        lines = [
            Path(f"/proc/{process.pid}/cmdline").read_bytes()
            for process in story["service"].started.values()
        ]
        assert len(lines) == 3 and not any(secret in line for line in lines)
