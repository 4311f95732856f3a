"""The dbt project that a home runs: the shipped project and the home's models, staged and parsed.

Staged in the home's `work` folder, so that an installed package stays read-only, each home keeps its own
parse, and a home's indicator views need no change to the code.
"""

import os
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from ingestion.errors import HouseError
from ingestion.home import Home
from ingestion.warehouse import MEMORY, memory_limit
from orchestration import plain_ledgers

ROOT = Path(__file__).resolve().parent.parent
# the models that name every indicator view, shipped or the home's: they are written when staging
UNIONS = {
    "int_indicator_rows": "indicator_rows",
    "int_indicator_sums": "indicator_sums",
    "int_indicator_delta": "indicator_delta",
}
EMBEDDED = "embedded"  # the profile's output that a home is built with
# seeds ship with the code: their tests run with the project's own tests, not with every build. `generic`:
# dbt excludes with a seed also what reads it, and a singular test of a figure may read a seed
STATIC_TESTS = "path:dbt_project/seeds,resource_type:test,test_type:generic"

OUT_OF_MEMORY = "Out of Memory Error"  # DuckDB's words


class BuildError(HouseError):
    """dbt could not parse or build; the message names the nodes, in Chinese, without values."""


def stage(home: Home) -> Path:
    """Write the home's dbt project where it differs from what is staged; return its folder."""
    wanted = {Path("dbt_project.yml"): (ROOT / "dbt_project.yml").read_bytes()}
    for path in sorted((ROOT / "dbt_project").rglob("*")):
        if path.is_file() and path.suffix in (".sql", ".yml", ".csv"):
            wanted[path.relative_to(ROOT)] = path.read_bytes()
    wanted |= plain_ledgers.models(home)
    for path in sorted(home.models.glob("*")) if home.models.exists() else ():
        if path.suffix in (".sql", ".yml"):
            wanted[Path("dbt_project/models/indicators/home") / path.name] = path.read_bytes()
    views = sorted(p.stem for p in wanted if _is_indicator(p))
    for model, macro in UNIONS.items():
        path = Path("dbt_project/models/intermediate") / f"{model}.sql"
        wanted[path] = f"{{{{ {macro}({views}) }}}}\n".encode()
    for path in home.dbt.rglob("*") if home.dbt.exists() else ():
        relative = path.relative_to(home.dbt)
        if (
            path.is_file()
            and relative.parts[0] not in ("target", "logs")
            and relative not in wanted
        ):
            path.unlink()
    for relative, content in wanted.items():
        target = home.dbt / relative
        if not target.exists() or target.read_bytes() != content:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
    return home.dbt


def _is_indicator(path: Path) -> bool:
    return path.suffix == ".sql" and path.stem.startswith("ind_") and "indicators" in path.parts


@contextmanager
def _environment(home: Home, warehouse: Path):
    """Set what the profile reads, for the length of one invocation."""
    values = {
        "PETITION_WAREHOUSE": str(warehouse),
        "PETITION_SPARK": str(home.spark),
        MEMORY: memory_limit(),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DBT_PROFILES_DIR": str(home.dbt / "dbt_project"),
        "DBT_PROJECT_DIR": str(home.dbt),
        "DBT_VERSION_CHECK": "false",
    }
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.__setitem__(name, value)


def _stamp(folder: Path) -> tuple:
    files = [p for p in (folder / "dbt_project").rglob("*") if p.is_file()]
    return tuple(sorted((str(p), p.stat().st_mtime_ns, p.stat().st_size) for p in files))


def _aimed(target: str) -> list[str]:
    """Return the words that aim dbt at an engine; each keeps a parse of its own."""
    return [
        "--target",
        target,
        "--target-path",
        "target" if target == EMBEDDED else f"target/{target}",
    ]


@lru_cache(maxsize=4)
def _parsed(folder: Path, stamp: tuple, target: str):
    from dbt.cli.main import dbtRunner

    result = dbtRunner().invoke(["parse", "--quiet", "--log-level-file", "none", *_aimed(target)])
    if not result.success:
        raise BuildError(f"dbt 项目解析失败：{result.exception}")
    return result.result


def manifest(home: Home, target: str = EMBEDDED):
    """Return the parsed manifest of the home's project, kept while its files stay as they are."""
    folder = stage(home)
    with _environment(home, home.warehouse):
        return _parsed(folder, _stamp(folder), target)


def manifest_file(home: Home) -> Path:
    """Return manifest.json of the home's project, parsing only when a staged file changed."""
    folder = stage(home)
    path = folder / "target" / "manifest.json"
    newest = max(stamp[1] for stamp in _stamp(folder))
    if not path.exists() or path.stat().st_mtime_ns < newest:
        manifest(home)
    return path


def release_connections() -> None:
    """Give back DuckDB's file lock, which dbt keeps after an invocation."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    DuckDBConnectionManager.close_all_connections()


def build(
    home: Home,
    select: list[str],
    warehouse: Path | None = None,
    callbacks=(),
    tests=True,
    indirect="eager",
    target: str = EMBEDDED,
):
    """Run `dbt build` in process on a working file; the file's lock is given back whatever happens.

    `indirect` is dbt's indirect selection: `cautious` leaves out tests that also read what the
    selection does not build. Returns dbt's own result; see `failures`.
    """
    from dbt.cli.main import dbtRunner

    kept = manifest(home, target)
    command = ["build", "--quiet", "--log-level", "none", "--no-write-json", *_aimed(target)]
    exclude = ["unit_test"] if tests else ["unit_test", "test"]
    command += [word for kind in exclude for word in ("--exclude-resource-type", kind)]
    command += ["--exclude", STATIC_TESTS, "--indirect-selection", indirect]
    command += ["--select", *select] if select else []
    try:
        with _environment(home, warehouse or home.warehouse):
            result = dbtRunner(manifest=kept, callbacks=list(callbacks)).invoke(command)
    finally:
        release_connections()
    return result


def failures(result) -> list[str]:
    """Return a line for each failed node of a build: its name and status, never its rows."""
    if result.exception is not None:
        text = str(result.exception)  # memory can also end before the first node
        return [_no_memory() if OUT_OF_MEMORY in text else text]
    bad = [r for r in result.result.results if str(r.status) in ("error", "fail", "runtime error")]
    return [f"{r.node.name}：{r.status}（{r.failures or ''}）{_reason(r)}" for r in bad]


def _reason(result) -> str:
    """Return the first line of an error message; data rows are never part of it."""
    message = (result.message or "").strip()
    if OUT_OF_MEMORY in message:
        return _no_memory()
    return message.splitlines()[0] if message else ""


def _no_memory() -> str:
    return f"内存不够：引擎至多用 {memory_limit()}。请加大 {MEMORY}，或换内存更大的机器。"
