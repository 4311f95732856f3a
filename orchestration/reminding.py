"""The daily reminder as `petition reminders` prints it and the offices' outboxes have it.

Belongs here: who is told, where the lists lie, how they are shown. What is in them: `publication.reminders`.
"""

from rich.console import Console
from rich.table import Table

from ingestion.contract import load_contracts
from ingestion.durable import replace_file
from ingestion.home import Home
from publication import release as releases
from publication.reminders import CLOCKS, STATES, Reminders, gather, workbook

NAME = "提醒.xlsx"
SHOWN = 40


def labels(home: Home) -> dict[str, str]:
    """Return the names of the ledgers, the home's own among them."""
    return {c.ledger: c.label for c in load_contracts(home.contracts)}


def owed(home: Home) -> list[dict]:
    """Return which ledgers are owed by whom, as the current release knows."""
    return record(home)["owed"]


def record(home: Home, office: str | None = None, written: bool = False) -> dict:
    """Return the reminders of the current release, of one organ or of all; `written`: and put the lists into the
    outboxes. Raises ReleaseError without a release.
    """
    found = write(home) if written else gather(releases.load(home, None))
    named = labels(home)
    kept = [
        [row for row in rows if office in (None, row["org_code"])]
        for rows in (found.open_counts, found.owed)
    ]
    owed = [row | {"ledger_name": named.get(row["ledger"], row["ledger"])} for row in kept[1]]
    said = {"release_id": found.release_id, "as_of": found.as_of, "open": kept[0], "owed": owed}
    return said | ({"written": len(found.lists)} if written else {})


def write(home: Home) -> Reminders:
    """Put the list of each office into its outbox, in the place of the one before; take away those of offices
    that have nothing open any more. The same release writes the same bytes.
    """
    found, named = gather(releases.load(home, None)), labels(home)
    for told in found.lists:
        path = home.outbox / told.office / NAME
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, workbook(told, named))
    standing = {told.office for told in found.lists}
    for path in home.outbox.glob(f"*/{NAME}"):
        if path.parent.name not in standing:
            path.unlink()
    return found


def show(found: dict) -> None:
    """Print the reminders for people."""
    console = Console()
    shown = Table(
        "单位", "期限", "状态", "到期之日", "数目", title=f"日提醒（统计时点 {found['as_of']}）"
    )
    for row in found["open"][:SHOWN]:
        clock, unit = CLOCKS[row["clock_code"]]
        day = str(row["due_date"] or f"最早 {row['first_due_date']}")
        shown.add_row(
            row["org_name"], clock, STATES[row["state_code"]], day, f"{row['open_count']} {unit}"
        )
    if found["open"]:
        console.print(shown)
    if len(found["open"]) > SHOWN:
        console.print(
            f"另有 {len(found['open']) - SHOWN} 行，用 --office 看一个单位，用 --json 看全部。"
        )
    show_owed(found["owed"])
    if not found["open"]:
        console.print("七日内没有到期的，也没有过期未了的。")
    if "written" in found:
        console.print(f"已写进 {found['written']} 个单位的 outbox/<单位>/{NAME}。")


def show_owed(owed: list[dict]) -> None:
    """Print which ledgers are owed by whom."""
    if owed:
        Console().print(f"欠报 {len(owed)} 期：")
    for row in owed[:SHOWN]:
        Console().print(
            f"  {row['org_name']} {row['ledger_name']} {row['period_start_date']} 至 {row['period_end_date']}，"
            f"应于 {row['due_date']} 前报到",
            soft_wrap=True, markup=False, highlight=False,
        )  # fmt: skip
    if len(owed) > SHOWN:
        Console().print(f"  另有 {len(owed) - SHOWN} 期，用 petition reminders --json 看全部。")
