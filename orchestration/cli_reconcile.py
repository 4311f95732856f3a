"""`petition reconcile`: what two levels tell of the same cases, and what explains the difference. Thin, as `cli`."""

from pathlib import Path

import click

from ingestion.errors import HouseError
from ingestion.home import Home
from orchestration.terminal import Context, errors, shared

PAGE = 30


@click.command()
@shared
@click.option("--month", help="只看这个月的，逐对列出，如 2026-03。")
@click.option(
    "--basis", type=click.Choice(["registered", "passed_on"]),
    help="只看一种：registered 登记在下级的件，passed_on 转送交办给下级的件。",
)  # fmt: skip
@click.option("--upper", help="只看这个上级机构（机构代码），逐对列出。")
@click.option("--lower", help="只看这个下级机构（机构代码），逐对列出。")
@click.option("--cases", "with_cases", is_flag=True, help="列出两边说法不一的每一件。")
@click.option(
    "--rows", type=click.Path(path_type=Path, dir_okay=False), default=None,
    help="把两边说法不一的每一件写入这个 csv，不受 --limit 限制。",
)  # fmt: skip
@click.option("--release", "release_id", default=None, help="哪一版；不写为当前版。")
@click.option(
    "--limit", type=click.IntRange(0), default=PAGE, show_default=True,
    help="逐对、逐件列出时至多几行；0 为全部。",
)  # fmt: skip
def reconcile(home, as_json, month, basis, upper, lower, with_cases, rows, release_id, limit):
    """上下级对账：同一批件，上级报几件，下级报几件，差在哪里；只有没有解释的才要说明。

    不写选项时按月小计；写 --month、--upper 或 --lower 时逐对列出，待说明的在前。
    件数只解释，不调平：没报到、时间、重复、归属、退回都算已说明。
    """
    from publication import reconciliation as told
    from publication.release import load

    context = Context(Home.find(home), as_json)
    asked = told.Asked(month, basis, upper, lower)
    with errors():
        release = load(context.home, release_id)
        if rows and not rows.absolute().parent.is_dir():
            raise HouseError(
                f"没有 {rows.parent} 这个目录，写不了 {rows}。请先建目录，或换个位置。"
            )
        record = {"release_id": release.release_id, "months": told.months(release, asked)}
        record["pairs"] = told.pairs(release, asked) if month or upper or lower else []
        record["cases"] = told.cases(release, asked, limit or None) if with_cases else []
        written = told.write_cases(release, asked, rows.absolute()) if rows else None
    context.emit(record, lambda: _show(record, limit))
    if written is not None:
        click.echo(f"{written} 件写入 {rows}", err=True)


def _show(record: dict, limit: int) -> None:
    if not record["months"]:
        click.echo(f"发布 {record['release_id']}：没有这样的上下级可对。")
        return
    click.echo(_sentence(record["months"]))
    if record["pairs"]:
        _show_pairs(record["pairs"], limit)
    else:
        _show_months(record["months"])
    for case in record["cases"]:
        _show_case(case)
    if not record["pairs"]:
        click.echo("逐对看：加 --month、--upper 或 --lower；逐件看：加 --cases。")


def _sentence(months: list[dict]) -> str:
    from publication.reconciliation import STATES

    counts = {state: sum(m[f"{state}_pair_count"] for m in months) for state in STATES}
    told = "，".join(f"{n:,} 个{STATES[state]}" for state, n in counts.items())
    return f"{sum(counts.values()):,} 个上下级对子（一个月算一个）中，{told}。"


def _show_months(months: list[dict]) -> None:
    from publication.reconciliation import BASES

    heads = ("件", "月份", "一致", "已说明", "待说明", "上级 件", "下级 件", "差", "待说明 件")
    _table(heads, (
        (
            BASES[m["basis_code"]], m["month"], m["agreed_pair_count"], m["explained_pair_count"],
            m["unexplained_pair_count"], m["upper_count"], m["lower_count"], m["difference_count"],
            m["unexplained_case_count"],
        )
        for m in months
    ))  # fmt: skip


def _show_pairs(pairs: list[dict], limit: int) -> None:
    from publication.reconciliation import BASES, PARTS, STATES

    shown = pairs[:limit] if limit else pairs
    _table(("件", "月份", "上级", "下级", "上级报", "下级报", "差", *PARTS.values(), "状态"), (
        (
            BASES[p["basis_code"]], p["month"], p["upper_name"] or p["upper_org_code"],
            p["lower_name"] or p["lower_org_code"], p["upper_count"], p["lower_count"],
            p["difference_count"], *(p[f"{part}_count"] or "" for part in PARTS), STATES[p["state_code"]],
        )
        for p in shown
    ))  # fmt: skip
    if len(shown) < len(pairs):
        click.echo(f"只列前 {len(shown)} 对，共 {len(pairs)} 对；全部：加 --limit 0，或 --json。")


def _show_case(case: dict) -> None:
    from publication.reconciliation import PARTS, SIDES

    part = PARTS.get(case["part_code"], "件数一致")
    who = f"{case['upper_name'] or case['upper_org_code']} / {case['lower_name'] or case['lower_org_code']}"
    click.echo(
        f"{part}　{SIDES[case['side_code']]}　{case['registration_id']}　{case['month']}　{who}"
    )
    for side, name in (("upper", "上级"), ("lower", "下级")):
        if case[f"{side}_delivery_sequence"] is not None:
            click.echo(
                f"    {name}：第 {case[f'{side}_delivery_sequence']} 号报送，第 {case[f'{side}_sheet_no']} 张表"
                f"第 {case[f'{side}_row_no']} 行，{case[f'{side}_recorded_at']} 录入"
            )
    if case["differing_columns"]:
        click.echo(f"    说法不同的列：{case['differing_columns']}")


def _table(heads, rows) -> None:
    from rich.console import Console
    from rich.table import Table

    shown = Table(*heads)
    for row in rows:
        shown.add_row(*(f"{v:,}" if isinstance(v, int) else str(v) for v in row))
    Console().print(shown)
