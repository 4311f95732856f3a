"""Checks of `petition doctor` on what runs a home: disk, clock, versions, engine files, the network
key, the web interface. Reads only; nothing is made.
"""

import os
import re
import shutil
import sys
import tempfile
import time
from importlib import metadata
from pathlib import Path

import yaml

from ingestion import clock, landing, register
from ingestion.home import Home
from ingestion.linkage import VARIABLE, KeyFileError, network_key
from orchestration import postgres
from orchestration.health import BAD, NOTE, OK, Finding, folder_bytes, size_text
from publication import release as releases

ROOT = Path(__file__).resolve().parent.parent
FLOOR_BYTES = 200_000_000  # staged dbt project, run history and logs of a run on a small home
COMFORT = 3  # runs that should still fit before anybody is told
LOOPBACK = ("127.0.0.1", "localhost", "::1")
DUCKDB_VERSION_AT = slice(
    52, 84
)  # main header of the file format: 8 checksum, DUCK, 8 version, 32 flags


def disk(home: Home) -> Finding:
    """Free space against what the next run needs, estimated from what the last one left."""
    work = home.warehouse.stat().st_size if home.warehouse.exists() else 0
    current = releases.current(home)
    release = folder_bytes(current.folder) if current else 0
    waiting = sum(a.stamp[0] for a in landing.unseen(home))
    need = FLOOR_BYTES + work + 2 * release + 2 * waiting
    free = shutil.disk_usage(home.root).free
    scratch = shutil.disk_usage(tempfile.gettempdir()).free
    text = (
        f"剩 {size_text(free)}，下次运行约需 {size_text(need)}（工作库 {size_text(work)} 重建一遍"
        f"＋候选版和新版 2×{size_text(release)}＋待收文件 2×{size_text(waiting)}"
        f"＋固定 {size_text(FLOOR_BYTES)}）；核验另用临时目录 {size_text(work + release)}，剩 {size_text(scratch)}"
    )
    if free < need or scratch < work + release:
        return Finding(
            "磁盘", BAD, text, "清出空间后再运行；可删 work/ 和 dagster/，不可删 lake/ 和 releases/"
        )
    if free < COMFORT * need:
        return Finding("磁盘", NOTE, text, "近期扩容，或按 docs/runbook.md「磁盘满了」清理")
    return Finding("磁盘", OK, text)


def time_told(home: Home) -> Finding:
    """Whether the clock is the machine's own, and not behind what was already recorded."""
    given = os.environ.get("PETITION_CLOCK")
    zone = "/".join(time.tzname)
    try:
        now = clock.now()
    except ValueError:
        return Finding("时钟", BAD, "PETITION_CLOCK 不是合法的时间", "取消它：unset PETITION_CLOCK")
    known = register.entries(home)
    text = f"北京时间 {now:%Y-%m-%d %H:%M}（系统时区 {zone}，库内一律北京时间）"
    if known and now < known[-1].recorded_at:
        return Finding(
            "时钟", BAD, f"{text}，早于最近一次登记 {known[-1].recorded_at:%Y-%m-%d %H:%M}",
            "先校准系统时间再收文件：否则新报送会全部记为那一刻",
        )  # fmt: skip
    if given:
        return Finding(
            "时钟",
            NOTE,
            f"{text}，由 PETITION_CLOCK 设定",
            "这只供测试，正式运行请 unset PETITION_CLOCK",
        )
    return Finding("时钟", OK, text)


def versions(home: Home) -> Finding:
    """Python and every package against the lock: figures are promised for the locked ones only."""
    told = f"Python {sys.version_info.major}.{sys.version_info.minor}.{sys.version_info.micro}"
    locked = locked_versions(ROOT / "requirements.lock")
    for package in _build_only(ROOT / "requirements-build.in"):
        locked.pop(package, None)
    different = []
    for package, wanted in locked.items():
        try:
            found = metadata.version(package)
        except metadata.PackageNotFoundError:
            found = "未装"
        if found != wanted:
            different.append(f"{package} {found}（应为 {wanted}）")
    if different:
        shown = "、".join(different[:5]) + ("…" if len(different) > 5 else "")
        return Finding(
            "版本",
            BAD,
            f"{told}；{len(different)} 个包与锁文件不同：{shown}",
            "删去 .venv 后重新 make run 装齐",
        )
    if not locked:
        return Finding(
            "版本",
            NOTE,
            f"{told}；没有 requirements.lock，不能核对包",
            "从发行包取回 requirements.lock",
        )
    return Finding("版本", OK, f"{told}；{len(locked)} 个包与锁文件一致")


