"""`petition audit`: the audit sample of a release, and what the second looks say of its figures. Thin, as `cli`."""

from pathlib import Path

import click

from ingestion.errors import HouseError
from ingestion.home import Home
from orchestration.terminal import Context, errors, shared

SIZE = 60
LEDGER = "audit_recodes"


@click.group()
def audit() -> None:
    """抽查：从一版发布中随机抽几件，请人不看所记、只凭原件再判一次，得出准确率。

    draw 抽样并写出复核表；复核的单位填好，放进自己的 landing/ 目录；results 列出准确率和误记的方向。
    """


@audit.command()
@shared
@click.argument("indicator")
@click.option("--month", required=True, help="所抽月份，如 2026-03。")
@click.option("--region", help="只在这个地区抽，行政区划代码，12 位；不写为各地。")
@click.option("--variant", default="project", show_default=True, help="口径。")
@click.option(
    "--size", type=click.IntRange(1, 5000), default=SIZE, show_default=True, help="抽多少件。"
)
@click.option("--seed", default="", help="另抽一份时写的任意文字；同一版、同一文字抽得同样的件。")
@click.option("--release", "release_id", default=None, help="哪一版；不写为当前版。")
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="复核表写到这个 xlsx。",
)  # fmt: skip
def draw(home, as_json, indicator, month, region, variant, size, seed, release_id, out) -> None:
    """抽样，并写出复核表：只有抽到的是哪几件和指标的定义，没有库中所记。

    60 件中准确率 95% 时，95% 区间约为 86% 至 98%；要窄一半，须抽四倍。
    """
    from ingestion import template_book
    from ingestion.contract import load_contracts
    from ingestion.durable import write_synced
    from ingestion.mapping import References
    from orchestration import templating
    from publication import audit as auditing
    from publication.release import load

    context = Context(Home.find(home), as_json)
    with errors():
        asked = auditing.Asked(indicator, variant, month, region)
        templating.check_place(context.home, out)
        if out.exists() or not out.absolute().parent.is_dir():
            raise HouseError(f"{out} 已有，或者没有这个目录。请换个位置，或先建目录。")
        release = load(context.home, release_id)
        defined, rows = auditing.draw(release, asked, size, seed)
        contract = next(c for c in load_contracts(context.home.contracts) if c.ledger == LEDGER)
        facts = [
            ("指标", f"{defined['indicator_name']}（{variant}）"),
            ("定义", f"{defined['definition_text']}（{defined['legal_basis']}）"),
            ("时钟", defined["clock_rule"]),
            ("期间", defined["cohort_rule"]),
        ]
        references = References.of(context.home)
        write_synced(out, template_book.workbook(contract, references, rows, facts))
    record = {"release_id": release.release_id, "drawn_count": len(rows), "file": str(out)}
    context.emit(record, lambda: click.echo(
        f"从 {release.release_id} 抽了 {len(rows):,} 件，复核表写在 {out}。"
        "填好「应否计入」「应否算达到」「复核日期」，由复核的单位放进自己的 landing/ 目录。"
    ))  # fmt: skip


@audit.command()
@shared
def results(home, as_json) -> None:
    """复核的结果：复核了几件，与那一版所记相符的几件，不符的使率偏高还是偏低。"""
    from publication import audit as auditing

    context = Context(Home.find(home), as_json)
    with errors():
        found = auditing.results(context.home)
    context.emit({"audits": found}, lambda: _show(found))


def _show(found: list[dict]) -> None:
    if not found:
        click.echo(
            "还没有报来的复核。抽样：petition audit draw 指标 --month 2026-03 --out 复核表.xlsx"
        )
        return
    for row in found:
        click.echo(f"{row['indicator_code']}（{row['variant']}）{row['month']} {said(row)}")


def said(row: dict) -> str:
    """Return what the second looks say of a figure, in a sentence."""
    gone = (
        f"；另有 {row['missing_count']:,} 件那一版中没有（或者那一版已精简），无从比对"
        if row["missing_count"]
        else ""
    )
    if not row["recoded_count"]:
        return f"自 {row['release_id']} 没有可比的{gone}。"
    accuracy, low, high = (
        f"{100 * row[c]:.1f}" for c in ("accuracy", "accuracy_low", "accuracy_high")
    )
    errors_of = ""
    if row["agreed_count"] < row["recoded_count"]:
        errors_of = (
            f"；不符的使率偏高 {row['raising_count']:,} 件、偏低 {row['lowering_count']:,} 件"
        )
    if row["direction_p_value"] is not None and row["direction_p_value"] <= 0.05:
        errors_of += "，偏向一边"
    return (
        f"自 {row['release_id']} 复核 {row['recoded_count']:,} 件，相符 {row['agreed_count']:,} 件，准确率 {accuracy}%"
        f"（95% 区间 {low}–{high}%）{errors_of}{gone}。"
    )
