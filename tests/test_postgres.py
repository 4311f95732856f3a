"""Dagster's run history in PostgreSQL: what the setting may say, what is said of a database that is not there, and that
connections are kept. The house's three processes on it are in test_three_processes.
"""

import os
import socket
from contextlib import contextmanager

import dagster as dg
import pytest
from click.testing import CliRunner

from ingestion.errors import HouseError
from ingestion.home import Home
from orchestration import (
    cli,
    doctor,
    health,
    health_runs,
    postgres,
    runner,
    serving,
)
from tests import postgres_cluster
from tests.conftest import ROOT
from tests.door_files import make_home
from tests.postgres_cluster import environment


@contextmanager
def _setting(value: str, **names: str):
    with environment(**{postgres.VARIABLE: value}, **names):
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