def locked_versions(lock: Path) -> dict[str, str]:
    """Return package and version of every line of a lock file; empty when there is none."""
    if not lock.exists():
        return {}
    return dict(re.findall(r"^([\w.-]+)==([^\s;\\]+)", lock.read_text("utf-8"), re.MULTILINE))


def _build_only(listed: Path) -> list[str]:
    """Return the packages that build the house and are not needed to run it."""
    return (
        re.findall(r"^[\w.-]+", listed.read_text("utf-8"), re.MULTILINE) if listed.exists() else []
    )


def engine_files(home: Home) -> Finding:
    """The DuckDB files of the home: written by the version that is installed."""
    current = releases.current(home)
    paths = [home.warehouse, *([current.serve] if current else [])]
    installed = "v" + metadata.version("duckdb")
    found = {p.name: written_by(p) for p in paths if p.exists()}
    text = "，".join(f"{n} 由 {v} 写成" for n, v in found.items()) or "还没有"
    if any(v != installed for v in found.values()):
        return Finding(
            "DuckDB 文件",
            NOTE,
            f"{text}；现装 {installed}",
            "删去 work/work.duckdb，下一次运行重建；旧版不动",
        )
    return Finding("DuckDB 文件", OK, text)


def written_by(path: Path) -> str:
    """Return the library version in a DuckDB file's header, read without opening it as a database."""
    with path.open("rb") as handle:
        head = handle.read(DUCKDB_VERSION_AT.stop)
    if head[8:12] != b"DUCK":
        return "（不是 DuckDB 文件）"
    return head[DUCKDB_VERSION_AT].rstrip(b"\0").decode("ascii", "replace")


def key(home: Home) -> Finding:
    """The network's linkage key: a file outside the home that nobody else can read."""
    try:
        found = network_key(home.root)
    except KeyFileError as error:
        return Finding("关联密钥", BAD, str(error), f"改正，或 unset {VARIABLE}")
    if found is None:
        return Finding(
            "关联密钥", NOTE, f"没有设 {VARIABLE}：T2 关联关闭，未对照的名称不能分组",
            "需要时向联席办领取密钥文件，放在家目录之外，chmod 600",
        )  # fmt: skip
    return Finding("关联密钥", OK, f"钥匙号 {found.key_id}，在家目录之外，只有所有者可读")


def interface(home: Home) -> Finding:
    """Dagster's settings as they lie in the home: no telemetry, nothing but loopback."""
    path = home.dagster / "dagster.yaml"
    if not path.exists():
        return Finding("界面与遥测", OK, "还没有运行过；首次运行时写入随库的设定")
    settings = yaml.safe_load(path.read_text("utf-8")) or {}
    remedy = "删去 dagster/dagster.yaml，下一次运行写回随库的设定"
    if (settings.get("telemetry") or {}).get("enabled") is not False:
        return Finding("界面与遥测", BAD, "遥测没有关", remedy)
    open_to = sorted({str(h) for h in _hosts(settings)} - {*LOOPBACK})
    if open_to:
        return Finding("界面与遥测", BAD, f"设定中有本机以外的地址 {'、'.join(open_to)}", remedy)
    if path.read_bytes() != postgres.settings_file().read_bytes():
        return Finding(
            "界面与遥测", NOTE, "dagster.yaml 与随库的不同", "下一次运行会写回随库的设定"
        )
    return Finding("界面与遥测", OK, "遥测关闭，只在本机 127.0.0.1")


def _hosts(node) -> list:
    """Return every value of a key that names a host, however deep."""
    if isinstance(node, list):
        return [h for item in node for h in _hosts(item)]
    if not isinstance(node, dict):
        return []
    own = [
        v for k, v in node.items() if "host" in str(k).lower() and not isinstance(v, dict | list)
    ]
    return own + [h for item in node.values() for h in _hosts(item)]
