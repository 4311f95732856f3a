"""`petition release …`: the commands about what was published. Thin, as `cli`."""

import sys
from pathlib import Path

import click

from ingestion.home import Home
from orchestration.exits import BAD_INPUT
from orchestration.terminal import Context, errors, progress, shared


@click.group()
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


@release.command("sign")
@shared
@click.argument("release_id", required=False)
@click.option("--by", required=True, help="由谁签名。")
@click.option(
    "--key", type=click.Path(path_type=Path), required=True,
    help="Ed25519 私钥（PEM，在家目录之外，只有自己能读）。",
)  # fmt: skip
def release_sign(home, as_json, release_id: str | None, by: str, key: Path) -> None:
    """给一版的清单作数字签名；不写版号为当前版。verify 随后核对，公钥放在 家目录/keys/。"""
    from publication import signatures
    from publication.release import load

    context = Context(Home.find(home), as_json)
    with errors():
        told = signatures.sign_release(context.home, load(context.home, release_id), by, key)
    context.emit(told, lambda: click.echo(f"{told['release_id']} 已由 {told['said_by']} 签名。"))


@release.command("attack")
@shared
@click.argument("release_id", required=False)
@click.option("--width", type=float, default=3, show_default=True, help="区间窄于此数就算推得出。")
def release_attack(home, as_json, release_id: str | None, width: float) -> None:
    """扮作局外人，由一版和此前各版的公开件推它隐去的数字；推得出的列出哪些、怎样推出、区间多宽，退出码为 1。"""
    from publication.disclosure import judging
    from publication.release import load

    context = Context(Home.find(home), as_json)
    with errors():
        found = judging.judge_published(context.home, load(context.home, release_id), width)
    record = {
        "hidden": found.hidden_count,
        "narrow": len(found.narrow),
        "said": judging.described(found),
    }
    counted = (
        f"隐去的 {record['hidden']} 个数字中，{record['narrow']} 个推得出（区间窄于 {width:g}）。"
    )
    context.emit(record, lambda: click.echo("\n".join([counted, *record["said"]])))
    if record["narrow"]:
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
