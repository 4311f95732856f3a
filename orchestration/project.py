"""The dbt project that a home runs: the shipped project and the home's models, staged and parsed.

Staged in the home's `work` folder, so that an installed package stays read-only, each home keeps its own
parse, and a home's indicator views need no change to the code.
"""

import hashlib
import os
from collections.abc import Callable, Collection
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

import duckdb
from filelock import FileLock

from ingestion.errors import HouseError
from ingestion.home import Home
from ingestion.warehouse import MEMORY, News, connect, memory_limit, news
from orchestration import code_labels, parses, plain_ledgers, selection, unwritable

ROOT = Path(__file__).resolve().parent.parent
# the models that name every indicator view, shipped or the home's: they are written when staging
UNIONS = {
    "int_indicator_rows": "indicator_rows",
    "int_indicator_delta": "indicator_delta",
}
EMBEDDED = "embedded"  # the profile's output that a home is built with
KEPT_PARSES = 4
_parsed: dict[tuple[str, str], object] = {}  # manifests by the hash of the files and the target

# of a test that could not be asked, dbt keeps the query of the build before
ANSWERED = ("pass", "fail")
OUT_OF_MEMORY = "Out of Memory Error"  # DuckDB's words


class BuildError(HouseError):
    """dbt could not parse or build; the message names the nodes, in Chinese, without values."""


def stage(home: Home) -> Path:
    """Write the home's dbt project where it differs from what is staged; return its folder."""
    _put(home, _files(home))
    return home.dbt


def _files(home: Home) -> dict[Path, bytes]:
    """Return the files of a home's dbt project: where in its folder, and what they say."""
    wanted = _sources(home)
    views = sorted(p.stem for p in wanted if _is_indicator(p))
    for model, macro in UNIONS.items():
        path = Path("dbt_project/models/intermediate") / f"{model}.sql"
        wanted[path] = f"{{{{ {macro}({views}) }}}}\n".encode()
    return wanted


def _sources(home: Home) -> dict[Path, bytes]:
    """Return the shipped files, those written from contracts, and the home's own."""
    wanted = {Path("dbt_project.yml"): (ROOT / "dbt_project.yml").read_bytes()}
    for path in sorted((ROOT / "dbt_project").rglob("*")):
        if path.is_file() and path.suffix in (".sql", ".yml", ".csv"):
            wanted[path.relative_to(ROOT)] = path.read_bytes()
    wanted |= plain_ledgers.models(home) | code_labels.models(home)
    for path in sorted(home.models.glob("*")) if home.models.exists() else ():
        if path.suffix in (".sql", ".yml"):
            wanted[Path("dbt_project/models/indicators/home") / path.name] = path.read_bytes()
    return wanted


def _put(home: Home, wanted: dict[Path, bytes]) -> None:
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


def _aimed(target: str) -> list[str]:
    """Return the words that aim dbt at an engine; each keeps a parse of its own."""
    return [
        "--target",
        target,
        "--target-path",
        "target" if target == EMBEDDED else f"target/{target}",
    ]


def _staged(home: Home) -> str:
    """Stage the home's project; return the hash of all that says its parse: its files, the versions of dbt and
    of its adapter, whose macros a manifest holds, and the catalog, by which a manifest names every relation.
    """
    wanted = _files(home)
    _put(home, wanted)
    versions = [metadata.version(name) for name in ("dbt-core", "dbt-adapters", "dbt-duckdb")]
    digest = hashlib.sha256(f"{versions} {home.catalog}".encode())
    for path, content in sorted(wanted.items()):
        digest.update(f"{path.as_posix()}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def manifest(home: Home, target: str = EMBEDDED):
    """Return the parsed manifest of the home's project. One parse serves all homes with the same files
    and catalog, as a manifest names no folder but that of its seeds, and later processes on the same home;
    with PETITION_PARSES those on other homes too. Processes that begin together stage and parse one after the other.
    """
    with _alone(home):
        return _manifest(home, target)


def _alone(home: Home) -> FileLock:
    home.work.mkdir(parents=True, exist_ok=True)
    return FileLock(home.parse_lock)


def _manifest(home: Home, target: str):
    asked = (_staged(home), target)
    if asked not in _parsed:
        if target == EMBEDDED:
            parses.take_shared(home, asked[0])
        kept = parses.kept(home, asked[0]) if target == EMBEDDED else None
        with _environment(home, home.warehouse):
            _parsed[asked] = kept or _parse(target)
        if target == EMBEDDED and not kept:
            parses.say(home, asked[0])
            parses.share(home, asked[0])
        while len(_parsed) > KEPT_PARSES:
            del _parsed[next(iter(_parsed))]
    return _at_home(_parsed[asked], home)


def _at_home(parsed, home: Home):
    """Return a manifest that reads its seeds from this home: they alone name the folder they were parsed in."""
    for node in parsed.nodes.values():
        if node.resource_type.value == "seed":
            node.root_path = str(home.dbt)
    return parsed


def _parse(target: str):
    from dbt.cli.main import dbtRunner

    result = dbtRunner().invoke(["parse", "--quiet", "--log-level-file", "none", *_aimed(target)])
    if not result.success:
        raise BuildError(f"dbt 项目解析失败：{result.exception}")
    return result.result


def manifest_file(home: Home) -> Path:
    """Return manifest.json of the home's project, parsing only when a staged file changed."""
    with _alone(home):
        path, staged = parses.written(home), _staged(home)
        if not (path.exists() and parses.is_of(home, staged)):
            kept = _manifest(home, EMBEDDED)
            if not parses.is_of(home, staged):  # parsed for another home
                kept.write(str(path))
                parses.packed(home).write_bytes(kept.to_msgpack())
                parses.say(home, staged)
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
    of_engine: News | None = None,
    tested: Callable[[Path], None] | None = None,
):
    """Run `dbt build` in process on a working file; the file's lock is given back whatever happens.

    `select`: words, see `selection.chosen`; none is all, in two steps with the statistics of the checks between.
    `indirect`: `cautious` leaves out tests that also read what they do not name. `of_engine` and `tested`: on another
    engine, what its build has to make of, and what does the statistics. Returns dbt's own result; see `failures`.
    """
    if select:
        return _build(home, select, warehouse, callbacks, tests, indirect, target, of_engine)
    facts = _build(home, ["tag:marts"], warehouse, callbacks, tests, "cautious", target, of_engine)
    if failures(facts):
        return facts
    (tested or judge_shares)(warehouse or home.warehouse)
    said = _build(home, ["tag:findings"], warehouse, callbacks, tests, indirect, target, of_engine)
    if said.result is not None:
        said.result.results = [*facts.result.results, *said.result.results]
    return said


