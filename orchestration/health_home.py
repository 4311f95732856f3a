"""Checks of `petition doctor` on what lies in a home: landing, register, lake, releases, rules.

Reads only. No file name of landing is said: the table may be mailed; `petition status` names them.
Whether every byte of the lake is right is for `petition status --deep`; this looks at names alone.
"""

import stat
import time

from ingestion import door, landing, register, seen
from ingestion.contract import load_contracts
from ingestion.home import Home
from ingestion.mapping import References
from ingestion.reading import is_candidate
from orchestration import access
from orchestration.health import BAD, NOTE, OK, Finding
from publication import release as releases

NOT_DELIVERIES = ("segments", "tombstones", "register")  # folders of the lake that hold no row file


def arriving(home: Home) -> Finding:
    """Files in landing that the next run takes, and those that are not finished yet."""
    waiting = landing.unseen(home)
    growing = 0
    if waiting:
        time.sleep(landing.SETTLE_SECONDS)
        before = {a.path: a.stamp for a in waiting}
        now = {a.path: a.stamp for a in landing.unseen(home)}
        growing = sum(now.get(path) != stamp for path, stamp in before.items())
    halves = [
        p for p in home.landing.rglob("*")
        if p.is_file() and not is_candidate(p) and p.name not in seen.NAMES
    ] if home.landing.exists() else []  # fmt: skip
    text = f"待收 {len(waiting)} 个"
    if growing or halves:
        return Finding(
            "等待收取", NOTE, f"{text}，其中仍在写 {growing} 个；另有半截、隐藏或锁文件 {len(halves)} 个不会收",
            "等传完；半截文件久留的，请报送单位改名或重传",
        )  # fmt: skip
    return Finding("等待收取", OK, text)


def turned_away(home: Home) -> Finding:
    """Files that lie in landing and were not taken: refused, misplaced, of an unknown office."""
    references = References.load(home.rules)
    found = landing.arrivals(home)
    misplaced = sum(not a.office or "/" in (a.hint or "") for a in found)
    unknown = sum(bool(a.office) and a.office not in references.org_regions for a in found)
    refused = {
        (e.record["office_code"], e.record["file_bytes"]): e.record["file_sha256"]
        for e in register.entries(home) if e.record.get("outcome") == "refused"
    }  # fmt: skip
    still = sum(_is_refused(a, refused) for a in found)
    if not misplaced + unknown + still:
        return Finding("没有收的文件", OK, "没有")
    return Finding(
        "没有收的文件", NOTE, f"被拒收仍在 {still} 个，放错位置 {misplaced} 个，单位不在名录 {unknown} 个",
        "petition status 列出文件和改法；改好后原名覆盖即可，旧登记不受影响",
    )  # fmt: skip


def _is_refused(arrival: landing.Arrival, refused: dict) -> bool:
    digest = refused.get((arrival.office, arrival.stamp[0]))
    return digest is not None and arrival.path.is_file() and door.sha256_of(arrival.path) == digest


def unreadable_names(home: Home) -> Finding:
    """Names that are not UTF-8, as archives made on Chinese Windows leave them."""
    every = home.landing.rglob("*") if home.landing.exists() else ()
    bad = sum(not _is_utf8(str(p)) for p in every)
    if bad:
        return Finding(
            "文件名编码",
            BAD,
            f"landing 里有 {bad} 个名字不是 UTF-8",
            "用 convmv -f gb18030 -t utf-8 --notest -r landing 改名",
        )
    return Finding("文件名编码", OK, "全部是 UTF-8")


def _is_utf8(name: str) -> bool:
    return not any("\ud800" <= c <= "\udfff" for c in name)


def registered(home: Home) -> Finding:
    """The register: every number there, times never falling."""
    known = register.entries(home)
    times = [e.recorded_at for e in known]
    if times != sorted(times):
        return Finding("登记簿", BAD, "登记时间有倒退", "从备份恢复 lake/register")
    current = releases.current(home)
    if current and current.manifest["known_to"] > len(known):
        text = (
            f"只有 {len(known)} 号，而当前版计入到第 {current.manifest['known_to']} 号：湖比发布旧"
        )
        return Finding("登记簿", BAD, text, "从同一次备份恢复 lake/ 和 releases/，不要运行")
    return Finding("登记簿", OK, f"{len(known)} 号，不缺号" if known else "还没有登记")


