"""The floor of latency: an empty Dagster and dbt run, of the same shape as a home's own.

A throw-away project is written with the home's models, seeds and tests by name, kind and parents, each
of one row; it is run by the product's own way of running dbt. Around it stand as many assets and
checks as the product has, a gate of as many expectations on frames of one row, and a release of as
many files as a small one: written, fsynced, linked, pointed to.
"""

import json
import os
import shutil
from contextlib import contextmanager
from hashlib import md5
from pathlib import Path
from unittest.mock import patch

import dagster as dg
import duckdb
import pandas as pd
import yaml

from expectations.candidate import rule
from expectations.gate import judge
from ingestion.durable import replace_file, sync_folder, write_synced
from ingestion.home import Home
from ingestion.warehouse import News, news
from orchestration import alerts, deliveries, events, models, project, releases, runner, selection

EXPECTATIONS = {"receipts": 7, "candidate": 9, "candidate_ranks": 6, "candidate_yoy": 4}
LEDGER = "petition_register"  # what a small delivery tells of
# read by the test of a view over a source: a test goes with a model
FIRST = "model.petition.int_dials"
FILES = 60  # of a release, those that a small delivery writes anew
# written when staging; the other one is a view, which stands
UNIONS = {"int_indicator_delta": project.UNIONS["int_indicator_delta"]}
UNION_MACROS = "\n".join(
    f"{{% macro {name}(views) %}}select 1 as n{{% endmacro %}}" for name in UNIONS.values()
)


def write_project(source: Home, folder: Path) -> dict[str, int]:
    """Write the empty project in the shape of what a build that goes on makes of a home's; return how
    many nodes of each kind.
    """
    manifest = project.manifest(source)
    going_on = News(news(source.warehouse).told, going_on=True, told_now=frozenset({LEDGER}))
    stands = selection.standing(manifest.nodes, manifest.macros, going_on)
    left_out = {n.unique_id for n in manifest.nodes.values() if _left_out(n, stands)}
    shutil.rmtree(folder, ignore_errors=True)
    inside = folder / "dbt_project"
    shutil.copytree(project.ROOT / "dbt_project" / "lint", inside / "lint")
    shutil.copyfile(project.ROOT / "dbt_project" / "profiles.yml", inside / "profiles.yml")
    settings = yaml.safe_load((project.ROOT / "dbt_project.yml").read_text("utf-8"))
    for name in ("marts", "published"):  # the columns of a contract are not part of the shape
        del settings["models"]["petition"][name]["+contract"]
    (folder / "dbt_project.yml").write_text(yaml.safe_dump(settings), "utf-8")
    _write(inside / "macros" / "empty.sql", UNION_MACROS + _schema_macro())
    _write(inside / "models" / "_sources.yml", _sources(manifest))
    counted = {"model": 0, "seed": 0, "test": 0}
    for node in manifest.nodes.values():
        kind = node.resource_type.value
        if kind in counted and node.unique_id not in left_out:
            counted[kind] += 1
            below = getattr(node.depends_on, "nodes", ())  # a seed has none
            if kind == "test":  # a view that stands is tested all the same: of what it is made of
                below = [made for p in below for made in _made_of(p, manifest.nodes, left_out)]
                below = [p for p in below if p in manifest.nodes] or [FIRST]
            parents = [_parent(p) for p in below if p not in left_out]
            _WRITERS[kind](inside, node, parents)
    return counted


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text + "\n", "utf-8")


def _schema_macro() -> str:
    return (project.ROOT / "dbt_project" / "macros" / "schemas.sql").read_text("utf-8")


def _sources(manifest) -> str:
    tables = sorted({s.name for s in manifest.sources.values()})
    return yaml.safe_dump({
        "version": 2,
        "sources": [{"name": "raw", "schema": "raw", "config": {"tags": ["marts"]}, "tables": [
            {"name": t, "config": {"meta": {"dagster": {"asset_key": ["raw", t.removeprefix("raw_")]}}}}
            for t in tables
        ]}],
    })  # fmt: skip


def _left_out(node, stands: set[str]) -> bool:
    """Tests of seeds run with no build, and what stands is passed over by one that goes on: see project.build. What the
    product asks as one node is asked here as dbt asks it, each by itself.
    """
    path = node.original_file_path
    if node.resource_type.value == "test":
        gathers = node.name.startswith(selection.GATHERING)
        return gathers or "/seeds/" in path or "/standing/" in path
    return node.unique_id in stands


def _made_of(unique_id: str, nodes: dict, left_out: set[str]) -> list[str]:
    """Return a node itself, or of one that is left out what it is made of and is not."""
    if unique_id not in left_out:  # a source too
        return [unique_id]
    below = nodes[unique_id].depends_on_nodes
    return [made for parent in below for made in _made_of(parent, nodes, left_out)]


def _parent(unique_id: str) -> str:
    parts = unique_id.split(".")
    return (
        f"{{{{ source('raw', '{parts[-1]}') }}}}"
        if parts[0] == "source"
        else f"{{{{ ref('{parts[-1]}') }}}}"
    )


def _write_model(inside: Path, node, parents: list[str]) -> None:
    if node.name in UNIONS:
        return  # staging writes it
    kind = {"slice": "table"}.get(node.config.materialized, node.config.materialized)
    extra = (
        ", unique_key='n', incremental_strategy='delete+insert'" if kind == "incremental" else ""
    )
    lines = [f"{{{{ config(materialized='{kind}'{extra}) }}}}"]
    lines += [f"-- depends_on: {parent}" for parent in parents]
    path = inside / Path(node.original_file_path).relative_to("dbt_project")
    _write(path, "\n".join([*lines, "select 1 as n"]))


