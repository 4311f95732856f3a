"""The `petition` command line: thin; each command calls one room and prints what it says.

Heavy imports happen inside the commands that need them: `check`, `template`, `explain`, `query` and
`release list` start without Dagster, dbt, Great Expectations or scipy.
"""

import os
import sys
from datetime import datetime, time
from pathlib import Path

import click

from ingestion.errors import HouseError
from ingestion.home import Home
from orchestration import (
    cli_audit,
    cli_findings,
    cli_issue,
    cli_reconcile,
    cli_release,
    cli_revisions,
    cli_serve,
    exits,
)
from orchestration.exits import BAD_INPUT
from orchestration.terminal import (
    Context,
    confirmed,
    errors,
    progress,
    run_errors,
    shared,
    without_pandas,
)

PAGE = 50  # subjects that `explain` shows unless told otherwise


@click.group(
    cls=exits.Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=exits.epilog(),
)
def main() -> None:
    """信访台账仓库：台账进来，能自证的数字出去。

    \b
    第一次使用：
      petition demo                      用样例省份走一遍，看到一版发布
      petition template 信访登记台账      写出填报模板，附填表说明
      petition check 台账.xlsx           只检查，不装入，逐条说明问题
      petition run                       收 landing/ 下的新文件，建模、核验、发布
      petition explain volume --region 980000000000 --period 2025
    """


@main.command()
@shared
@click.option("--seed", default=20260401, show_default=True, help="样例的随机种子。")
@click.option("--two-releases", is_flag=True, help="中途先发布一版，好看后一版更正了什么。")
def demo(home: Path | None, as_json: bool, seed: int, two_releases: bool) -> None:
    """用样例省份从头走一遍：生成台账、按时钟逐批收取、建模、核验、发布，列出数字、暂缓与隔离。"""
    from orchestration import demo as demonstration
    from orchestration import display

    context = Context(Home.find(home), as_json)
    with run_errors():
        summary = demonstration.run(context.home, seed, two_releases, progress())
    context.emit(summary, lambda: display.summary(summary, context.home))


@main.command()
@shared
@click.option("--as-of", type=click.DateTime(), default=None, help="统计时点；不写为昨日终了。")
def run(home: Path | None, as_json: bool, as_of: datetime | None) -> None:
    """收下 landing/ 中的新文件，建模、核验，过闸后发布一版。"""
    from orchestration import display, runner

    context = Context(Home.find(home), as_json)
    with run_errors():
        run_id = runner.run(context.home, as_of, progress())
    summary = display.gather(context.home) | {"run_id": run_id}
    context.emit(summary, lambda: display.summary(summary, context.home))


@main.command()
@shared
@click.option(
    "--office", help="按哪个单位的报送来检查（机构代码）；不写则取 landing/<单位>/ 的目录名。"
)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@without_pandas()
def check(home: Path | None, as_json: bool, office: str | None, files: tuple[Path, ...]) -> None:
    """检查台账文件：与正式收取时说的一样，但什么也不装入。有问题时退出码为 1。"""
    from orchestration import checking

    context = Context(Home.find(home), as_json)
    with errors():
        reports = [checking.report(context.home, path, office) for path in files]
    context.emit({"files": reports}, lambda: checking.show(reports))
    if any(r["refused"] or r["receipt"]["quarantined"] for r in reports):
        sys.exit(BAD_INPUT)


@main.command()
@shared
@click.option("--out", type=click.Path(path_type=Path), help="写到哪里；不写为当前目录。")
@click.option("--all", "every", is_flag=True, help="全部台账，写进 --out 的目录。")
@click.option("--force", is_flag=True, help="已有同名文件时覆盖。")
@click.argument("ledger", required=False)
@without_pandas()
def template(home, as_json, out: Path | None, every: bool, force: bool, ledger: str | None) -> None:
    """取一种台账的填报模板（xlsx，附填表说明）；不写 LEDGER 则列出有哪些台账。"""
    from orchestration import templating

    context = Context(Home.find(home), as_json)
    with errors():
        found = templating.answer(context.home, ledger, out, every, force)
    context.emit(found, lambda: templating.show(found))


@main.command()
@shared
@click.option("--deep", is_flag=True, help="逐个核对登记簿、湖中文件和各版发布；有错时退出码为 1。")
def status(home: Path | None, as_json: bool, deep: bool) -> None:
    """这个家现在怎样：等待收取的文件、报送与隔离、当前发布的一版，谁还欠报什么。"""
    context = Context(Home.find(home), as_json)
    if deep:
        _status_deep(context)
        return
    from orchestration import display, reminding

    with errors():
        found = display.state(context.home)
        found["owed"] = reminding.owed(context.home) if found["release_id"] else []
    context.emit(found, lambda: (display.show_state(found), reminding.show_owed(found["owed"])))


