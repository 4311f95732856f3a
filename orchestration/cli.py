"""The `petition` command line: thin; each command calls one room and prints what it says.

Heavy imports happen inside the commands that need them: `check`, `template`, `explain`, `query` and
`release list` start without Dagster, dbt, Great Expectations or scipy.
"""

import os
import sys
from datetime import datetime
from pathlib import Path

import click

from ingestion.errors import HouseError
from ingestion.home import Home
from orchestration import exits
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
    """这个家现在怎样：等待收取的文件、报送与隔离、当前发布的一版。"""
    context = Context(Home.find(home), as_json)
    if deep:
        _status_deep(context)
        return
    from orchestration import display

    with errors():
        found = display.state(context.home)
    context.emit(found, lambda: display.show_state(found))


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
    context.emit(found.__dict__, lambda: display.explanation(found, release.release_id, rows))


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
    "--to", type=click.Path(path_type=Path), default=None,
    help="写入哪个文件；不写为家目录下 work/rebuilt/<版>.duckdb。",
)  # fmt: skip
def rebuild(home, as_json, release_id: str | None, to: Path | None) -> None:
    """由湖按一版的时点和规则重建当时的全部表，写入新文件供查看；不发布。"""
    from orchestration import rebuild as rebuilding
    from publication.release import load

    context = Context(Home.find(home), as_json)
    with errors():
        found = load(context.home, release_id)
        file = rebuilding.keep(context.home, found, to)
    lines = rebuilding.how_to_open(file, found)
    record = {"release_id": found.release_id, "file": str(file), "open": lines}
    context.emit(record, lambda: click.echo("\n".join([f"已重建：{file}", "打开：", *lines])))


@main.group()
def release() -> None:
    """发布的各版：列出、核验、比较、撤回、精简。"""


@release.command("list")
@shared
def release_list(home, as_json) -> None:
    """列出各版，带 * 的是当前版；标明已撤回、已精简的。"""
    from orchestration import display
    from publication import notices
    from publication import release as releases

    context = Context(Home.find(home), as_json)
    with errors():
        now = releases.current(context.home)
        withdrawn = notices.names(context.home.withdrawn)
        pruned = notices.names(context.home.pruned)
        found = [
            {
                "current": now is not None and r.release_id == now.release_id,
                "withdrawn": r.release_id in withdrawn,
                "pruned": r.release_id in pruned,
                **{
                    k: r.manifest[k]
                    for k in ("release_id", "as_of", "known_to", "restatement_count")
                },
            }
            for r in releases.list_releases(context.home)
        ]
    context.emit({"releases": found}, lambda: display.releases_table(found))


@release.command("verify")
@shared
@click.argument("release_id", required=False)
def release_verify(home, as_json, release_id: str | None) -> None:
    """由湖按该版自己的规则在新文件中重建一版，逐字节比较；不同则列出，退出码为 1。"""
    from orchestration import display, verify

    context = Context(Home.find(home), as_json)
    with errors():
        found = verify.verify(context.home, release_id)
    context.emit(found, lambda: display.verification(found))
    if not found["same"]:
        sys.exit(BAD_INPUT)


@release.command("diff")
@shared
@click.argument("old")
@click.argument("new", required=False)
def release_diff(home, as_json, old: str, new: str | None) -> None:
    """两版之间哪些数字变了：新增、消失、状态改变、更正，及原因。不写后一版则与当前版比。"""
    from orchestration import display
    from publication import diff
    from publication.release import load

    context = Context(Home.find(home), as_json)
    with errors():
        before, after = load(context.home, old), load(context.home, new)
        frame = diff.changes(after.folder, before.folder)
        causes = diff.causes(after.folder, before.folder)
        labels = diff.cut_labels(after.folder)
    records = frame.astype(object).where(frame.notna(), None).to_dict("records")
    for record in records:
        key = tuple(record[name] for name in diff.VALUE_KEY)
        record["causes"] = None if causes is None else causes[key]
    context.emit({"changes": records}, lambda: display.changes(records, labels))


@release.command("withdraw")
@shared
@click.argument("release_id")
@click.option("--reason", required=True, help="撤回的原因，公开可读；不要写入个人信息。")
def release_withdraw(home, as_json, release_id: str, reason: str) -> None:
    """撤回一版：留下公告，当前版退回到此前仍有效的一版；原件不动。"""
    from orchestration import display, retiring

    context = Context(Home.find(home), as_json)
    with errors():
        found = retiring.withdraw(context.home, release_id, reason, progress())
    context.emit(found, lambda: display.withdrawal(found))


@release.command("prune")
@shared
@click.option("--keep-days", default=45, show_default=True, help="多少天以内的不动。")
@click.option("--yes", is_flag=True, help="确实精简；不写只列出将精简哪些。")
def release_prune(home, as_json, keep_days: int, yes: bool) -> None:
    """精简旧版：只留清单、规则和发布的数字。当前版、月末版、最新十版不动。"""
    from orchestration import display, retiring

    context = Context(Home.find(home), as_json)
    with errors():
        found = retiring.prune(context.home, keep_days, yes, progress())
    context.emit(found, lambda: display.pruning(found))


@main.command()
@shared
@click.option("--port", default=3000, show_default=True, help="本机端口。")
def ui(home, as_json, port: int) -> None:
    """打开 Dagster 界面（仅本机 127.0.0.1），可在界面上启动运行、开关传感器和夜间计划。"""
    from orchestration import runner

    found = Home.find(home)
    runner.prepare_instance(found)
    runner.sweep(progress())
    command = [sys.executable, "-m", "dagster", "dev", "-m", "orchestration.definitions"]
    os.execv(sys.executable, [*command, "--host", "127.0.0.1", "--port", str(port)])


if __name__ == "__main__":
    main()
