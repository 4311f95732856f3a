"""What people see on a terminal: tables in Chinese. Gathers from releases and the lake; no rules."""

import hashlib
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from rich.console import Console
from rich.table import Table

from ingestion import register
from ingestion.home import Home
from publication import explain as explaining
from publication import release as releases
from publication.printed import percent, ratio

SHOWN = 30
STANDING = {"withdrawn": "已撤回", "pruned": "已精简"}
CAUSES = {"definition": "定义", "data": "数据"}
TIMES = {"mean": 1, "mean_stock": 1, "per_capita": 10_000}
STATUS = {"published": "发布", "held": "暂缓", "suppressed": "隐去"}

HEADLINES = """
    select indicator_name, values.variant, period, area_name, num, den, value, value_low, value_high,
        status_code, reason_text, values.kind_code, unit_name
    from mart_published_values as values
    inner join dim_indicator using (indicator_code, variant)
    where area_kind_code = 'region' and cut_code = 'all' and area_code = ? and period = ?
    order by indicator_name, values.variant
"""
TOP_AREA = """
    select area_code, max(period) as period from mart_published_values
    where area_kind_code = 'region' and period_kind_code = 'year' and den > 0 and cut_code = 'all'
    group by area_code
    order by count(*) desc, (area_code = '000000000000'), area_code limit 1
"""
HELD = """
    select area_name, period, count(*) as figures, min(reason_text) as reason
    from mart_published_values
    where status_code = 'held' and area_kind_code = 'region' and cut_code = 'all'
        and period_kind_code = 'month'
    group by area_name, period order by period, area_name
"""
FAMILIES = {
    "definition": "定义", "arithmetic": "算术", "reconciliation": "上下级", "timing": "时效",
}  # fmt: skip
ANSWERS = {"passed": "通过", "failed": "没有通过", "not_applicable": "不适用"}


def gather(home: Home) -> dict:
    """Return what a run ends with: figures, what is held and why, what was quarantined, where."""
    current = releases.load(home, None)
    with explaining.open_serve(current) as connection:
        top = connection.execute(TOP_AREA).fetchone() or ("000000000000", "")
        headlines = _records(connection.execute(HEADLINES, list(top)))
        held = _records(connection.execute(HELD))
        counts = dict(
            connection.execute(
                "select status_code, count(*) from mart_published_values group by status_code"
            ).fetchall()
        )
    return {
        "release_id": current.release_id,
        "release": str(current.folder),
        "as_of": current.manifest["as_of"],
        "known_to": current.manifest["known_to"],
        "figures": counts,
        "headlines": headlines,
        "held": held,
        "refused": _refusals(home),
        **_row_counts(home),
    }


