"""`petition revisions`: how published figures were revised, and which lean to one side. Thin, as `cli`."""

import click

from ingestion.home import Home
from orchestration.terminal import Context, errors, shared

PAGE = 30
VINTAGES = 6  # columns of a triangle on a terminal; --json has all
LEANING = 0.05


@click.command()
@shared
@click.argument("indicator", required=False)
@click.option("--region", help="行政区划代码或者机构代码；与指标一同写时列出三角表。")
@click.option("--variant", default="project", show_default=True, help="口径；写了指标才用。")
@click.option(
    "--after", "after_days", type=click.IntRange(1), default=90, show_default=True,
    help="与首次公布之后多少天时所说的相比。",
)  # fmt: skip
@click.option(
    "--limit", type=click.IntRange(0), default=PAGE, show_default=True,
    help="至多列几个单位；0 为全部。",
)  # fmt: skip
def revisions(home, as_json, indicator, region, variant, after_days, limit) -> None:
    """修订：每月的数字首次公布时是多少，后来又说是多少；一个单位的修订是否偏向一边。

    不写地区时按单位列平均修订，偏向一边的在前；写指标和地区时列三角表：一行一个月，一列一次公布。
    补报、更正会使数字修订，这是常事；总向一边修订的，请先看首次公布时缺了谁、其后改了什么。
    """
    from publication import revisions as told
    from publication.statistics import revisions as statistics

    context = Context(Home.find(home), as_json)
    with errors():
        revised = told.revised(
            context.home, indicator, variant if indicator else None, region, after_days
        )
        found = statistics.leaning(revised)
        tellings = told.triangle(context.home, indicator, variant, region) if indicator and region else None  # fmt: skip
    found = found.assign(leaning_flag=found["q_value"] <= LEANING)
    order = ["leaning_flag", "n", *statistics.UNIT]
    found = found.sort_values(order, ascending=[False, False, *[True] * 4], ignore_index=True)
    record = {"after_days": after_days, "units": _records(found)}
    if tellings is not None:
        record["tellings"] = _records(tellings)
    context.emit(record, lambda: _show(record, tellings, limit))


def _records(frame) -> list[dict]:
    whole = frame.astype(object)
    return whole.where(whole.notna(), None).to_dict("records")


def _show(record: dict, tellings, limit: int) -> None:
    from publication.statistics.revisions import MINIMUM_N

    units = record["units"]
    if tellings is not None:
        _show_triangle(tellings)
    if not units:
        click.echo(
            f"还没有可比的：一个月要在月终后两个月之内首次公布，其后再有 {record['after_days']} 天，才说得上修订。"
        )
        return
    leaning = sum(bool(u["leaning_flag"]) for u in units)
    click.echo(
        f"首次公布后 {record['after_days']} 天与首次公布相比，{len(units):,} 个单位和指标中 {leaning:,} 个偏向一边"
        f"（可比不足 {MINIMUM_N} 个月的不检验）。"
    )
    _show_units(units[:limit] if limit else units)
    if limit and len(units) > limit:
        click.echo(f"只列前 {limit} 个，共 {len(units):,} 个；全部：加 --limit 0，或 --json。")


def _show_units(units: list[dict]) -> None:
    from rich.console import Console
    from rich.table import Table

    heads = (
        "指标",
        "口径",
        "地区或机构",
        "月数",
        "平均修订",
        "平均绝对修订",
        "上调",
        "下调",
        "校正后 p",
        "偏向",
    )
    shown = Table(*heads)
    for u in units:
        leans = ("上" if u["mean_revision"] > 0 else "下") if u["leaning_flag"] else ""
        shown.add_row(
            u["indicator_code"], u["variant"], u["area_code"], f"{u['n']:,}",
            _signed(u["mean_revision"]), _plain(u["mean_absolute_revision"]),
            f"{u['up_count']:,}", f"{u['down_count']:,}", _chance(u["q_value"]), leans,
        )  # fmt: skip
    Console().print(shown)


def _show_triangle(tellings) -> None:
    from rich.console import Console
    from rich.table import Table

    vintages = sorted(tellings["as_of"].unique())[-VINTAGES:]
    said = {(r.period, r.as_of): r for r in tellings.itertuples()}
    shown = Table(
        "月份", *(f"{v:%y-%m-%d}" for v in vintages), title="一行一个月，一列一次公布；空的：没有变"
    )
    for period in sorted(tellings["period"].unique()):
        shown.add_row(period, *(_cell(said.get((period, v))) for v in vintages))
    Console().print(shown)


def _cell(telling) -> str:
    from orchestration.display import STATUS

    if telling is None:
        return ""
    if telling.value != telling.value:  # nan: held, hidden or gone
        return STATUS.get(telling.status_code, "—")
    return _plain(telling.value)


def _plain(value) -> str:
    return "" if value is None else f"{value:,.4g}"


def _chance(value) -> str:
    return "" if value is None else f"{value:.3f}"


def _signed(value) -> str:
    return "" if value is None else f"{value:+,.3g}"
