"""The home's long life from the command line: joining, erasing, and looking whether all is whole.

Belongs here: the writer's lock around the lake's own upkeep, what releases have to do with it, and how
it is printed. The work itself is done in `ingestion.segments`, `ingestion.purge`, `ingestion.inspection`.
"""

import json
from collections.abc import Callable
from contextlib import contextmanager

import click

from ingestion import inspection, purge, segments
from ingestion.home import Home
from ingestion.inspection import WRONG, Finding
from orchestration import writer
from publication import notices
from publication import release as releases

Say = Callable[[str], None]
SHOWN = 200  # findings listed for people; all of them in JSON


@contextmanager
def _writing(home: Home, owner: str, say: Say):
    writer.hold(home, owner, say)
    try:
        yield
    finally:
        writer.release(home)


def compact(home: Home, before: str | None, say: Say) -> dict:
    """Join the closed months under the writer's lock; see `segments.compact`."""
    with _writing(home, "petition compact", say):
        return segments.compact(home, before, say)


def show_compaction(report: dict) -> None:
    """Print what a compaction joined."""
    for done in report["segments"]:
        click.echo(
            f"{done['ledger']} {done['month']}：{done['files']} 个文件并为一个，{done['rows']} 行，逐行核对相同"
        )
    for left in report["skipped"]:
        click.echo(f"{left['ledger']} {left['month']}：没有合并，{left['why']}")
    if report["removed"]:
        click.echo(f"移去此前中断留下的文件 {report['removed']} 个")
    if not (report["segments"] or report["skipped"] or report["removed"]):
        click.echo(f"{report['before']} 之前的月份没有可合并的文件。")


def intention(home: Home, sequence: int, ledger: str, column: str, reason: str) -> str:
    """Return in words what a purge would do. Raises PurgeError when it may not be done."""
    purge.check_reason(reason)
    told = purge.check(home, sequence, ledger, column)
    return (
        f"将把第 {sequence} 号报送的台账 {ledger} 共 {told['loaded']} 行的列 {column} 永久清空，不能恢复；"
        "并清空 work/ 中的工作库、候选版和副本（可重建）。"
        "清除记录永久保留，事由中不要写个人信息。"
    )


def erase(home: Home, sequence: int, ledger: str, column: str, reason: str, say: Say) -> dict:
    """Purge under the writer's lock; adds `releases`, those that still hold rows of the delivery."""
    with _writing(home, "petition purge-delivery", say):
        done = purge.purge(home, sequence, ledger, column, reason)
    holding = [
        r.release_id for r in releases.list_releases(home) if r.manifest["known_to"] >= sequence
    ]
    return done | {"sequence": sequence, "ledger": ledger, "column": column, "releases": holding}


def show_erasure(done: dict) -> None:
    """Print what a purge did, and where the value may still be."""
    what = f"第 {done['sequence']} 号报送 {done['ledger']} 的列 {done['column']}"
    if done["completed"]:
        earlier = done["completed"]
        click.echo(
            f"先做完了中断的清除：第 {earlier['sequence']} 号 {earlier['ledger']} 的 {earlier['column']}"
        )
    if done["tombstone"]:
        number = done["tombstone"]["number"]
        click.echo(
            f"{what} 已清空，清除记录第 {number} 号；work/ 已清空，下次 petition run 由湖重建。"
        )
    elif done["changed"]:
        click.echo(f"{what} 早已清除，旧文件被恢复过，现已重新清除。")
    else:
        click.echo(f"{what} 早已清除，湖中没有可再清除的值。")
    if done["releases"]:
        click.echo("以下各版的内部件建于该报送之后，仍含它的行（公开件不含单行）：")
        for release_id in done["releases"]:
            click.echo(f"  {release_id}")
        click.echo("这些版以后核验时会说明该列已清除；是否一并处理，由保管单位按规定决定。")
    click.echo(
        "landing/ 中的原件和以前的备份不在此列，请按保存规则另行处理；同样内容再报即再入湖。"
    )


def deep(home: Home, say: Say) -> dict:
    """Look whether lake and releases are whole; `whole` is false when anything is wrong."""
    found, counts = inspection.inspect(home, say)
    entries = counts["deliveries"]
    published, about = _releases(home, entries, say)
    found += about
    return {
        "home": str(home.root),
        "whole": not any(f.severity == WRONG for f in found),
        **counts,
        "releases": published,
        "findings": [f.__dict__ for f in found],
    }


def _releases(home: Home, last: int, say: Say) -> tuple[int, list[Finding]]:
    """Compare every release with its manifest; return how many, and what is wrong."""
    try:
        published = releases.list_releases(home)
        current = releases.current(home)
    except (releases.ReleaseError, json.JSONDecodeError, KeyError):
        text = "有一版的清单残缺，或指针 current.json 指向不存在的一版"
        return 0, [Finding(WRONG, "发布", text, "请从备份恢复 releases")]
    found = []
    for number, release in enumerate(published, start=1):
        say(f"核对发布 {number}/{len(published)} {release.release_id}")
        found += _release(home, release, last)
    gone = notices.names(home.withdrawn) | notices.names(home.pruned)
    if current is None and any(r.release_id not in gone for r in published):
        remedy = "运行 petition run 重新指向，或从备份恢复 releases/current.json"
        found.append(Finding(WRONG, "发布", "有发布而没有当前版指针", remedy))
    return len(published), found


def _release(home: Home, release: releases.Release, last: int) -> list[Finding]:
    place, restore = f"发布 {release.release_id}", f"请从备份恢复 releases/{release.release_id}"
    found = []
    for name in releases.altered(home, release):
        there, pinned = (release.folder / name).exists(), name in release.manifest["files"]
        state = "与清单的校验值不符" if there and pinned else "不在清单中" if there else "缺失"
        found.append(Finding(WRONG, place, f"{name} {state}", restore))
    pruned = notices.read(home.pruned, release.release_id) is not None
    if not (pruned or release.serve.exists()):
        found.append(Finding(WRONG, place, "internal/serve.duckdb 缺失", restore))
    if release.manifest["known_to"] > last:
        text = f"计入到第 {release.manifest['known_to']} 号，而登记簿只有 {last} 号"
        found.append(Finding(WRONG, place, text, "登记簿末尾丢失，请从备份恢复 lake"))
    return found


def show_deep(report: dict) -> None:
    """Print what a deep look found."""
    click.echo(
        f"家目录 {report['home']}：核对报送 {report['deliveries']} 号、文件 {report['files']} 个、"
        f"合并件 {report['segments']} 个、清除记录 {report['tombstones']} 个、发布 {report['releases']} 版"
    )
    for found in report["findings"][:SHOWN]:
        mark = "错误" if found["severity"] == WRONG else "注意"
        click.echo(f"[{mark}] {found['place']}：{found['text']} → {found['remedy']}")
    if len(report["findings"]) > SHOWN:
        click.echo(f"另有 {len(report['findings']) - SHOWN} 条，用 --json 看全部。")
    click.echo("全部完好。" if report["whole"] else "有不完好之处，处理前请不要删除任何备份。")
