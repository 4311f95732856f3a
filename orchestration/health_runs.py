"""Checks of `petition doctor` on runs: who writes now, how the last run ended, what only seems to go on.

Reads only; nothing is made, no lock is kept, and Dagster is not imported.
"""

import json
import os
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta

from ingestion import clock
from ingestion.home import Home
from orchestration import postgres, writer
from orchestration.health import BAD, NOTE, OK, Finding
from orchestration.processes import alive
from publication import release as releases

NIGHTLY_HOURS = 36  # a nightly run that did not come for this long was missed
STARTING_SECONDS = 120  # a run takes the writer's lock within this
RUNNING = ("STARTED", "STARTING", "CANCELING")
STATUS = {"SUCCESS": "成功", "FAILURE": "失败", "CANCELED": "已取消", "QUEUED": "排队中"}

# Dagster keeps the moment of making in UTC, the others in seconds
RUNS = "select run_id, status, start_time, end_time, {made} from runs order by id desc limit 200"


def writing(home: Home) -> Finding:
    """Who holds the writer's lock, and whether that process is alive."""
    name = "写入锁"
    held, note = writer.state(home)
    who = f"{note['owner']}（进程 {note['pid']}，自 {note['since']}）" if note else "没有留名的进程"
    if not held and note is None:
        return Finding(name, OK, "没有人在写")
    if not held:
        return Finding(
            name,
            NOTE,
            f"{who} 没有善终，锁已随进程放开",
            "无需清理：再运行 petition run 即从头补齐",
        )
    if note and alive(note["pid"]):
        return Finding(name, OK, f"正在写：{who}；后来的运行会等它")
    return Finding(
        name, BAD, f"锁还被占着，而留名的 {who} 已不在：多半是被杀的运行留下的子进程",
        f"用 fuser {home.lock} 找出进程，确认后只结束那一个，再运行 petition run",
    )  # fmt: skip


def history(home: Home) -> Finding:
    """Where Dagster's run history is, and that it can be read."""
    name = "运行历史"
    found = postgres.address()
    if found is None and postgres.is_settled(home):
        return Finding(name, BAD, postgres.forgotten(home), "按左边所说改正后再看一次")
    if found is None:
        return Finding(name, OK, "在家目录的 SQLite")
    with closing(postgres.connect()) as database:
        version = database.server_version // 10_000
    return Finding(name, OK, f"在 PostgreSQL {version}（{found}）")


def last_run(home: Home) -> Finding:
    """How the newest run ended, when, how long it took; and runs that only seem to go on."""
    name = "上次运行"
    runs = run_history(home)
    if not runs:
        return _last_release(home, name)
    held, _ = writer.state(home)
    stuck = (
        [] if held else [r for r in runs if r["status"] in RUNNING and _since(r) > STARTING_SECONDS]
    )
    if stuck:
        return Finding(
            name, BAD, f"{len(stuck)} 次运行标为进行中而没有进程在写（{stuck[0]['run_id'][:8]}…）：已被杀",
            "数据无损：再运行 petition run（或重启 petition ui），会把它记为失败，夜间计划不再排队",
        )  # fmt: skip
    newest = runs[0]
    status = newest["status"]
    text = f"{STATUS.get(status, '进行中')}，{_told(newest['start'])} 开始{_lasted(newest)}"
    if status == "FAILURE":
        return Finding(
            name,
            BAD,
            text + "；没有发布，上一版照常可读",
            "再运行 petition run，按末尾所说的原因改正",
        )
    late = timedelta(seconds=_since(newest)) > timedelta(hours=NIGHTLY_HOURS)
    if late:
        remedy = "若应每夜运行：看 petition ui 中计划 nightly 是否打开，或系统定时任务是否在"
        return Finding(name, NOTE, f"{text}，已超过 {NIGHTLY_HOURS} 小时", remedy)
    return Finding(name, OK, text)


def run_history(home: Home) -> list[dict]:
    """Return the home's runs, newest first: run_id, status, start and end in seconds since 1970.

    Dagster's own reader opens its storage for writing and makes what is not there, so the table is
    read directly; `immutable` because even a reader leaves files beside a database in WAL mode.
    """
    rows = _from_postgres() if postgres.address() else _from_sqlite(home)
    return [
        {"run_id": i, "status": s, "start": start or made, "end": end}
        for i, s, start, end, made in rows
    ]


def _from_sqlite(home: Home) -> list[tuple]:
    path = home.dagster / "history" / "runs.db"
    if not path.exists():
        return []
    live = path.with_name("runs.db-wal").exists()
    with closing(
        sqlite3.connect(f"{path.as_uri()}?{'mode=ro' if live else 'immutable=1'}", uri=True)
    ) as db:
        return db.execute(RUNS.format(made="unixepoch(create_timestamp)")).fetchall()


def _from_postgres() -> list[tuple]:
    with closing(postgres.connect()) as database, database.cursor() as cursor:
        cursor.execute("set transaction read only")
        cursor.execute("select to_regclass('runs') is not null")
        if not cursor.fetchone()[0]:
            return []
        cursor.execute(RUNS.format(made="extract(epoch from create_timestamp)::float8"))
        return cursor.fetchall()


def _last_release(home: Home, name: str) -> Finding:
    current = releases.current(home)
    if current is None:
        return Finding(
            name, NOTE, "还没有运行过", "把台账放进 landing/<机构代码>/，再 petition run"
        )
    told = current.folder / "run.json"
    finished = json.loads(told.read_text("utf-8")).get("published_at", "") if told.exists() else ""
    return Finding(name, OK, f"没有运行记录（可丢）；当前版发布于 {finished or '未记'}")


def _since(run: dict) -> float:
    """Return the seconds since a run began, by the machine's own clock, as the run was stamped."""
    moment = datetime.fromtimestamp(run["start"], clock.BEIJING).replace(tzinfo=None)
    return (clock.now() - moment).total_seconds() if not os.environ.get("PETITION_CLOCK") else 0.0


def _told(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds, clock.BEIJING):%Y-%m-%d %H:%M}"


def _lasted(run: dict) -> str:
    return f"，历时 {run['end'] - run['start']:.0f} 秒" if run["end"] else ""
