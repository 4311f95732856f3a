"""`petition template`: which ledgers there are, and the workbook that an office fills in for one.

Writes only where it is told, never into landing, and over nothing unless asked to.
"""

import difflib
import re
from pathlib import Path

import click

from ingestion import template, template_book
from ingestion.contract import Contract, load_contracts
from ingestion.durable import replace_file, write_synced
from ingestion.errors import HouseError
from ingestion.home import Home
from ingestion.mapping import References
from ingestion.text import plain

NEAREST = 3


def answer(home: Home, ledger: str | None, out: Path | None, whole: bool, force: bool) -> dict:
    """Do what the command line says: one ledger, the `whole` of them into a folder, or list them.

    Raises click.UsageError for words that do not go together, HouseError for what cannot be done.
    """
    if whole and out and not ledger:
        return every(home, out, force)
    if ledger and not whole:
        return one(home, ledger, out, force)
    if whole or out or force:
        raise click.UsageError(
            "请写 LEDGER（可加 --out 文件），或 --all --out 目录；都不写则列出。"
        )
    return listing(home)


def listing(home: Home) -> dict:
    """Return every ledger that a template can be had for."""
    return {
        "ledgers": [
            {
                "contract": contract.id,
                "ledger": contract.ledger,
                "label": contract.label,
                "told": contract.told,
                "key": _key(contract),
                "shipped": contract.shipped,
            }
            for contract in _contracts(home).values()
        ]
    }


def one(home: Home, ledger: str, out: Path | None, force: bool) -> dict:
    """Write the template of one ledger into a file, or into a folder that is there."""
    contract = _named(ledger, _contracts(home))
    target = out or Path()
    if target.is_dir():
        target /= file_name(contract)
    if target.suffix.lower() != ".xlsx":
        raise HouseError(f"模板是工作簿，{target.name} 不以 .xlsx 结尾。请改文件名。")
    if not target.absolute().parent.is_dir():
        raise HouseError(
            f"没有 {target.parent} 这个目录，写不了 {target}。请先建目录，或换个位置。"
        )
    return _write(home, {target: contract}, force)


def every(home: Home, folder: Path, force: bool) -> dict:
    """Write the template of every ledger into a folder, which is made if it is not there."""
    check_place(home, folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise HouseError(f"建不了目录 {folder}：{error.strerror}。请换个位置。") from None
    targets = {folder / file_name(c): c for c in _contracts(home).values()}
    return _write(home, targets, force)


def file_name(contract: Contract) -> str:
    """Return the name of a template's file, which no other contract's has."""
    return re.sub(r'[\\/:*?"<>|\s]', "_", f"{contract.label}_{contract.id}.xlsx")


def _contracts(home: Home) -> dict[str, Contract]:
    """Return the contracts by id; a home's own stands for a shipped one of the same id."""
    return {contract.id: contract for contract in load_contracts(home.contracts)}


def _named(ledger: str, contracts: dict[str, Contract]) -> Contract:
    """Return the contract of an id, a ledger or a Chinese name, a home's own before a shipped one."""
    if ledger in contracts:
        return contracts[ledger]
    own_first = sorted(contracts.values(), key=lambda c: c.shipped)
    for contract in own_first:
        if ledger == contract.ledger or plain(ledger) == plain(contract.label):
            return contract
    near = _nearest(ledger, own_first)
    raise HouseError(
        f"没有台账「{ledger}」，最接近的是 {'、'.join(f'《{c.label}》（{c.id}）' for c in near)}。"
        "请改正名称；petition template 列出全部台账。"
    )


def _nearest(ledger: str, contracts: list[Contract]) -> list[Contract]:
    def likeness(contract: Contract) -> float:
        names = (contract.id, contract.label)
        return max(difflib.SequenceMatcher(None, ledger.lower(), n).ratio() for n in names)

    return sorted(contracts, key=likeness, reverse=True)[:NEAREST]


def check_place(home: Home, target: Path) -> None:
    """Raise HouseError for a place in landing: a form that is not filled in would be taken for a nil return."""
    if target.resolve().is_relative_to(home.landing.resolve()):
        raise HouseError(
            f"{target} 在 landing/ 下，空的模板会被当作零报收下。请写到别处，填好再放进来。"
        )


def _write(home: Home, targets: dict[Path, Contract], force: bool) -> dict:
    """Write all or, when one may not be written, none."""
    for target in targets:
        check_place(home, target)
        if target.is_dir() or (not force and (target.exists() or target.is_symlink())):
            raise HouseError(
                f"{target} 已有，没有写任何文件。请以 --out 换个位置，或加 --force 覆盖。"
            )
    references = References.of(home)
    written = []
    for target, contract in targets.items():
        content = template_book.workbook(contract, references)
        try:
            (replace_file if force else write_synced)(target, content)
        except OSError as error:
            raise HouseError(f"写不了 {target}：{error.strerror}。请换个位置。") from None
        written.append(_record(target, contract, references))
    return {"written": written}


def _record(target: Path, contract: Contract, references: References) -> dict:
    return {
        "file": str(target),
        "contract": contract.id,
        "ledger": contract.ledger,
        "label": contract.label,
        "columns": [
            {
                "header": column.header,
                "column": column.field.name,
                "required": column.required,
                "type": column.kind,
                "form": template.form(column, references),
                "values": [*template.choices(column, references)],
            }
            for column in template.columns(contract)
        ],
    }


def _key(contract: Contract) -> list[str]:
    labels = template.labels(contract)
    return [labels[name] for name in contract.key]


def show(found: dict) -> None:
    """Print for people what there is, or what was written."""
    for told in found.get("ledgers", ()):
        own = "" if told["shipped"] else "（本家的契约）"
        click.echo(
            f"  {told['contract']:<24} 《{told['label']}》{own}主键：{'、'.join(told['key'])}"
        )
    if "ledgers" in found:
        click.echo("→ petition template 台账 写出一种的模板，--all --out 目录 写出全部。")
    for told in found.get("written", ()):
        must = sum(column["required"] for column in told["columns"])
        shown = f"{len(told['columns'])} 列，必填 {must} 列"
        click.echo(f"已写出《{told['label']}》的模板（{shown}）：{told['file']}")
    if "written" in found:
        click.echo(
            "→ 写法见工作簿里的「填表说明」；填好后先 petition check 文件，再放进 landing/机构代码/。"
        )
