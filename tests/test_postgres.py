"""Dagster on PostgreSQL as three processes (docs/scale.md): really started, killed and taken over, on a cluster of its
own. What the setting may say, and what is said of a database that is not there.
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
from contextlib import contextmanager, suppress
from pathlib import Path

import dagster as dg
import pytest
from click.testing import CliRunner

from ingestion import register
from ingestion.errors import HouseError
from ingestion.home import Home
from orchestration import (
    cli,
    doctor,
    health,
    health_runs,
    janitor,
    postgres,
    runner,
    serving,
    writer,
)
from publication import release as releases
from tests import postgres_cluster
from tests.conftest import ROOT
from tests.door_files import HEADERS, OFFICE, make_home, row, text

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


@pytest.fixture(scope="module")
def cluster():
    where = postgres_cluster.binaries()
    if where is None:
        pytest.skip("没有 PostgreSQL 的程序（Debian：apt-get install postgresql），跳过")
    pytest.importorskip("dagster_postgres", reason="没有装 PostgreSQL 的包（make postgres），跳过")
    with postgres_cluster.running(where) as found:
        yield found


@contextmanager
def _environment(**names: str):
    """Let this process, and those it starts, have these variables; what prepare_instance sets is undone too."""
    kept = ("DAGSTER_HOME", "DAGSTER_DISABLE_TELEMETRY", "PETITION_HOME")
    with pytest.MonkeyPatch.context() as patch:
        for name in kept:
            patch.setenv(name, "")
        for name, value in names.items():
            patch.setenv(name, value)
        yield


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
        with _environment(**names, PETITION_PARSES=str(base / "parses")):
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
        assert [tick["status"] for tick in story["ticks"][:2]] == ["SKIPPED"] * 2

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


@contextmanager
def _setting(value: str, **names: str):
    with _environment(**{postgres.VARIABLE: value}, **names):
        yield


def _message(call) -> str:
    """Return what is said; it repeats no secret."""
    with pytest.raises(HouseError) as raised:
        call()
    assert "s3cret" not in str(raised.value)
    return str(raised.value)


@pytest.mark.parametrize("value, said", [
    ("postgresql://dagster:s3cret@127.0.0.1/dagster", "PGPASSWORD"),
    ("postgresql://dagster@127.0.0.1/dagster?password=s3cret", "PGPASSWORD"),
    ("mysql://dagster@127.0.0.1/s3cret", "postgresql://"),
    ("postgresql://127.0.0.1:s3cret/dagster", "不是一个地址"),
    ("postgresql://dagster@127.0.0.1", "数据库名"),
    ("postgresql://dagster@/dagster", "主机"),
    ("postgresql://dagster@db.internal/dagster", "sslmode=verify-full"),
    ("postgresql://dagster@db.internal/dagster?sslmode=require", "sslmode=verify-full"),
    ("postgresql://dagster@/dagster?host=/run/postgresql,db.internal", "sslmode=verify-full"),
    ("postgresql://dagster@127.0.0.1/dagster?hostaddr=192.0.2.1", "sslmode=verify-full"),
])  # fmt: skip
def test_a_setting_that_would_leak_or_cannot_be_is_refused(value, said):
    with _setting(value):
        message = _message(postgres.address)
    assert said in message and postgres.EXAMPLE in message


@pytest.mark.parametrize("value", [
    postgres.EXAMPLE, "postgresql+psycopg2://dagster@localhost/dagster", "postgresql://[::1]/dagster",
    "postgresql:///dagster?host=/run/postgresql", "postgresql://db.internal/dagster?sslmode=verify-full",
])  # fmt: skip
def test_this_machine_or_a_proven_one_is_taken(value):
    with _setting(value):
        found = postgres.address()
    assert found.startswith("postgresql://")
    assert postgres.with_driver(found).replace("+psycopg2", "") == found


def test_without_the_setting_all_is_as_it_was(tmp_path):
    home = Home(tmp_path / "home")
    with _setting(""):
        runner.prepare_instance(home)
        shipped = (ROOT / "dagster.yaml").read_bytes()
        assert (home.dagster / "dagster.yaml").read_bytes() == shipped
        assert health_runs.history(home).state == health.OK
        said = _message(lambda: serving.become(home, serving.WEB, [], pytest.fail))
    assert postgres.VARIABLE in said and "petition ui" in said


def test_a_database_that_does_not_answer_is_said_with_what_to_do(tmp_path, monkeypatch):
    home = make_home(tmp_path / "home")
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # taken, and nobody listens
        port = nobody.getsockname()[1]
        with _setting(f"postgresql://dagster@127.0.0.1:{port}/dagster", PGPASSWORD="s3cret"):
            said = _message(lambda: runner.prepare_instance(home))
            found = {f.name: f for f in doctor.examine(home)}
    assert "连不上" in said and "PGPASSWORD" in said
    assert not (home.dagster / "dagster.yaml").exists(), "nothing was switched"
    assert found["运行历史"].state == health.BAD and "连不上" in found["运行历史"].text


def test_without_the_packages_it_is_said_how_to_install_them(tmp_path, monkeypatch):
    monkeypatch.setattr(postgres, "PACKAGES", ("a_driver_that_is_not_there",))
    with _setting(postgres.EXAMPLE):
        said = _message(lambda: runner.prepare_instance(Home(tmp_path / "home")))
    assert "make postgres" in said and "a_driver_that_is_not_there" in said


def test_a_database_is_one_homes_and_a_home_does_not_change_over_unasked(cluster, tmp_path):
    mine, other = Home(tmp_path / "home"), Home(tmp_path / "other")
    with _setting(cluster.make("one"), PGPASSWORD=postgres_cluster.PASSWORD):
        for _ in range(2):
            runner.prepare_instance(mine)
        assert str(mine.root) in _message(lambda: runner.prepare_instance(other))
        assert health_runs.run_history(mine) == [], "there is no table yet, and looking makes none"
    with _setting(""):
        said = _message(lambda: runner.prepare_instance(mine))
        assert "dagster.yaml" in said
        assert health_runs.history(mine).state == health.BAD
        (mine.dagster / "dagster.yaml").unlink()
        runner.prepare_instance(mine)


def test_a_wrong_password_is_said_and_not_repeated(cluster, tmp_path):
    with _setting(cluster.address("postgres"), PGPASSWORD="s3cret"):
        assert "password authentication failed" in _message(
            lambda: runner.prepare_instance(Home(tmp_path / "home"))
        )


def test_connections_are_kept_and_one_that_was_cut_is_made_again(cluster, tmp_path):
    """Dagster's own storages connect for every statement; a database that was restarted is no error."""
    home = Home(tmp_path / "home")
    count = "select count(*) from pg_stat_activity where datname = 'kept'"
    cut = "select pg_terminate_backend(pid) from pg_stat_activity where datname = 'kept'"
    with _setting(cluster.make("kept"), PGPASSWORD=postgres_cluster.PASSWORD):
        runner.prepare_instance(home)
        with dg.DagsterInstance.from_config(str(home.dagster)) as instance:
            seen = set()
            for _ in range(3):
                instance.add_run(dg.DagsterRun(job_name="work"))
                seen.add(frozenset(_pids(cluster)))
            (before,) = seen
            assert before
            cluster.ask("postgres", cut)
            assert len(instance.get_runs()) == 3
            assert not before & _pids(cluster)
        assert cluster.ask("postgres", count) == "0", "they are closed with the instance"


