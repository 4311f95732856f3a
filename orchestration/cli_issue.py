"""`petition issue …`: the commands about periodic issues. Thin, as `cli`."""

import sys
from datetime import timedelta
from pathlib import Path

import click

from ingestion import clock
from ingestion.home import Home
from orchestration.exits import BAD_INPUT
from orchestration.terminal import Context, errors, shared

STATES = {
    "printed": "已印发",
    "embargoed": "已作成，未到印发时点",
    "late": "已过截止，还没有覆盖该期的一版",
    "scheduled": "待截止",
}


@click.group()
def issue() -> None:
    """定期的各期：周汇总、半月通报、月考核、季讲评、年报，按发布日历作成、印发。"""


@issue.command("list")
@shared
@click.option("--days", default=60, show_default=True, help="往后看多少天的日历。")
def issue_list(home, as_json, days: int) -> None:
    """发布日历：已印发的、已作成而未到时点的、将要截止的。"""
    from publication import issues

    context, now = Context(Home.find(home), as_json), clock.now()
    with errors():
        found = issues.listing(context.home, now, now + timedelta(days=days))
    context.emit({"issues": found}, lambda: _show(found))


@issue.command("settle")
@shared
def issue_settle(home, as_json) -> None:
    """现在就看一次日历：作成已截止的，放开已到印发时点的；与计划所做的相同。"""
    from publication import issues

    context = Context(Home.find(home), as_json)
    with errors():
        done = issues.settle(context.home, clock.now())
    record = {name: [str(place) for place in places] for name, places in done.items()}
    said = f"作成 {len(done['made'])} 期，放开 {len(done['opened'])} 期。"
    context.emit(record, lambda: click.echo(said))


@issue.command("sign")
@shared
@click.argument("number")
@click.option("--by", required=True, help="由谁签发；印在每一页。")
@click.option(
    "--key", type=click.Path(path_type=Path), default=None,
    help="Ed25519 私钥（PEM，在家目录之外，只有自己能读）；不写就不作数字签名。",
)  # fmt: skip
def issue_sign(home, as_json, number: str, by: str, key: Path | None) -> None:
    """签发一期：NUMBER 是 种类/期/地区（petition issue list 列出）。

    同样的内容去掉“送审稿”，成为不再改动的一版；到印发时点任何人可读，此前仍不放开。
    """
    from publication import editions

    context = Context(Home.find(home), as_json)
    with errors():
        target = editions.sign(context.home, number, by, clock.now(), key)
        left_out = editions.left_out(target)
    said = "\n".join(filter(None, [f"已签发：{target}", left_out]))
    context.emit({"signed": str(target), "left_out": left_out}, lambda: click.echo(said))


@issue.command("correct")
@shared
@click.argument("number")
@click.option("--reason", required=True, help="为什么更正；印在新版首页。")
def issue_correct(home, as_json, number: str, reason: str) -> None:
    """更正已签发的一期：用当前版的数字另作一版送审稿，签发后与原版并存，原版不改。"""
    from publication import editions

    context = Context(Home.find(home), as_json)
    with errors():
        target = editions.correct(context.home, number, reason)
    context.emit({"draft": str(target)}, lambda: click.echo(f"更正的送审稿：{target}"))


@issue.command("render")
@shared
@click.argument("number")
@click.option("--again", is_flag=True, help="用当前版重作待签的送审稿。")
def issue_render(home, as_json, number: str, again: bool) -> None:
    """重作一期：不加 --again 时把已签发的各版重作一遍，与原件逐字节比较，并核对数字签名。"""
    from publication import editions

    context = Context(Home.find(home), as_json)
    with errors():
        if again:
            target = editions.again(context.home, number)
            context.emit({"draft": str(target)}, lambda: click.echo(f"送审稿已重作：{target}"))
            return
        found = editions.verify(context.home, number)
    said = [*found["differing"], *found["notes"]] or ["各版与重作的逐字节相同。"]
    context.emit(found, lambda: click.echo("\n".join(said)))
    if found["differing"]:
        sys.exit(BAD_INPUT)


def _show(found: list[dict]) -> None:
    from rich.console import Console
    from rich.table import Table

    shown = Table("种类", "期", "截止", "印发", "版", "状态")
    for one in found:
        late = "（迟）" if one.get("late_flag") else ""
        shown.add_row(
            one["series_name"], one["period"], one["cut_off_at"][:16].replace("T", " "),
            one["print_at"][:16].replace("T", " "), one["release_id"] or "", STATES[one["state"]] + late,
        )  # fmt: skip
    Console().print(shown)
    for one in found:
        for region, state in (one.get("editions") or {}).items():
            click.echo(f"{one['series_code']}/{one['period']}/{region}　{state}")
