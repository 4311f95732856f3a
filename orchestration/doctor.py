"""`petition doctor`: the table an operator looks at first in the morning. Looks, never touches.

What belongs here: which checks there are, in what order, and how the table is shown. Imports no
Dagster, dbt, Great Expectations or scipy, so that it answers at once and when a run would not start.
"""

from rich.console import Console
from rich.table import Table

from ingestion.home import Home
from orchestration import health_home, health_machine, health_runs
from orchestration.health import BAD, NOTE, OK, Finding, guarded

CHECKS = {
    "写入锁": health_runs.writing,
    "运行历史": health_runs.history,
    "上次运行": health_runs.last_run,
    "等待收取": health_home.arriving,
    "没有收的文件": health_home.turned_away,
    "文件名编码": health_home.unreadable_names,
    "登记簿": health_home.registered,
    "湖中残留": health_home.lake_files,
    "当前发布": health_home.published,
    "权限": health_home.readable,
    "规则与契约": health_home.definitions,
    "关联密钥": health_machine.key,
    "磁盘": health_machine.disk,
    "时钟": health_machine.time_told,
    "版本": health_machine.versions,
    "DuckDB 文件": health_machine.engine_files,
    "界面与遥测": health_machine.interface,
}
MARKS = {OK: "[green]ok[/green]", NOTE: "[yellow]注意[/yellow]", BAD: "[red]不好[/red]"}


def examine(home: Home) -> list[Finding]:
    """Return every finding about a home; a home that does not exist is said so, and not made."""
    if not home.root.is_dir():
        text = f"{home.root} 没有，或不是目录"
        remedy = "用 --home 或 PETITION_HOME 指明；新建见 docs/runbook.md「新增一个单位」"
        return [Finding("家目录", BAD, text, remedy)]
    here = Finding("家目录", OK, str(home.root))
    return [here, *(guarded(name, check, home) for name, check in CHECKS.items())]


def record(home: Home, found: list[Finding]) -> dict:
    """Return the table for machines."""
    states = [f.state for f in found]
    worst = BAD if BAD in states else NOTE if NOTE in states else OK
    return {"home": str(home.root), "worst": worst, "checks": [f.as_record() for f in found]}


def show(found: list[Finding]) -> None:
    """Print the table for people."""
    shown = Table(show_lines=True)
    for name in ("", "看什么", "现状", "怎么办"):
        shown.add_column(name, overflow="fold")  # Chinese has no spaces to wrap at
    for finding in found:
        shown.add_row(MARKS[finding.state], finding.name, finding.text, finding.remedy)
    Console().print(shown)