def judge_shares(path: Path) -> int:
    """Test the aggregates of a working file (publication/statistics); return how many offices could be tested."""
    from publication.statistics import source

    with connect(path) as connection:
        return source.write(connection)


def _build(
    home: Home,
    select: list[str],
    warehouse: Path | None,
    callbacks,
    tests: bool,
    indirect: str,
    target: str,
    of_engine: News | None,
):
    from dbt.cli.main import dbtRunner

    kept = manifest(home, target)
    command = ["build", "--quiet", "--log-level", "none", "--no-write-json", *_aimed(target)]
    exclude = ["unit_test"] if tests else ["unit_test", "test"]
    command += [word for kind in exclude for word in ("--exclude-resource-type", kind)]
    path = warehouse or home.warehouse
    told_of = of_engine or news(path)
    if of_engine is None:
        _make_untold(home, path, told_of.told)
    passed_over = selection.standing(kept.nodes, kept.macros, told_of)
    asked = indirect if tests else None
    found = selection.chosen(kept.nodes, select, asked, passed_over, told_of.going_on)
    try:
        with _environment(home, path), selection.marked(kept.nodes, found) as words:
            result = dbtRunner(manifest=kept, callbacks=list(callbacks)).invoke([*command, *words])
    finally:
        release_connections()
    return result


def compiled(home: Home, select: Collection[str]) -> dict[str, str]:
    """Return the SQL of some of a home's models by name, as dbt's selection names them; nothing is built."""
    from dbt.cli.main import dbtRunner

    kept = manifest(home)
    home.warehouse.parent.mkdir(parents=True, exist_ok=True)
    command = [
        "compile",
        "--quiet",
        "--log-level",
        "none",
        "--log-level-file",
        "none",
        "--no-write-json",
    ]
    try:
        with _environment(home, home.warehouse):
            result = dbtRunner(manifest=kept).invoke([*command, "--select", *select])
    finally:
        release_connections()
    if result.exception is not None:
        raise BuildError(str(result.exception))
    return {r.node.name: r.node.compiled_code for r in result.result.results}


def _make_untold(home: Home, path: Path, told: frozenset[str]) -> None:
    """Make the empty facts of plain ledgers of which nothing was told: the views of indicators read them."""
    with connect(path) as connection:
        for table, columns in plain_ledgers.untold_tables(home, told).items():
            listed = ", ".join(f'"{name}" {kind}' for name, kind in columns)
            connection.execute(f"create schema if not exists {table.split('.')[0]}")
            connection.execute(f"create table if not exists {table} ({listed})")


def failures(result) -> list[str]:
    """Return a line for each failed node of a build: its name and status, never its rows."""
    if result.exception is not None:
        text = str(result.exception)  # memory can also end before the first node
        return [_no_memory() if OUT_OF_MEMORY in text else text]
    bad = [r for r in result.result.results if str(r.status) in ("error", "fail", "runtime error")]
    return [line for r in bad for line in _lines(r)]


def _lines(result) -> list[str]:
    found = [f for f in found_by_declared([result]) if f.severity_code == "error"]
    if found:
        return [f"{f.test_name}：fail（{f.failing_count}）" for f in found]
    return [f"{result.node.name}：{result.status}（{result.failures or ''}）{_reason(result)}"]


class Found(NamedTuple):
    """What a declared test found: `failing_count` rows."""

    test_name: str
    severity_code: str  # error or warn
    failing_count: int


def found_by_declared(results) -> list[Found]:
    """Return what the declared tests that were asked as one have found: it stands in the query of their node."""
    queries = [
        r.node.compiled_code
        for r in results
        if r.node.name.startswith(selection.GATHERING) and str(r.status) in ANSWERED
    ]
    with duckdb.connect() as connection:
        return [Found(*row) for query in queries for row in connection.execute(query).fetchall()]


def _reason(result) -> str:
    """Return the first line of an error message; data rows are never part of it. What a model refuses to
    compile for stands on the second.
    """
    message = (result.message or "").strip()
    if OUT_OF_MEMORY in message:
        return _no_memory()
    if sign := unwritable.sign(message):
        return sign
    lines = 2 if message.startswith("Compilation Error") else 1
    return "：".join(line.strip() for line in message.splitlines()[:lines])


def _no_memory() -> str:
    return f"内存不够：引擎至多用 {memory_limit()}。请加大 {MEMORY}，或换内存更大的机器。"