def _write_seed(inside: Path, node, _parents: list[str]) -> None:
    _write(inside / "seeds" / f"{node.name}.csv", "n\n1")


def _write_test(inside: Path, node, parents: list[str]) -> None:
    attached = (getattr(node, "attached_node", None) or "").rsplit(".", 1)[-1]
    about = attached or node.config.meta["dagster"]["ref"]["name"]
    meta = (
        f"severity='{node.config.severity}', meta={{'dagster': {{'ref': {{'name': '{about}'}}}}}}"
    )
    lines = [f"-- depends_on: {p}" for p in parents]
    _write(
        inside / "tests" / f"{node.name[:60]}_{md5(node.unique_id.encode()).hexdigest()[:6]}.sql",
        "\n".join(
            [f"{{{{ config({meta}) }}}}", *lines, f"select n from {parents[0]} where n is null"]
        ),
    )


_WRITERS = {"model": _write_model, "seed": _write_seed, "test": _write_test}


@contextmanager
def staged(folder: Path):
    """Let the product stage the empty project in the place of its own."""
    with (
        patch.object(project, "ROOT", folder),
        patch.object(project, "UNIONS", UNIONS),
        patch.object(project.plain_ledgers, "models", lambda _home: {}),
    ):
        yield


def definitions(home: Home) -> dg.Definitions:
    """Return as many assets and checks as the product has, with nothing in them but the dbt models."""
    return dg.Definitions(
        assets=[_deliveries(), _receipts(), _raw_tables(home), *models.build_dbt_assets(home),
                _candidate(home), _current(home)],
        jobs=[events.job],
        resources={"alerts": alerts.Alerts()},
        executor=dg.in_process_executor,
    )  # fmt: skip


def run(home: Home, folder: Path) -> None:
    """One empty run in this process."""
    runner.prepare_instance(home)
    with staged(folder):
        runner.execute(home, definitions(home))


def _multi(specs: list[dg.AssetSpec], name: str, work):
    @dg.multi_asset(specs=specs, name=name)
    def asset(context: dg.AssetExecutionContext, config: deliveries.Dials):
        work()
        for spec in specs:
            yield dg.MaterializeResult(asset_key=spec.key, metadata={"rows": 1})

    return asset


def _deliveries():
    specs = [dg.AssetSpec(["deliveries", level]) for level in deliveries.LEVELS]
    return _multi(specs, "take_in_deliveries", lambda: None)


def _raw_tables(home: Home):
    specs = [dg.AssetSpec(["raw", n], deps=[deliveries.RECEIPTS]) for n in deliveries._raw_names()]
    return _multi(specs, "load_raw_tables", lambda: load(home))


def load(home: Home) -> None:
    """Make every raw table, of one row."""
    home.work.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute("create schema if not exists raw")
        for table in json.loads(project.manifest_file(home).read_text("utf-8"))["sources"].values():
            connection.execute(f'create or replace table raw."{table["name"]}" as select 1 as n')


def _gate(*names: str) -> bool:
    import great_expectations.expectations as gxe

    kind, frame = gxe.ExpectColumnValuesToNotBeNull, pd.DataFrame({"n": [1]})
    return all(
        verdict.passed
        for name in names
        for verdict in judge(
            frame, [rule(f"r{i}", kind, "", column="n") for i in range(EXPECTATIONS[name])], name
        )
    )


def _judged(key: dg.AssetKey, deps, check: str, work, *names: str):
    @dg.asset(
        key=key, deps=deps,
        check_specs=[dg.AssetCheckSpec(check, asset=key, blocking=True)],
    )  # fmt: skip
    def asset():
        work()
        yield dg.MaterializeResult(metadata={"rows": 1})
        yield dg.AssetCheckResult(check_name=check, passed=_gate(*names))

    return asset


def _receipts():
    levels = [dg.AssetKey(["deliveries", level]) for level in deliveries.LEVELS]
    return _judged(deliveries.RECEIPTS, levels, "row_conservation", lambda: None, "receipts")


def _candidate(home: Home):
    names = [n for n in EXPECTATIONS if n != "receipts"]
    return _judged(
        releases.CANDIDATE, releases.PUBLISHED_MODELS, "candidate_figures",
        lambda: export(home), *names,
    )  # fmt: skip


def export(home: Home) -> None:
    """Write as many files aside as a small release has."""
    shutil.rmtree(home.candidate, ignore_errors=True)
    home.candidate.mkdir(parents=True)
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        for number in range(FILES):
            path = home.candidate / f"{number}.parquet"
            connection.execute(f"copy (select 1 as n) to '{path}' (format parquet)")


def _current(home: Home):
    @dg.asset(key=releases.CURRENT, deps=[releases.CANDIDATE])
    def asset():
        return dg.MaterializeResult(metadata={"release_id": publish(home)})

    return asset


def publish(home: Home) -> str:
    """Write, fsync, link and point to what was exported; return its name."""
    home.releases.mkdir(parents=True, exist_ok=True)
    name = str(len(list(home.releases.iterdir())))
    aside = home.releases / f".{name}.tmp"
    aside.mkdir()
    for path in home.candidate.iterdir():
        write_synced(aside / path.name, path.read_bytes())
    sync_folder(aside)
    os.rename(aside, home.releases / name)
    replace_file(home.pointer, json.dumps({"release_id": name}).encode())
    return name
