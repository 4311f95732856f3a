"""The dbt models as Dagster assets and the dbt tests as checks, run in process.

Two selections: the facts, indicators and values (`tag:marts`), then findings and what may be
printed (`tag:findings`). A test that reads tables of both runs with the second. dbt's lock on the
working file is given back after each.
"""

import queue
import threading
from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, dbt_assets
from dagster_dbt.asset_utils import get_updated_cli_invocation_params_for_context
from dagster_dbt.core.dbt_cli_event import DbtCoreCliEventMessage

from ingestion.home import Home
from ingestion.warehouse import news
from orchestration import project, selection, writer

BEGINS = "LogStartLine"  # dbt's event before a model or test is run
RESULTS = ("LogModelResult", "LogSeedResult", "LogTestResult")


class Cancelled(Exception):
    """The run was cancelled: nothing more is begun."""


class Translator(DagsterDbtTranslator):
    """Chinese descriptions from the models' yml; owners and kinds for every model. The declared tests are asked as one
    node (`selection.gathered`), and are one check of Dagster's.
    """

    def __init__(self):
        super().__init__(settings=DagsterDbtTranslatorSettings(enable_source_tests_as_checks=True))

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> list[str]:
        return ["team:data-engineering"]

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        return dbt_resource_props.get("description") or dbt_resource_props["name"]

    def get_asset_check_spec(self, asset_spec, manifest, unique_id, project):
        if manifest["nodes"][unique_id].get("test_metadata"):
            return None
        return super().get_asset_check_spec(asset_spec, manifest, unique_id, project)


def run_dbt(
    context: dg.AssetExecutionContext, translator: DagsterDbtTranslator, indirect: str
) -> Iterator:
    """Build a selection, yielding Dagster's events as dbt reports its nodes.

    Raises dbt's failures as one error that names the nodes; no row of a test is ever in it. A run that is cancelled
    waits until dbt has stopped, at the end of the statement it is at: what is left of a thread that holds DuckDB
    would keep the process, and with it the file's lock, for ever.
    """
    from google.protobuf.json_format import MessageToDict

    home = Home.find()
    writer.hold(home, f"运行 {context.run_id[:8]}", context.log.info)
    manifest_path = home.dbt / "target" / "manifest.json"
    chosen = get_updated_cli_invocation_params_for_context(
        context=context, manifest=manifest_path, dagster_dbt_translator=translator
    )
    events: queue.Queue = queue.Queue()
    outcome: dict[str, Any] = {}
    stopping = threading.Event()

    def relay(event) -> None:
        if stopping.is_set() and event.info.name == BEGINS:
            raise Cancelled  # dbt takes it for an error of the node, and passes over what is made of it
        if event.info.name in RESULTS:
            events.put(MessageToDict(event, preserving_proto_field_name=True))

    def work() -> None:
        try:
            words = _selection(chosen.selection_args)
            outcome["result"] = project.build(home, words, callbacks=[relay], indirect=indirect)
        except BaseException as error:
            outcome["error"] = error
        finally:
            events.put(None)

    # before dbt opens the working file: it reads it too
    standing = Standing(home, context.selected_asset_keys, translator)
    yield from standing.after()
    thread = threading.Thread(target=work, name="dbt")
    thread.start()
    try:
        while (raw := events.get()) is not None:
            message = DbtCoreCliEventMessage(raw_event=raw, event_history_metadata={})
            yield from message.to_default_asset_events(
                manifest=chosen.manifest, dagster_dbt_translator=translator, context=context
            )
            yield from standing.after(raw["data"]["node_info"]["unique_id"])
    finally:
        stopping.set()
        thread.join()
    if "error" in outcome:
        raise outcome["error"]
    for found in project.found_by_declared(getattr(outcome["result"].result, "results", ())):
        context.log.warning(f"{found.test_name}（{found.severity_code}）：{found.failing_count} 行")
    failed = project.failures(outcome["result"])
    if failed:
        raise project.BuildError("以下节点没有通过：" + "；".join(failed))


class Standing:
    """What the next step waits for and this build passes over: Dagster would skip the next step unless it is
    said of each that it stands, after what it is made of and before what is made of it.
    """

    def __init__(self, home: Home, selected: set, translator: Translator):
        kept = project.manifest(home)
        stands = selection.standing(kept.nodes, kept.macros, news(home.warehouse))
        waiting = [n for n in kept.nodes.values() if "findings" in n.tags]
        waited = {parent for n in waiting for parent in n.depends_on_nodes if parent in stands}
        before = {u: _before(u, kept.nodes, stands) for u in waited}
        keys = {u: translator.get_asset_key(kept.nodes[u].to_dict()) for u in waited}
        in_order = sorted(waited, key=lambda u: (len(before[u][1]), u))
        self._keys = {u: keys[u] for u in in_order if keys[u] in selected}
        self._made_of = {u: ran for u, (ran, _) in before.items()}
        self._ran: set[str] = set()

    def after(self, *ran: str) -> Iterator:
        """Say of what now may be said; `ran`: nodes that have run."""
        self._ran.update(ran)
        for unique_id in [u for u in self._keys if self._made_of[u] <= self._ran]:
            key = self._keys.pop(unique_id)
            yield dg.MaterializeResult(asset_key=key, metadata={"沿用": "没有变，与上次建成的一样"})


def _before(unique_id: str, nodes: Mapping, stands: set[str]) -> tuple[set[str], set[str]]:
    """Return the nodes that one is made of, at once or through such as are passed over: those that run, and
    those that are passed over themselves.
    """
    run: set[str] = set()
    passed: set[str] = set()
    for parent in nodes[unique_id].depends_on_nodes:
        if parent in stands:
            more_run, more_passed = _before(parent, nodes, stands)
            run |= more_run
            passed |= more_passed | {parent}
        elif parent in nodes:
            run.add(parent)
    return run, passed


def _selection(arguments) -> list[str]:
    """Return the words after --select; an explicit --exclude is not part of our selections."""
    words = list(arguments)
    return [w for w in words if not w.startswith("--") and w]


def build_dbt_assets(home: Home) -> list[dg.AssetsDefinition]:
    """Return the two sets of dbt assets of a home's project."""
    manifest = project.manifest_file(home)
    translator = Translator()

    @dbt_assets(
        manifest=manifest, select="tag:marts", name="build_facts_and_indicators",
        dagster_dbt_translator=translator,
    )  # fmt: skip
    def facts_and_indicators(context: dg.AssetExecutionContext):
        yield from run_dbt(context, translator, "cautious")

    @dbt_assets(
        manifest=manifest, select="tag:findings", name="build_findings_and_published",
        dagster_dbt_translator=translator,
    )  # fmt: skip
    def findings_and_published(context: dg.AssetExecutionContext):
        yield from run_dbt(context, translator, "eager")

    return [facts_and_indicators, findings_and_published]