@main.command()
@shared
@click.option("--office", help="只看这个单位的（机构代码）；不写为全部。")
@click.option("--write", is_flag=True, help="写进各单位的 outbox/，与每日的计划所写的相同。")
def reminders(home: Path | None, as_json: bool, office: str | None, write: bool) -> None:
    """日提醒：各单位七日内到期和已过期而未了的件数，欠报的台账；只有件数，没有哪一件。"""
    from orchestration import reminding

    context = Context(Home.find(home), as_json)
    with errors():
        found = reminding.record(context.home, office, written=write)
    context.emit(found, lambda: reminding.show(found))


def _status_deep(context: Context) -> None:
    from orchestration import upkeep

    with errors():
        report = upkeep.deep(context.home, progress())
    context.emit(report, lambda: upkeep.show_deep(report))
    if not report["whole"]:
        sys.exit(BAD_INPUT)


@main.command()
@shared
@click.option("--before", help="合并这个月之前的，如 2025-04；不写则留下本月和上月。")
def compact(home: Path | None, as_json: bool, before: str | None) -> None:
    """把已过完月份的湖中小文件按台账、按月合并；逐行核对相同后才移去原件。"""
    from orchestration import upkeep

    context = Context(Home.find(home), as_json)
    with errors():
        report = upkeep.compact(context.home, before, progress())
    context.emit(report, lambda: upkeep.show_compaction(report))


@main.command("purge-delivery")
@shared
@click.argument("sequence", type=int)
@click.option("--ledger", required=True, help="台账，如 petition_register。")
@click.option("--column", required=True, help="要清空的列；行的身份和来历不能清除。")
@click.option("--reason", required=True, help="事由或文号；永久保留，不写个人信息。")
@click.option("--yes", is_flag=True, help="不再询问。")
def purge_delivery(home, as_json, sequence, ledger, column, reason, yes) -> None:
    """永久清空一次报送的一列，留下清除记录，不留值。"""
    from orchestration import upkeep

    context = Context(Home.find(home), as_json)
    asked = (context.home, sequence, ledger, column, reason)
    with errors():
        click.echo(upkeep.intention(*asked), err=True)
        if not (yes or confirmed()):
            raise HouseError("没有清除任何东西。确定要清除时请加 --yes。")
        done = upkeep.erase(*asked, progress())
    context.emit(done, lambda: upkeep.show_erasure(done))


@main.command()
@shared
@click.option("--office", help="只看这个单位报送的（机构代码）；不写为全部。")
def worklist(home: Path | None, as_json: bool, office: str | None) -> None:
    """待对照清单：哪些名称对不上名录、在哪里、可能是哪个代码；由《名称对照台账》来回答。"""
    from orchestration import worklist as listing

    context = Context(Home.find(home), as_json)
    with errors():
        found = listing.gather(context.home, office)
    context.emit(found, lambda: listing.show(found))


@main.command()
@shared
def doctor(home: Path | None, as_json: bool) -> None:
    """早晨先看这个：写入锁、上次运行、磁盘、报送、规则、密钥、版本、权限，逐条说怎样改。只看，不动。"""
    from orchestration import doctor as examining

    context = Context(Home.find(home), as_json)
    found = examining.examine(context.home)
    context.emit(examining.record(context.home, found), lambda: examining.show(found))
    if any(f.state == examining.BAD for f in found):
        sys.exit(BAD_INPUT)


@main.command()
@shared
@click.argument("indicator")
@click.option("--region", required=True, help="行政区划代码，12 位。")
@click.option("--period", required=True, help="期间：2025-04 或 2025。")
@click.option("--variant", default="project", show_default=True, help="口径。")
@click.option("--release", "release_id", default=None, help="哪一版；不写为当前版。")
@click.option(
    "--limit", type=click.IntRange(0, 100_000), default=PAGE, show_default=True,
    help="显示前多少个对象和它们的台账行，按对象编号排；0 为全部。",
)  # fmt: skip
@click.option(
    "--rows", type=click.Path(path_type=Path, dir_okay=False), default=None,
    help="把全部对象的全部台账行写入这个 csv，不受 --limit 限制。",
)  # fmt: skip
@without_pandas()
def explain(home, as_json, indicator, region, period, variant, release_id, limit, rows) -> None:
    """一个数字从哪里来：定义、漏斗、对象，直到报送号、工作表、行。

    对象多时只显示第一页，个数、分子分母仍按全部对象数；台账行的总数在全部显示或写入文件时给出。
    """
    from orchestration import display
    from publication import audit
    from publication import explain as explaining
    from publication.release import load

    context = Context(Home.find(home), as_json)
    with errors():
        release = load(context.home, release_id)
        if rows and not rows.absolute().parent.is_dir():
            raise HouseError(
                f"没有 {rows.parent} 这个目录，写不了 {rows}。请先建目录，或换个位置。"
            )
        asked = (indicator, variant, region, period)
        found = explaining.explain(release, *asked, limit or None, rows and rows.absolute())
        audits = audit.of_figure(context.home, indicator, variant, period, region)
    record = found.__dict__ | {"audits": audits}
    context.emit(
        record,
        lambda: display.explanation(
            found, release.release_id, rows, [cli_audit.said(a) for a in audits]
        ),
    )