def _records(cursor) -> list[dict]:
    names = [d[0] for d in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _row_counts(home: Home) -> dict:
    totals = {"read": 0, "loaded": 0, "quarantined": 0, "duplicate": 0}
    reasons: dict[str, int] = {}
    for entry in register.deliveries(home):
        for told in entry.ledgers:
            for name in totals:
                totals[name] += told[name]
        for problem in entry.record["problems"]:
            if problem["severity"] == "quarantine":
                key = f"{problem['code']}（{problem.get('field', '')}）"
                reasons[key] = reasons.get(key, 0) + problem["count"]
    return {"rows": totals, "quarantine_reasons": reasons}


def _refusals(home: Home) -> list[dict]:
    """Return refused deliveries with their reasons; places, no names."""
    from ingestion.problems import Problem

    found = []
    for entry in register.deliveries(home):
        if entry.record["outcome"] != "refused":
            continue
        stored = next(p for p in entry.record["problems"] if p["severity"] == "refuse")
        fields = {k: v for k, v in stored.items() if k != "severity"}
        found.append(
            {
                "delivery": entry.sequence,
                "office": entry.record["office_code"],
                "file": _landed_name(home, entry),
                "text": Problem(**fields).text(),
            }
        )
    return found


def _landed_name(home: Home, entry: register.Entry) -> str:
    """Return where in landing the file of a delivery lies; names stand there and nowhere else."""
    for path in sorted((home.landing / entry.record["office_code"]).rglob("*")):
        if path.is_file() and path.stat().st_size == entry.record["file_bytes"]:
            with path.open("rb") as handle:
                digest = hashlib.file_digest(handle, "sha256").hexdigest()
            if digest == entry.record["file_sha256"]:
                return path.relative_to(home.root).as_posix()
    return "（原件已不在 landing）"


def summary(record: dict, home: Home) -> None:
    """Print the end of a run."""
    console = Console()
    headline = record["headlines"]
    title = f"{headline[0]['area_name']} {headline[0]['period']}年" if headline else "没有数字"
    shown = Table(title=f"{title}（截至 {record['as_of']}，计入到第 {record['known_to']} 次报送）")
    for name in ("指标", "口径", "数字", "分子/分母", "95% 区间", "状态"):
        shown.add_column(
            name, justify="right" if name in ("数字", "分子/分母", "95% 区间") else "left"
        )
    for row in headline:
        shown.add_row(
            row["indicator_name"], row["variant"], number(row), _fraction(row), _interval(row),
            _status(row),
        )  # fmt: skip
    console.print(shown)
    _print_held(console, record)
    rows = record["rows"]
    console.print(
        f"行：读入 {rows['read']} = 装入 {rows['loaded']} + 隔离 {rows['quarantined']} + 重复 {rows['duplicate']}"
    )
    for reason, count in record["quarantine_reasons"].items():
        console.print(f"  隔离 {reason} {count} 处", markup=False)
    if record["quarantine_reasons"]:
        console.print("  逐行的位置和改法：petition check 该文件")
    for refusal in record["refused"]:
        console.print(
            f"  拒收 第 {refusal['delivery']} 号 {refusal['file']} {refusal['text']}",
            markup=False,
        )
    counts = "，".join(f"{STATUS[k]} {v}" for k, v in sorted(record["figures"].items()))
    console.print(f"数字：{counts}")
    console.print(f"发布：{record['release']}", soft_wrap=True)


def _print_held(console: Console, record: dict) -> None:
    if not record["held"]:
        console.print("没有暂缓的数字。")
        return
    shown = Table(title="暂缓发布")
    for name in ("地区", "月份", "数字个数", "原因"):
        shown.add_column(name)
    for row in record["held"][:SHOWN]:
        shown.add_row(row["area_name"], row["period"], str(row["figures"]), row["reason"])
    console.print(shown)


def number(row: dict) -> str:
    """Return a figure as the house prints it: a percentage from its fraction, or what is none with its unit."""
    if row["value"] is None:
        return STATUS[row["status_code"]] if row["status_code"] != "published" else "—"
    if row["kind_code"] == "count":
        return f"{row['value']:.0f} {row['unit_name']}"
    if row["kind_code"] in TIMES:
        return f"{ratio(row['num'], row['den'], TIMES[row['kind_code']])} {row['unit_name']}"
    return f"{percent(row['num'], row['den'])}%"


def _status(row: dict) -> str:
    if row["status_code"] == "published" and row["value"] is None:
        return "期内没有应计入的件"  # a denominator of 0 is a statement, a rate is not
    return " ".join(filter(None, (STATUS[row["status_code"]], row["reason_text"])))


def _fraction(row: dict) -> str:
    if row["num"] is None or row["kind_code"] == "count":
        return ""
    return f"{row['num']:.0f}/{row['den']:.0f}"


def _interval(row: dict) -> str:
    if row["value_low"] is None or row["value"] is None:
        return ""
    return f"{100 * row['value_low']:.1f}–{100 * row['value_high']:.1f}"


def explanation(
    found: explaining.Explanation, release_id: str, rows_file: Path | None, audited: list[str]
) -> None:
    """Print a figure down to its rows, and what second looks said of it."""
    console = Console()
    figure, definition = found.figure, found.definition
    shown = figure | {"unit_name": definition["unit_name"]}
    console.print(
        f"[bold]{definition['indicator_name']}（{figure['variant']}）{figure['area_name']} {figure['period']}[/bold]"
    )
    console.print(f"数字 {number(shown)}  {_fraction(shown)}  {figure['reason_text'] or ''}")
    console.print(
        f"定义 {definition['definition_text']}（{definition['legal_basis']}；版本 {definition['definition_version']}）"
    )
    console.print(
        f"时钟 {definition['clock_rule']}；期间 {definition['cohort_rule']}；发布 {release_id}"
    )
    den = "" if figure["kind_code"] == "per_capita" else f"，分母 {found.den:.0f}"
    console.print(f"内部复算（未经隐去，勿外传）：分子 {found.num:.0f}{den}")
    for step in found.funnel:
        console.print(f"  {step['reason_name']}：{step['subject_count']}")
    for check in found.checks:
        family, answer = FAMILIES[check["family_code"]], ANSWERS[check["answer_code"]]
        console.print(f"核对 {family}：{answer}，{check['answer_text']}")
    for said in audited:
        console.print(f"抽查 {said}", soft_wrap=True)
    console.print("\n".join(_places(found.rows)), soft_wrap=True, markup=False, highlight=False)
    console.print(_how_much(found, rows_file), soft_wrap=True, markup=False)


def _places(rows: list[dict]) -> Iterator[str]:
    """Say where the rows of each subject stand, a line for each sheet. No table: it would cut the ids."""
    sheet_of = itemgetter("ledger", "told_by_office_code", "delivery_sequence", "sheet_no")
    for subject, own in groupby(rows, itemgetter("subject_id")):
        yield f"对象 {subject}"
        for (ledger, office, delivery, sheet), there in groupby(own, sheet_of):
            numbers = "、".join(str(row["row_no"]) for row in there)
            yield f"  {ledger}  {office} 第 {delivery} 号 工作表 {sheet} 行 {numbers}"


def _how_much(found: explaining.Explanation, rows_file: Path | None) -> str:
    """Say how much there is, how much of it is shown, and where the rest is to be had."""
    shown, every = len(found.subjects), found.subject_count
    counted = f"共 {every:,} 个对象"
    if found.row_count is not None:
        counted += f"、{found.row_count:,} 行台账"
    page = "全部显示" if shown == every else f"显示前 {shown:,} 个的 {len(found.rows):,} 行台账"
    if rows_file:
        return f"{counted}，{page}；全部行已写入 {rows_file}。"
    if shown == every:
        return f"{counted}，{page}。"
    return f"{counted}，{page}；全部写入文件请用 --rows 文件.csv，多看几个用 --limit 个数（0 为全部）。"


def table(names: list[str], rows: list[tuple]) -> None:
    """Print a query's result."""
    shown = Table(*names)
    for row in rows[:1000]:
        shown.add_row(*("" if v is None else str(v) for v in row))
    Console().print(shown)


def state(home: Home) -> dict:
    """Return how a home stands."""
    from ingestion import landing

    current = releases.current(home)
    known = register.deliveries(home)
    return {
        "home": str(home.root),
        "waiting": len(landing.unseen(home)),
        "deliveries": len(known),
        "last_recorded_at": known[-1].recorded_at.isoformat() if known else None,
        "refused": _refusals(home),
        "release_id": current.release_id if current else None,
        "as_of": current.manifest["as_of"] if current else None,
        **_row_counts(home),
    }


def show_state(found: dict) -> None:
    """Print how a home stands."""
    console = Console()
    rows = found["rows"]
    console.print(f"家目录 {found['home']}", soft_wrap=True)
    console.print(
        f"等待收取 {found['waiting']} 个文件；已登记 {found['deliveries']} 次报送，最近 {found['last_recorded_at'] or '无'}"
    )
    console.print(
        f"行：读入 {rows['read']} = 装入 {rows['loaded']} + 隔离 {rows['quarantined']} + 重复 {rows['duplicate']}"
    )
    for refusal in found["refused"]:
        console.print(
            f"  拒收 第 {refusal['delivery']} 号 {refusal['file']} {refusal['text']}",
            markup=False,
        )
    console.print(f"当前发布 {found['release_id'] or '无'}，统计时点 {found['as_of'] or '无'}")


def releases_table(found: list[dict]) -> None:
    """Print the list of releases."""
    shown = Table("", "版", "统计时点", "计入到", "与上一版不同", "状态")
    for row in found:
        mark = "*" if row["current"] else ""
        shown.add_row(
            mark,
            row["release_id"],
            row["as_of"],
            str(row["known_to"]),
            str(row["restatement_count"]),
            "、".join(text for name, text in STANDING.items() if row[name]),
        )
    Console().print(shown)


def verification(found: dict) -> None:
    """Print what a rebuild showed."""
    console = Console()
    for text in found["purged"]:
        console.print(f"  {text}", markup=False)
    if found["after_purge"]:
        console.print(f"  可由上述清除引起的不同 {len(found['after_purge'])} 处，另计。")
    if found["same"]:
        other = "，其余" if found["after_purge"] else "，"
        what = (
            f"{found['files']} 个文件{other}逐字节相同，服务库逐行相同"
            if found["compared"] == "bytes"
            else f"发布的数字{other}全部相同"
        )
        signed = f"{found['signed']}。" if found["signed"] else ""
        console.print(f"{found['release_id']}：由湖重建，{what}。{signed}{found['note']}")
        return
    said = f"{found['release_id']}：重建后有 {len(found['different'])} 处不同。{found['note']}"
    console.print(said)
    for name in found["different"][:SHOWN]:
        console.print(f"  {name}", markup=False)


def changes(records: list[dict], cut_labels: dict[tuple[str, str], str]) -> None:
    """Print what changed between two releases; `cut_labels`: names of the values of cuts."""
    names = {"added": "新增", "removed": "消失", "status": "状态改变", "restated": "更正"}
    shown = Table(
        "指标",
        "口径",
        "期间",
        "地区或单位",
        "切分",
        "变化",
        "原",
        "新",
        "原因",
        title=f"{len(records)} 个数字不同",
    )
    for r in records[:200]:
        cut = (r["cut_code"], r["cut_value"])
        shown.add_row(
            r["indicator_code"], r["variant"], r["period"], r["area_code"],
            "不分" if r["cut_code"] == "all" else cut_labels.get(cut, r["cut_value"]),
            names[r["change_code"]], _side(r, "old"), _side(r, "new"),
            "、".join(CAUSES[c] for c in r["causes"] or []),
        )  # fmt: skip
    Console().print(shown)


def withdrawal(found: dict) -> None:
    """Print what withdrawing a release did."""
    console = Console()
    console.print(
        f"{found['release_id']} 已于 {found['withdrawn_at']} 撤回：{found['reason']}", markup=False
    )
    if found["current"]:
        console.print(f"当前版是 {found['current']}。")
    else:
        console.print("没有仍有效的版，现在没有当前版。请更正后运行 petition run。")


def pruning(found: dict) -> None:
    """Print which releases retention reduces, or has reduced."""
    console = Console()
    if not found["releases"]:
        console.print("没有到期可精简的版。")
        return
    for release_id in found["releases"]:
        console.print(f"  {release_id}", markup=False)
    size = f"{found['freed_bytes'] / 1e6:.1f} MB"
    count = len(found["releases"])
    if found["done"]:
        console.print(f"已精简 {count} 版，腾出 {size}。清单、规则和发布的数字仍在。")
    else:
        console.print(f"将精简 {count} 版，可腾出 {size}。确实要做请加 --yes。")


def _side(record: dict, side: str) -> str:
    status = record[f"{side}_status_code"]
    if status != "published":
        return STATUS.get(status, "—")
    return f"{record[f'{side}_num']:.0f}/{record[f'{side}_den']:.0f}"
