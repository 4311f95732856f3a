"""`petition check`: what the door would say of a file, without taking it in.

The file's holder may see its own file, sheet and header names; nothing is stored.
"""

from pathlib import Path

import click

from ingestion import door, in_force, register
from ingestion.contract import load_contracts
from ingestion.home import Home, place
from ingestion.mapping import References
from ingestion.problems import NOTICE, REFUSE, SEVERITIES, Problem

SHOWN = 40


def report(home: Home, path: Path, office: str | None) -> dict:
    """Return what the door says of a file as one record."""
    references = References.of(home)
    sender, hint = _sender(home, path, office, references)
    if sender is None:
        return _record(path, door.FileResult(path, None, 0, problems=[Problem("unknown_office")]))
    tellings = in_force.Tellings(register.entries(home))
    context = tellings.context(sender, references)
    result = door.examine(path, load_contracts(home.contracts), context, hint)
    if result.sha256 and tellings.is_repeat(sender, result):
        result.problems.append(Problem("repeated_delivery"))
    return _record(path, result)


def _sender(home: Home, path: Path, office: str | None, references: References):
    """Return (office, ledger named by the folder): as given, else by the file's place in landing."""
    if office:
        return (office if office in references.org_regions else None), None
    try:
        parts = path.resolve().relative_to(home.landing).parts
    except ValueError:
        return "central-joint", None
    sender, hint, _ = place(parts)
    return (sender if sender in references.org_regions else None), hint


def _record(path: Path, result: door.FileResult) -> dict:
    receipt = result.receipt
    return {
        "file": str(path),
        "refused": result.refused,
        "ledgers": [
            {"ledger": r.contract.ledger, "label": r.contract.label, **r.receipt.__dict__}
            for r in result.ledgers
        ],
        "receipt": receipt.__dict__,
        "problems": [
            {
                **p.stored(),
                "sheet": result.sheet_names.get(p.sheet_no or 0),
                "header": p.shown,
                "text": p.text(),
            }
            for p in result.problems
        ],
    }


def show(reports: list[dict]) -> None:
    """Print reports for people, the worst first."""
    for found in reports:
        verdict = "拒收" if found["refused"] else "可收"
        click.secho(f"{found['file']}：{verdict}", bold=True)
        for told in found["ledgers"]:
            click.echo(
                f"  《{told['label']}》读入 {told['read']} = 装入 {told['loaded']}"
                f" + 隔离 {told['quarantined']} + 重复 {told['duplicate']}，未对照 {told['unmapped']}"
            )
        order = {REFUSE: 0, NOTICE: 2}
        problems = sorted(found["problems"], key=lambda p: order.get(p["severity"], 1))
        for problem in problems[:SHOWN]:
            sheet = f"工作表「{problem['sheet']}」" if problem["sheet"] else ""
            click.echo(f"  [{SEVERITIES[problem['severity']]}] {sheet}{problem['text']}")
        if len(problems) > SHOWN:
            click.echo(f"  另有 {len(problems) - SHOWN} 条，用 --json 看全部。")
