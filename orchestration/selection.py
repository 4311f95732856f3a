"""Which nodes of the dbt project a build makes and tests: said here, and handed to dbt as one mark.

dbt's own selection asks every node of every criterion, three times a build: more than many builds' queries cost.

Belongs here: what a build may pass over, and which tests belong to what it makes. A selection is words: `tag:marts`,
`fqn:petition.staging.stg_x` (as Dagster says it), a node's name, `+name` for a node and all that it is made of; no
word is all.
"""

import re
from collections.abc import Collection, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path

from ingestion.warehouse import News

MARK = "chosen_for_this_build"
CALLED = re.compile(r"\b(\w+)\s*\(")
GATHERING = "declared_of_"  # the names of the nodes that ask declared tests as one
DECLARED = re.compile(r"declared\(\[.*\]\)")
CHANGES_AS_IT_GOES_ON = "goes_on"  # a view that calls it, by whatever way, says something else then


def standing(nodes: Mapping, macros: Mapping, news: News) -> set[str]:
    """Return the models and seeds that a build passes over: the fact of a plain ledger of which nothing was ever told,
    and when it goes on, of which nothing is told now; then also the views, which stand since the build before, of the
    same code, and what is made of the rules alone (the folders `standing`, and seeds).
    """
    changing = _callers(macros, CHANGES_AS_IT_GOES_ON) if news.going_on else set()
    return {
        unique_id
        for unique_id in _of_kind(nodes, "model", "seed")
        if _stands(nodes[unique_id], news, changing)
    }


def _stands(node, news: News, changing: set[str]) -> bool:
    path = Path(node.original_file_path)
    if "plain" in path.parts:
        ledger = path.stem.removeprefix("fct_")
        of_now = news.going_on and news.told_now is not None
        return ledger not in news.told or (of_now and ledger not in news.told_now)
    if not news.going_on:
        return False
    is_view = node.config.materialized == "view" and not _calls(node.raw_code) & changing
    return is_view or path.suffix == ".csv" or "standing" in path.parts


def _callers(macros: Mapping, name: str) -> set[str]:
    """Return the names of the macros that call one, at once or through others, and its own."""
    calls = {macro.name: _calls(macro.macro_sql) for macro in macros.values()}
    found, more = set(), {name}
    while more:
        found |= more
        more = {caller for caller, called in calls.items() if called & found} - found
    return found


def _calls(text: str) -> set[str]:
    return set(CALLED.findall(text))


def chosen(
    nodes: Mapping,
    words: Collection[str],
    tests: str | None,
    passed_over: Collection[str] = (),
    going_on: bool = False,
) -> set[str]:
    """Return the unique ids of what a build makes and tests.

    `tests`: `cautious` for those that read nothing but what the words name, `eager` for those that read any of it,
    None for no tests. `passed_over`: see `standing`.
    """
    made = _of_kind(nodes, "model", "seed")
    named = _named(nodes, words) if words else set(made)
    asked = named & made
    built = asked - set(passed_over)
    if tests is None:
        return built
    as_one = {node.unique_id for node in _gathering(nodes)}
    reading = {
        u
        for u in _of_kind(nodes, "test") - as_one
        if not _is_of_another_build(nodes[u], going_on)
        and _reads(set(nodes[u].depends_on_nodes) & made, asked, tests)
    }
    return built | reading | (named - made - as_one)


def _reads(parents: set[str], asked: set[str], tests: str) -> bool:
    return bool(parents) and (parents <= asked if tests == "cautious" else bool(parents & asked))


def _of_kind(nodes: Mapping, *kinds: str) -> set[str]:
    return {u for u, node in nodes.items() if node.resource_type.value in kinds}


def _named(nodes: Mapping, words: Collection[str]) -> set[str]:
    found: set[str] = set()
    for word in words:
        kind, _, value = word.removeprefix("+").rpartition(":")
        if kind == "tag":
            here = {u for u, node in nodes.items() if value in node.tags}
        elif kind == "fqn":
            here = {u for u, node in nodes.items() if ".".join(node.fqn) == value}
        else:
            here = {u for u, node in nodes.items() if node.name == value}
        found |= here
        if word.startswith("+"):
            found |= _made_of(nodes, here)
    return found


def _made_of(nodes: Mapping, found: set[str]) -> set[str]:
    above, waiting = set(found), list(found)
    while waiting:
        for parent in nodes[waiting.pop()].depends_on_nodes:
            if parent in nodes and parent not in above:
                above.add(parent)
                waiting.append(parent)
    return above


def _is_of_another_build(node, going_on: bool) -> bool:
    """Whether a test is not of this build: of seeds, which ship with the code and are tested with it; of what is made
    of the rules alone, with a build that starts anew, which makes it. A singular test of a figure may read either.
    """
    path = node.original_file_path
    generic = getattr(node, "test_metadata", None) is not None
    if generic and Path(path).is_relative_to("dbt_project/seeds"):
        return True
    singular_standing = Path(path).is_relative_to("dbt_project/tests/standing")
    return going_on and ("standing" in Path(path).parts and generic or singular_standing)


def gathered(nodes: Mapping, found: Collection[str]) -> dict[str, list[str]]:
    """Return the declared tests (in the yml beside a model) that a build asks, by the node that asks them as one.

    A test that is asked by itself, as when it is named, stays a node of its own.
    """
    declared = sorted(_declared(nodes) & set(found))
    if len(declared) < 2:
        return {}
    return {
        node.unique_id: tests
        for node in _gathering(nodes)
        if (tests := [u for u in declared if _build_of(nodes, u) in node.tags])
    }


def _declared(nodes: Mapping) -> set[str]:
    return {u for u, node in nodes.items() if getattr(node, "test_metadata", None) is not None}


def _gathering(nodes: Mapping) -> list:
    """Return the nodes that ask declared tests as one: one for each of the two builds, by its tag."""
    return [node for node in nodes.values() if node.name.startswith(GATHERING)]


def _build_of(nodes: Mapping, test: str) -> str:
    read = [nodes[u] for u in nodes[test].depends_on_nodes if u in nodes]
    return "marts" if all("marts" in node.tags for node in read) else "findings"


@contextmanager
def marked(nodes: MutableMapping, found: Collection[str]) -> Iterator[list[str]]:
    """Make a manifest's nodes, for the length of one build, what it is to run; give the words by which dbt selects it.

    What is run is marked. A node that asks declared tests as one is written for those that it asks; they themselves
    are taken out, as dbt's graph grows with all that it might run.
    """
    together = gathered(nodes, found)
    asked = {u for tests in together.values() for u in tests}
    run = (set(found) | set(together)) - asked
    before = dict(nodes)
    for unique_id, tests in together.items():
        nodes[unique_id] = _asking(nodes, unique_id, tests)
    for unique_id in run:
        nodes[unique_id].tags.append(MARK)
    for unique_id in _declared(nodes) - run:
        del nodes[unique_id]
    try:
        yield ["--select", f"tag:{MARK}", "--indirect-selection", "empty"]
    finally:
        nodes.clear()
        nodes.update(before)
        for unique_id in run - set(together):
            nodes[unique_id].tags.remove(MARK)


def _asking(nodes: Mapping, gathering: str, tests: list[str]):
    node = deepcopy(nodes[gathering])
    node.raw_code = DECLARED.sub(f"declared({tests})", node.raw_code)
    read = {u for test in tests for u in nodes[test].depends_on_nodes}
    node.depends_on.nodes = sorted({*node.depends_on.nodes, *read})
    return node
