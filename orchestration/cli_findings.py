"""`petition findings`: what the checks of a release ask, of whom, in plain words. Thin, as `cli`."""

import click

from ingestion.home import Home
from orchestration.terminal import Context, errors, shared

SEVERITIES = {"hold": "暂缓", "ask": "请说明"}
PAGE = 30


@click.command()
@shared
@click.option("--check", help="只看这项核查，逐条列出，如 C09。")
@click.option("--office", help="只看问这个机构的（机构代码），逐条列出。")
@click.option("--month", help="只看这个月的，如 2025-04。")
@click.option("--release", "release_id", default=None, help="哪一版；不写为当前版。")
@click.option(
    "--limit", type=click.IntRange(0), default=PAGE, show_default=True,
    help="逐条列出时至多几条；0 为全部。",
)  # fmt: skip
def findings(home, as_json, check, office, month, release_id, limit) -> None:
    """核查的发现：哪些暂缓了数字，哪些请机构说明；只提问，不定性。

    答复：报《核查说明台账》（petition template 核查说明台账），照抄代码、月份、对象；到期再问。
    不写选项时按核查计数；写 --check 或 --office 时逐条列出，暂缓的在前。各项核查的轻重写在 rules/checks.csv。
    """
    from publication import findings as asked
    from publication.release import load

    context = Context(Home.find(home), as_json)
    with errors():
        release = load(context.home, release_id)
        counts = asked.counted(release, check, office, month)
        found = asked.listed(release, check, office, month, limit) if check or office else []
    record = {"release_id": release.release_id, "counts": counts, "findings": found}
    context.emit(record, lambda: _show(record))


def _show(record: dict) -> None:
    from rich.console import Console
    from rich.table import Table

    counts, found = record["counts"], record["findings"]
    if not counts:
        click.echo(f"发布 {record['release_id']}：没有这样的发现。")
        return
    heads = ("代码", "核查", "轻重", "条", "机构", "其中已豁免", "其中已说明")
    shown = Table(*heads, title=f"发布 {record['release_id']} 的发现")
    for one in counts:
        numbers = (
            one["finding_count"], one["office_count"], one["waived_count"], one["explained_count"],
        )  # fmt: skip
        severity = SEVERITIES[one["severity_code"]]
        shown.add_row(one["check_code"], one["check_name"], severity, *(f"{n:,}" for n in numbers))
    Console().print(shown)
    for one in found:
        waived = f"（豁免至 {one['waived_to_date']}）" if one["waived_to_date"] else ""
        waived += f"（已说明，至 {one['explained_to_date']}）" if one["explained_to_date"] else ""
        place = f"{one['org_name'] or one['org_code']}　{one['month']}　{one['subject_id']}"
        click.echo(f"{one['check_code']} {SEVERITIES[one['severity_code']]}　{place}{waived}")
        click.echo(f"    {one['text_zh']}")
    if not found:
        click.echo("逐条看：加 --check 代码 或 --office 机构代码。")
    elif len(found) < sum(one["finding_count"] for one in counts):
        click.echo(f"只列前 {len(found)} 条；全部：加 --limit 0，或 --json。")
