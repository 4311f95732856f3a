"""What is said of runs: the log's lines, the webhook, and that neither tells a value nor stops a run."""

import json
import os
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import dagster as dg
import pytest

from ingestion.errors import HouseError
from ingestion.home import Home
from orchestration import alerts, events, runner

VALUE = "张三"


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("PETITION_CLOCK", "2026-04-01T09:00:00")
    monkeypatch.setenv("PETITION_HOME", str(tmp_path / "home"))
    monkeypatch.delenv(alerts.VARIABLE, raising=False)
    return Home(tmp_path / "home")


@pytest.fixture
def webhook(monkeypatch):
    """A webhook on this machine: what it was sent, and what it answers (200 unless told)."""
    sent, answers = [], [200]

    class Receives(BaseHTTPRequestHandler):
        def do_POST(self):
            sent.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(answers[-1])
            self.end_headers()

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Receives) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv(alerts.VARIABLE, f"http://127.0.0.1:{server.server_port}/t0ken")
        yield sent, answers
        server.shutdown()


def _log(home: Home) -> list[dict]:
    lines = (home.logs / "2026-04.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def _run(error: Exception) -> dg.ExecuteInProcessResult:
    @dg.op
    def breaks():
        raise error

    @dg.job(hooks={alerts.on_failure}, resource_defs={"alerts": alerts.Alerts()})
    def work():
        breaks()

    return work.execute_in_process(raise_on_error=False)


def test_a_failed_step_is_written_down_and_sent_with_the_reason(home, webhook):
    result = _run(HouseError("登记簿缺第 3 号，请从备份恢复。"))
    assert not result.success
    (line,), (sent,) = _log(home), webhook[0]
    assert line == sent
    assert (sent["event"], sent["step"], sent["run_id"]) == ("run_failed", "breaks", result.run_id)
    assert sent["at"] == "2026-04-01T09:00:00" and "登记簿缺第 3 号" in sent["text"]


def test_a_foreign_error_is_told_by_its_kind_alone(home, webhook):
    _run(ValueError(f"could not read {VALUE}"))
    assert "ValueError" in webhook[0][0]["text"]
    assert VALUE not in json.dumps([*webhook[0], *_log(home)], ensure_ascii=False)


def test_every_run_of_the_house_alerts_when_a_step_fails():
    assert alerts.on_failure in events.job.hooks


def test_what_is_no_alert_is_only_written_down(home, webhook):
    alerts.tell(home, alerts.PUBLISHED, "发布了 x", run_id="1")
    assert webhook[0] == [] and [line["event"] for line in _log(home)] == ["release_published"]


@pytest.mark.parametrize("answer", [500, 404])
def test_a_webhook_that_does_not_take_it_is_written_down_and_stops_nothing(home, webhook, answer):
    webhook[1].append(answer)
    alerts.tell(home, alerts.FAILED, "没有成功")
    told, failed = _log(home)
    assert told["event"] == "run_failed" and failed["event"] == "alert_not_sent"
    assert str(answer) in failed["text"] and "t0ken" not in json.dumps(failed)


@pytest.mark.parametrize(
    "url", ["http://example.org/x", "file:///etc/passwd", "ftp://a/b", "https://", "http://[x/"]
)
def test_nothing_is_sent_in_the_clear_beyond_this_machine(home, monkeypatch, url):
    def never(*args, **kwargs):
        raise AssertionError("sent")

    monkeypatch.setattr(alerts, "urlopen", never)
    monkeypatch.setenv(alerts.VARIABLE, url)
    alerts.tell(home, alerts.FAILED, "没有成功")
    assert "https" in _log(home)[-1]["text"]


def test_nobody_there_is_written_down(home, monkeypatch):
    monkeypatch.setenv(alerts.VARIABLE, "http://127.0.0.1:1/x")
    alerts.tell(home, alerts.SWEPT, "进程已不在")
    assert _log(home)[-1]["event"] == "alert_not_sent"


def test_a_run_that_cannot_begin_is_alerted_to(home, webhook, monkeypatch):
    for name in ("DAGSTER_HOME", "DAGSTER_DISABLE_TELEMETRY"):
        monkeypatch.setenv(name, os.environ.get(name, ""))  # the run sets them
    home.rules.mkdir(parents=True)
    home.contracts.mkdir()
    (home.contracts / "own.odcs.yml").write_text("kind: no contract\n", "utf-8")
    with pytest.raises(HouseError):
        runner.run(home)
    assert "没有开始" in webhook[0][0]["text"]
