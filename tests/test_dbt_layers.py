"""The layers of the dbt project: who may read whom."""

import re

import pytest

from ingestion.home import Home
from orchestration import plain_ledgers, project

MAY_READ = {
    "staging": {"source"},
    "intermediate": {"source", "staging", "intermediate", "seeds", "marts", "indicators"},
    "marts": {"source", "intermediate", "seeds", "marts"},
    "indicators": {"marts", "intermediate", "source"},
    "findings": {"source", "marts", "intermediate", "staging", "seeds", "findings"},
    "published": {"source", "findings", "marts", "intermediate", "seeds", "published"},
}
READS_STAGING = {
    "int_reply_flips",
    "mart_receipts",
    "fct_leader_assignments",
    "fct_due_date_changes",
}
READS_FACTS = {
    "int_indicator_delta",  # what a subject adds
    "int_person_pairs",
    "int_link_edges",
    "int_link_holds",
}  # what links registrations, before their matters are known
READS_MARTS = re.compile(r"^(dim_|agg_indicator_cells$)")
STANDS = {
    "int_calendar",
    "int_dials",
    "int_deadline_days",
    "int_deadline_rules_by_day",
    "dim_organisation",
    "dim_deadline_rule",
    "dim_duty",
    "dim_region",
    "dim_region_closure",
}  # no subject changes these
VIEW_READS = re.compile(rf"^(fct_\w+|{'|'.join(STANDS)})$")


@pytest.fixture(scope="module")
def nodes(tmp_path_factory):
    manifest = project.manifest(Home(tmp_path_factory.mktemp("home")))
    found = {**manifest.nodes, **manifest.sources}
    return {k: n for k, n in found.items() if n.resource_type.value in ("model", "seed", "source")}


def _layer(node) -> str:
    kind = node.resource_type.value
    return kind if kind == "source" else "seeds" if kind == "seed" else node.fqn[1]


def _parents(nodes, node):
    return [nodes[p] for p in getattr(node.depends_on, "nodes", ())]  # a seed has none


def _reads_staging(node) -> bool:
    """Receipts, facts that say when a version became known, and those that are made of one ledger alone."""
    return node.name in READS_STAGING or "/plain/" in node.original_file_path


def _models(nodes):
    return [n for n in nodes.values() if n.resource_type.value == "model"]


def test_layers_read_only_what_is_below(nodes):
    stray = [
        f"{node.name} reads {parent.name}"
        for node in _models(nodes)
        for parent in _parents(nodes, node)
        if _layer(parent) not in MAY_READ[_layer(node)]
        and not (_reads_staging(node) and _layer(parent) == "staging")
    ]
    assert not stray


def test_intermediate_reads_no_facts(nodes):
    stray = [
        f"{node.name} reads {parent.name}"
        for node in _models(nodes)
        for parent in _parents(nodes, node)
        if _layer(node) == "intermediate"
        and _layer(parent) == "marts"
        and node.name not in READS_FACTS
        and not READS_MARTS.match(parent.name)
    ]
    assert not stray


def test_no_source_but_the_dials_and_reference_above_staging(nodes):
    """A plain ledger has no staging model: its one fact and what finds the told rows read it as told. What the tests of the
    checks gave back is no ledger.
    """
    plain = {f"raw_{c.ledger}": f"fct_{c.ledger}" for c in plain_ledgers.contracts()}
    stray = [
        f"{node.name} reads {parent.name}"
        for node in _models(nodes)
        for parent in _parents(nodes, node)
        if _layer(node) != "staging"
        and _layer(parent) == "source"
        and not re.match(r"run_context$|check_shares$|ref_", parent.name)
        and node.name not in (plain.get(parent.name), "int_touched")
    ]
    assert not stray


def test_indicator_views_are_short_and_read_facts(nodes):
    views = [n for n in _models(nodes) if _layer(n) == "indicators"]
    assert views
    for view in views:
        assert len(view.raw_code.splitlines()) < 60, view.name
        strays = [p.name for p in _parents(nodes, view) if not VIEW_READS.match(p.name)]
        assert not strays, f"{view.name} reads {strays}"


def _below(nodes, node, found):
    for parent in _parents(nodes, node):
        if parent.unique_id not in found:
            found.add(parent.unique_id)
            _below(nodes, parent, found)
    return found


def test_facts_are_made_again_after_their_last_state_was_read(nodes):
    """A build that goes on takes what touched subjects added from the facts as they were."""
    by_name = {n.name: n for n in nodes.values()}
    views = [n for n in _models(nodes) if _layer(n) == "indicators"]
    read = {p.name for view in views for p in _parents(nodes, view)} - STANDS
    assert len(read) > 3
    for fact in read:
        if "/plain/" in by_name[fact].original_file_path:  # kept by itself, before it is made again
            assert [h for h in by_name[fact].config.pre_hook if "keep_before" in h.sql], fact
            continue
        before = by_name[fact.replace("fct_", "int_") + "_before"]
        assert before.unique_id in _below(nodes, by_name[fact], set()), fact
        assert by_name[fact].unique_id not in _below(nodes, before, set()), fact


def test_what_indicator_views_read_beside_facts_is_read_by_the_delta_too(nodes):
    """Their queries are written into it over other facts: dbt must know what they name."""
    by_name = {n.name: n for n in nodes.values()}
    known = {p.name for p in _parents(nodes, by_name["int_indicator_delta"])}
    views = [n for n in _models(nodes) if _layer(n) == "indicators"]
    beside = {p.name for v in views for p in _parents(nodes, v) if not p.name.startswith("fct_")}
    assert "dim_duty" in beside
    assert beside - known - {"int_dials"} == set()


def test_every_model_is_described(nodes):
    assert not [n.name for n in _models(nodes) if not n.description]


def test_checks_are_shown_on_a_model(tmp_path_factory):
    """A singular test of several parents names the model that Dagster shows it on."""
    manifest = project.manifest(Home(tmp_path_factory.mktemp("home")))
    names = {n.name for n in manifest.nodes.values()}
    for test in (n for n in manifest.nodes.values() if n.resource_type.value == "test"):
        if getattr(test, "attached_node", None) is None and len(test.depends_on.nodes) > 1:
            ref = test.config.meta.get("dagster", {}).get("ref", {}).get("name")
            assert ref in names, f"{test.name} names no model"
