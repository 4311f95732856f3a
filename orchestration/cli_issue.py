"""`petition issue …`: the commands about periodic issues. Thin, as `cli`."""

from datetime import timedelta

import click

from ingestion import clock
from ingestion.home import Home
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
