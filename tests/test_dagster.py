"""The graph: what there is, what blocks, and that a run started from the UI reaches a release."""

import os
import shutil
import signal
import subprocess
import sys
import time
from datetime import datetime, timedelta

import dagster as dg
import pytest

from benchmarks import arrival
from ingestion import register, warehouse
from ingestion.home import Home
from orchestration import exits, project, runner
from publication import release as releases
from tests import few
from tests.conftest import ROOT

pytestmark = pytest.mark.slow
LEVELS = {"nation", "province", "prefecture", "county", "township", "village", "department"}


@pytest.fixture(scope="module")
def home(demo_home, tmp_path_factory):
    """A copy of the demo's home for this module's runs."""
    root = tmp_path_factory.mktemp("dagster") / "home"
    shutil.copytree(demo_home.root, root)
    return Home(root)


@pytest.fixture(scope="module")
def definitions(home):
    from orchestration.definitions import build_definitions

    return build_definitions(home)


def _specs(definitions):
    return {s.key: s for s in definitions.resolve_all_asset_specs()}


def test_there_is_an_asset_for_the_deliveries_of_each_level(definitions):
    keys = {k.path[1] for k in _specs(definitions) if k.path[0] == "deliveries"}
    assert keys == LEVELS | {"receipts"}


def test_every_asset_speaks_chinese_and_has_an_owner_and_kinds(definitions):
    for key, spec in _specs(definitions).items():
        if spec.metadata.get("dagster/asset_type") == "external":
            continue
        assert spec.description and any("\u4e00" <= c <= "\u9fff" for c in spec.description), key
        assert list(spec.owners) == ["team:data-engineering"], key
        assert spec.kinds, key


def test_the_way_is_one_graph_from_files_to_the_release(definitions):
    graph = definitions.resolve_asset_graph()
    above = graph.get_ancestor_asset_keys(dg.AssetKey(["release", "current"]))
    for path in (
        ["deliveries", "county"],
        ["raw", "petition_register"],
        ["marts", "fct_petitions"],
    ):
        assert dg.AssetKey(path) in above
    assert dg.AssetKey(["published", "mart_published_values"]) in above


def test_gates_block_and_dbt_tests_are_checks_the_declared_ones_as_two(definitions):
    graph = definitions.resolve_asset_graph()
    blocking = {
        (key.asset_key.path[-1], key.name)
        for key in graph.asset_check_keys
        if graph.get_check_spec(key).blocking
    }
    assert {("receipts", "row_conservation"), ("candidate", "candidate_figures")} <= blocking
    tests = {name for _, name in blocking}
    assert {"declared_of_facts", "declared_of_published", "rows_sound"} <= tests
    assert not [name for name in tests if name.startswith("unique_combination")]


def test_schedule_and_sensor(definitions):
    schedule = definitions.resolve_schedule_def("nightly")
    assert (schedule.cron_schedule, schedule.execution_timezone) == ("0 2 * * *", "Asia/Shanghai")
    assert definitions.resolve_sensor_def("landing_sensor").description


@pytest.fixture
def looked(home, monkeypatch):
    """Let the sensor look, with no time between its two looks; an instance of its own, and a file that is new."""
    from orchestration import events

    monkeypatch.setenv("PETITION_HOME", str(home.root))
    monkeypatch.setattr(events, "LOOK_AGAIN_SECONDS", 0)
    arrived = home.landing / "980101-xf" / "新到.csv"
    arrived.write_text("信访件编号,登记时间\nS-1,2026-04-01\n", "utf-8")
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance, lambda: events.landing_sensor(dg.build_sensor_context(instance))
    arrived.unlink()


def _made(instance, key: str, status: dg.DagsterRunStatus, **tags: str) -> None:
    run = dg.DagsterRun(
        job_name="from_ledger_to_release", status=status, tags={"dagster/run_key": key} | tags
    )
    instance.add_run(run)


def test_the_sensor_asks_for_the_same_run_however_often_it_looks(looked):
    instance, look = looked
    first, second = look(), look()
    assert isinstance(first, dg.RunRequest) and first.run_key == second.run_key
    _made(instance, first.run_key, dg.DagsterRunStatus.STARTED)
    assert "正在进行" in look().skip_message


def test_the_sensor_waits_for_a_file_that_is_still_being_written(looked, home, monkeypatch):
    from orchestration import events

    _, look = looked
    growing = home.landing / "980101-xf" / "新到.csv"
    monkeypatch.setattr(events.time, "sleep", lambda _: growing.write_text("信访件编号\n", "utf-8"))
    assert "还在写" in look().skip_message


def test_the_sensor_asks_again_after_a_crash_and_not_after_a_failure(looked):
    from orchestration import events, janitor

    instance, look = looked
    keys = []
    for _ in range(events.ATTEMPTS):
        keys.append(look().run_key)
        _made(instance, keys[-1], dg.DagsterRunStatus.FAILURE, **{janitor.SWEPT: "true"})
    assert len(set(keys)) == events.ATTEMPTS
    assert "不再重试" in look().skip_message


def test_the_sensor_does_not_repeat_a_run_that_failed_of_itself(looked):
    instance, look = looked
    _made(instance, look().run_key, dg.DagsterRunStatus.FAILURE)
    assert "不再重试" in look().skip_message


def _run(home, monkeypatch) -> bool:
    """Run the job at the next day, with few indicators; return whether it succeeded."""
    monkeypatch.setattr(project, "_sources", few.sources())
    monkeypatch.setenv("PETITION_CLOCK", "2026-04-20T00:00:00")
    last = datetime.fromisoformat(releases.load(home, None).manifest["as_of"])
    try:
        runner.run(home, last + timedelta(days=1))
    except runner.RunFailed as failed:
        assert str(failed)
        return False
    return True