def lake_files(home: Home) -> Finding:
    """What a killed run left in the lake: harmless, never read, but worth knowing of."""
    if not home.lake.exists():
        return Finding("湖中残留", OK, "还没有湖")
    named = {t["path"] for e in register.entries(home) for t in e.ledgers}
    named |= {
        e.record["quarantine"]["path"] for e in register.entries(home) if e.record.get("quarantine")
    }
    temporary = [p for p in home.lake.rglob(".*.tmp")]
    orphans = [
        p for p in home.lake.glob("*/*.parquet")
        if p.parent.name not in NOT_DELIVERIES and p.relative_to(home.lake).as_posix() not in named
    ]  # fmt: skip
    if temporary or orphans:
        return Finding(
            "湖中残留", NOTE,
            f"临时文件 {len(temporary)} 个，没有登记的 Parquet {len(orphans)} 个：中断的运行留下，不计入数字",
            "无需处理：没有登记的不会被读，同号报送时覆盖；没有运行时 .tmp 可删",
        )  # fmt: skip
    return Finding("湖中残留", OK, f"{len(named)} 个文件都有登记")


def published(home: Home) -> Finding:
    """The pointer resolves, and nothing half-made lies beside the releases."""
    current = releases.current(home)
    if current is None:
        return Finding("当前发布", NOTE, "还没有发布过", "petition run")
    if not current.serve.exists():
        return Finding(
            "当前发布",
            BAD,
            f"{current.release_id} 缺 internal/serve.duckdb",
            "从备份恢复 releases/，再 petition release verify",
        )
    text = f"{current.release_id}，统计时点 {current.manifest['as_of']}，计入到第 {current.manifest['known_to']} 号"
    halves = list(home.releases.glob(".*.tmp"))
    if halves:
        return Finding(
            "当前发布",
            NOTE,
            f"{text}；另有未发布成的残留 {len(halves)} 个",
            "无需处理：下一次运行会清去",
        )
    return Finding("当前发布", OK, text)


def readable(home: Home) -> Finding:
    """Who may read what: the internal part and landing are not for everybody, the public part is."""
    current = releases.current(home)
    files = [p for p in current.folder.rglob("*") if p.is_file()] if current else []
    public = [p for p in files if p.is_relative_to(current.folder / "public")]
    internal = [p for p in files if p.is_relative_to(current.folder / "internal")]
    exposed = sum(bool(_mode(p) & stat.S_IRWXO) for p in internal)
    if exposed:
        return Finding(
            "权限",
            BAD,
            f"当前版 internal/ 有 {exposed} 个文件任何人可读",
            f"chmod -R o-rwx {current.folder / 'internal'}",
        )
    group = home.releases.stat().st_gid if current else None
    ungiven = sum(p.stat().st_gid != group for p in internal)
    if ungiven:
        return Finding(
            "权限",
            NOTE,
            f"当前版 internal/ 有 {ungiven} 个文件不属于 releases/ 的属组，分析人员读不到",
            f"把运行的用户加入该组，再 chgrp -R {group} {current.folder}",
        )
    hidden = sum(not _mode(p) & stat.S_IROTH for p in public)
    if hidden:
        return Finding(
            "权限",
            NOTE,
            f"当前版 public/ 有 {hidden} 个文件读者读不到",
            f"chmod -R o+rX {current.folder / 'public'}",
        )
    open_folders = access.exposed(home)
    if open_folders:
        names = "、".join(f"{p.name}/" for p in open_folders)
        return Finding(
            "权限",
            NOTE,
            f"{names} 任何人可进：原件中有姓名和正文，其余有未经核验的行",
            f"chmod o-rwx {' '.join(map(str, open_folders))}",
        )
    return Finding("权限", OK, "internal 和原件只给所属组，public 全员可读")


def _mode(path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def definitions(home: Home) -> Finding:
    """The home's rules and contracts load as the next run will load them."""
    references, contracts = References.load(home.rules), load_contracts(home.contracts)
    own = sum(not c.shipped for c in contracts)
    offices = len(references.org_regions)
    text = f"机构 {offices} 个，契约 {len(contracts)} 份（本家 {own} 份）"
    return Finding("规则与契约", OK, text)
