"""`petition worklist`: the names that no list knows yet, and who is to say what they mean.

Reads the register and the answers in the lake; stand-ins, codes and places only. Of each stand-in:
how many rows, told by whom, where it stands first, and which codes it may be.
"""

import click

from ingestion import in_force, register
from ingestion.home import Home
from ingestion.linkage import VARIABLE
from ingestion.mapping import UNKEYED, References
from ingestion.stored import Places

ANSWERS = "name_mappings"
ROLES = {"organisation": "机构", "region": "地区", "category": "内容分类"}
SHOWN = 40


def gather(home: Home, office: str | None = None) -> dict:
    """Return the unanswered stand-ins of the deliveries in force, the most rows first.

    `office`: only what this office told. Raises LakeError when an answer's file is not there.
    """
    known = register.entries(home)
    gone = in_force.withdrawn(known)
    standing = [entry for entry in known if entry.sequence not in gone]
    answered = _answered(home, standing)
    found: dict[tuple[str, str], dict] = {}
    for entry in standing:
        if office in (None, entry.record["office_code"]):
            for told in entry.ledgers:
                for name in told.get("unmapped_names", ()):
                    if (name["role"], name["stand_in"]) not in answered:
                        _add(found, entry, told["ledger"], name)
    references = References.of(home)
    items = [_named(item, references) for item in found.values()]
    return {
        "key_id": references.key.key_id if references.key else None,
        "items": sorted(items, key=lambda i: (-i["rows"], i["role"], i["stand_in"])),
    }


def _answered(home: Home, standing: list[register.Entry]) -> set[tuple[str, str]]:
    """Return (role, stand-in) of every row of the mapping ledger in force."""
    answers, places = set(), Places(home)
    for entry in standing:
        for told in entry.ledgers:
            if told["ledger"] == ANSWERS and told["loaded"]:
                table = places.table(entry.sequence, told).select(["role_code", "stand_in"])
                answers |= set(zip(*(c.to_pylist() for c in table.columns), strict=True))
    return answers


def _add(found: dict, entry: register.Entry, ledger: str, name: dict) -> None:
    first = {
        "role": name["role"],
        "stand_in": name["stand_in"],
        "offices": [],
        "rows": 0,
        "first": {
            "delivery": entry.sequence,
            "ledger": ledger,
            "field": name["field"],
            "sheet": name["sheet_no"],
            "row": name["row_no"],
        },
        "candidates": [],
    }
    item = found.setdefault((name["role"], name["stand_in"]), first)
    item["rows"] += name["count"]
    if entry.record["office_code"] not in item["offices"]:
        item["offices"].append(entry.record["office_code"])
    item["candidates"] += [c for c in name["candidates"] if c not in item["candidates"]]


def _named(item: dict, references: References) -> dict:
    names = references.names(item["role"])
    offered = [{"code": c, "name": names.get(c, c)} for c in item["candidates"]]
    return item | {"candidates": offered}


def show(found: dict) -> None:
    """Print the worklist for people, and what to do with it."""
    if not found["items"]:
        click.echo("没有待对照的名称。")
        return
    keyed = [item for item in found["items"] if item["stand_in"] != UNKEYED]
    unkeyed = sum(item["rows"] for item in found["items"] if item["stand_in"] == UNKEYED)
    if keyed:
        rows = sum(item["rows"] for item in keyed)
        click.secho(f"待对照的名称 {len(keyed)} 个，涉及 {rows} 行（重报的重复计入）：", bold=True)
    for item in keyed[:SHOWN]:
        _show_item(item)
    if len(keyed) > SHOWN:
        click.echo(f"  另有 {len(keyed) - SHOWN} 个，用 --json 看全部。")
    if keyed:
        click.echo(
            "→ 按报送号、表、行在原文件中找到名称，由报送单位报一份《名称对照台账》："
            "种类、名称（或代称）、代码，另可写生效、失效日期。"
        )
    if unkeyed:
        click.echo(
            f"→ 有 {unkeyed} 行的名称收入时没有配置关联钥匙，代称分不出彼此，不能逐个对照；"
            f"请以 {VARIABLE} 指明钥匙文件，再撤回并重报这些报送。"
        )
    if found["key_id"] is None:
        click.echo(f"→ 现在没有配置关联钥匙（{VARIABLE}），名称对照台账收不了。")


def _show_item(item: dict) -> None:
    first = item["first"]
    place = f"报送号 {first['delivery']} 第{first['sheet']}个工作表 第{first['row']}行"
    offered = "、".join(f"{c['code']} {c['name']}" for c in item["candidates"]) or "没有相近的"
    click.echo(f"  {ROLES[item['role']]} {item['stand_in']}：{item['rows']} 行，{place}")
    click.echo(f"    报送单位 {'、'.join(item['offices'])}；候选：{offered}")