def test_a_candidate_that_fails_the_gate_is_not_published(few_copy, monkeypatch):
    from expectations import candidate
    from expectations.gate import Verdict

    before = releases.load(few_copy, None).release_id
    bad = [Verdict("masked_is_null", False, 3, "暂缓或隐去的数字没有清空")]
    monkeypatch.setattr(candidate, "judge_candidate", lambda frame, key: bad)
    assert not _run(few_copy, monkeypatch)
    assert releases.load(few_copy, None).release_id == before


def test_receipts_that_do_not_balance_stop_the_models(few_copy, monkeypatch):
    from expectations import receipts
    from expectations.gate import Verdict

    before = few_copy.warehouse.stat().st_mtime_ns
    bad = [Verdict("row_conservation", False, 1, "不守恒")]
    monkeypatch.setattr(receipts, "judge_receipts", lambda frame: bad)
    assert not _run(few_copy, monkeypatch)
    assert few_copy.warehouse.stat().st_mtime_ns == before, "the working file was not touched"


def test_a_cancelled_run_ends_and_lets_go_of_the_working_file(few_copy):
    """As the operator's Ctrl-C and the UI's button do it, while dbt is at work in a thread of its own."""
    before = releases.load(few_copy, None).release_id
    environment = os.environ | {"PETITION_CLOCK": "2026-04-20T00:00:00"}
    run = subprocess.Popen(
        [sys.executable, "-m", "tests.few", "run", "--home", str(few_copy.root)],
        cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        made = (line for line in run.stderr if "build_facts_and_indicators - ASSET_MATER" in line)
        assert next(made), "dbt has made something"
        run.send_signal(signal.SIGINT)
        run.communicate(timeout=60)
    finally:
        run.kill()
    assert run.returncode == exits.FAILED
    assert releases.load(few_copy, None).release_id == before
    with warehouse.connect(few_copy.warehouse) as connection:
        assert connection.execute("select count(*) from raw.raw_deliveries").fetchone()[0] > 0


BURST = int(
    os.environ.get("BURST_FILES", "60")
)  # make soak: as many as a province delivers in a day


def test_a_burst_of_files_comes_out_as_one_release_by_itself(demo_copy, monkeypatch):
    """The real server and daemon on loopback, the sensor switched on as the UI does it."""
    for name in ("DAGSTER_HOME", "PETITION_HOME"):
        monkeypatch.setenv(name, "")  # prepare_instance sets them
    monkeypatch.setenv("PETITION_CLOCK", "2026-04-25T00:00:00")
    runner.prepare_instance(demo_copy)
    before = releases.load(demo_copy, None)
    for number in range(BURST):
        text = (
            f"信访件编号,登记时间,信访形式,信访目的,人数\nB-{number},2026-04-20,来访,申诉求决,1\n"
        )
        (demo_copy.landing / "980101-xf" / f"新到{number}.csv").write_text(text, "utf-8")
    with dg.DagsterInstance.get() as instance:
        earlier = {run.run_id for run in instance.get_runs()}
        with arrival.daemon(demo_copy):
            ended = _wait(lambda: _ended(instance, earlier), 240 + BURST // 2)
            assert ended == ["SUCCESS"], "one run for all of them"
            after = releases.load(demo_copy, None)
            assert not _wait(lambda: len(instance.get_runs()) > len(earlier) + 1, 12), "no more"
    told = [e.sequence for e in register.deliveries(demo_copy)]
    counted = [before.manifest["known_to"] < n <= after.manifest["known_to"] for n in told]
    assert sum(counted) == BURST
    assert after.manifest["as_of"] == "2026-04-24T23:59:59", "the end of the day before"


def _ended(instance, earlier: set[str]) -> list[str] | None:
    """Return how the runs after some earlier ones stand, once one has ended."""
    found = [run for run in instance.get_runs() if run.run_id not in earlier]
    return [run.status.value for run in found] if any(run.is_finished for run in found) else None


def _wait(look, seconds: int):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = look()
        if found:
            return found
        time.sleep(1)
    return None


def test_the_daily_reminder_writes_the_lists_and_shows_who_owes_what(
    home, definitions, monkeypatch
):
    monkeypatch.setenv("PETITION_HOME", str(home.root))
    before = releases.load(home, None).release_id
    done = definitions.resolve_job_def("daily_reminder").execute_in_process()
    (made,) = done.asset_materializations_for_node("outbox__reminders")
    assert "丙三区住房和城乡建设局" in made.metadata["who_owes_what"].value
    assert made.metadata["offices"].value == len(list(home.outbox.glob("*/提醒.xlsx"))) > 0
    assert releases.load(home, None).release_id == before


def test_the_issues_schedule_runs_only_when_the_calendar_has_something_to_do(
    home, definitions, monkeypatch
):
    monkeypatch.setenv("PETITION_HOME", str(home.root))
    schedule = definitions.resolve_schedule_def("periodic_issues")

    def asked(at: str):
        monkeypatch.setenv("PETITION_CLOCK", at)
        return schedule.evaluate_tick(dg.build_schedule_context())

    job = definitions.resolve_job_def("periodic_issues")
    march = home.issues / "monthly_assessment" / "2026-03" / "figures.csv"
    assert asked("2026-04-05T11:50:00").skip_message and not march.exists()
    assert asked("2026-04-05T12:00:00").run_requests
    assert job.execute_in_process().success
    assert march.stat().st_size > 1000
    assert asked("2026-04-05T12:00:00").skip_message