@main.command()
@shared
@click.argument("sql")
@click.option("--release", "release_id", default=None, help="哪一版；不写为当前版。")
@without_pandas()
def query(home, as_json, sql: str, release_id: str | None) -> None:
    """在一版发布上查询：只读，不能碰文件和网络。例：petition query "show tables" """
    import duckdb

    from orchestration import display
    from publication import explain as explaining
    from publication.release import load

    context = Context(Home.find(home), as_json)
    with errors():
        release = load(context.home, release_id)
        try:
            names, rows = explaining.query(release, sql)
        except duckdb.Error as error:
            raise click.ClickException(f"查询没有成功：{error}") from None
    records = [dict(zip(names, row, strict=True)) for row in rows]
    context.emit({"rows": records}, lambda: display.table(names, rows))


@main.command()
@shared
@click.option("--release", "release_id", default=None, help="哪一版；不写为当前版。")
@click.option(
    "--as-of", type=click.DateTime(), default=None,
    help="不要哪一版，而要这个时点；只写日期为当日终了。按当时已登记的报送、现在的规则。",
)  # fmt: skip
@click.option(
    "--known-at", type=click.DateTime(), default=None,
    help="与 --as-of 同用：按到这个时刻为止已登记的报送；不写为统计时点。",
)  # fmt: skip
@click.option(
    "--to", type=click.Path(path_type=Path), default=None,
    help="写入哪个文件；不写为家目录下 work/rebuilt/<版>.duckdb。",
)  # fmt: skip
def rebuild(home, as_json, release_id, as_of, known_at, to: Path | None) -> None:
    """由湖重建过去的全部表，写入新文件供查看：一版当时的，或任何一天的；不发布。"""
    from orchestration import rebuild as rebuilding
    from publication.release import load

    context = Context(Home.find(home), as_json)
    if (release_id and as_of) or (known_at and not as_of):
        raise click.UsageError("--release 与 --as-of 只能写一个；--known-at 与 --as-of 同用。")
    with errors():
        if as_of:
            dials = rebuilding.dials_of_day(context.home, _day_end(as_of), known_at)
            file, name = rebuilding.keep_day(context.home, dials, to)
        else:
            found = load(context.home, release_id)
            name, dials = found.release_id, {k: found.manifest[k] for k in ("as_of", "known_to")}
            file = rebuilding.keep(context.home, found, to)
    lines = rebuilding.how_to_open(file, name)
    record = {"release_id": None if as_of else name, **dials, "file": str(file), "open": lines}
    said = f"已重建：{file}（统计时点 {dials['as_of']}，计入到第 {dials['known_to']} 次报送）"
    context.emit(record, lambda: click.echo("\n".join([said, "打开：", *lines])))


def _day_end(at: datetime) -> datetime:
    """A day without a time is meant to its end."""
    return at if at.time() != time.min else datetime.combine(at, time(23, 59, 59))


@main.command()
@shared
@click.option("--port", default=3000, show_default=True, help="本机端口。")
def ui(home, as_json, port: int) -> None:
    """打开 Dagster 界面（仅本机 127.0.0.1），可在界面上启动运行、开关传感器和夜间计划。"""
    from orchestration import postgres, runner, serving

    found = Home.find(home)
    with errors():
        runner.prepare_instance(found)
        if postgres.address():  # there may be a daemon already
            serving.be_the_only_one(found, serving.DAEMON, progress())
    runner.sweep(progress())
    command = [sys.executable, "-m", "dagster", "dev", "-m", "orchestration.definitions"]
    os.execv(sys.executable, [*command, "--host", "127.0.0.1", "--port", str(port)])


main.add_command(cli_release.release)
main.add_command(cli_issue.issue)
main.add_command(cli_audit.audit)
main.add_command(cli_findings.findings)
main.add_command(cli_reconcile.reconcile)
main.add_command(cli_revisions.revisions)
main.add_command(cli_serve.serve)

if __name__ == "__main__":
    main()