def _pids(cluster) -> set[str]:
    sql = "select pid from pg_stat_activity where datname = 'kept'"
    return {*cluster.ask("postgres", sql).split()}


@pytest.mark.parametrize("words, there", [
    (["code"], ["--socket", "{home}/dagster/code.sock", "--module-name", "orchestration.definitions"]),
    (["daemon"], ["dagster._daemon", "run", "--workspace", "{home}/dagster/workspace.yaml"]),
    (["web", "--port", "3001", "--path-prefix", "/analysis", "--read-only"],
     ["--host", "127.0.0.1", "--port", "3001", "--path-prefix", "/analysis", "--read-only"]),
])  # fmt: skip
def test_the_three_commands_are_what_the_documents_say(
    cluster, tmp_path, monkeypatch, words, there
):
    """No port but the web pages', on loopback; the code server's socket lies in the home."""
    home, became = Home(tmp_path / "home"), []
    monkeypatch.setattr(os, "execv", lambda _program, command: became.append(command))
    with _setting(cluster.make(words[0]), PGPASSWORD=postgres_cluster.PASSWORD):
        said = CliRunner().invoke(cli.main, ["serve", *words, "--home", str(home.root)])
    assert said.exit_code == 0, said.output
    (command,) = became
    wanted = [word.format(home=home.root) for word in there]
    assert [word for word in command if word in wanted] == wanted, command
    assert not [word for word in command if "://" in word], "no address on a command line"


def test_a_home_whose_path_is_too_long_for_a_socket_is_said(cluster, tmp_path):
    home = Home(tmp_path / ("long" * 20) / "home")
    with _setting(cluster.make("long"), PGPASSWORD=postgres_cluster.PASSWORD):
        said = _message(lambda: serving.become(home, serving.WEB, [], pytest.fail))
    assert "路径太长" in said
