"""Which nodes of the dbt project a build makes and tests: said here, and handed to dbt as one mark.

dbt's own selection asks every node of every criterion, three times a build: more than many builds' queries cost.

Belongs here: what a build may pass over, and which tests belong to what it makes. A selection is words: `tag:marts`,
`fqn:petition.staging.stg_x` (as Dagster says it), a node's name, `+name` for a node and all that it is made of; no
word is all.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

TAKEN_APART = ("indicators",)  # layers of which a build that goes on makes nothing
MARK = "chosen_for_this_build"


def stands(told: Collection[str], going_on: bool) -> Callable[[str], bool]:
    """Return what says of a model or seed, by its path in the project, whether a build passes over it: the fact of a
    plain ledger of which nothing was ever told (`told`: those that were told of), and when it goes on the indicator
    views, which stand since the build before, of the same code, and what is made of the rules alone (the folders
    `standing`, and seeds).
    """

    def passed_over(path: str) -> bool:
        layer, *folders = Path(path).relative_to("dbt_project").parts[1:]
        untold = "plain" in folders and Path(path).stem.removeprefix("fct_") not in told
        return untold or (going_on and (layer in TAKEN_APART or _of_rules(path)))

    return passed_over


def _of_rules(path: str) -> bool:
    return Path(path).suffix == ".csv" or "standing" in Path(path).parts


def chosen(
    nodes: Mapping,
    words: Collection[str],
    told: Collection[str] | None,
    going_on: bool,
    tests: str | None,
) -> set[str]:
    """Return the unique ids of what a build makes and tests.

    `told`: None of a build that passes over nothing. `tests`: `cautious` for those that read nothing but what the
    words name, `eager` for those that read any of it, None for no tests.
    """
    made = _of_kind(nodes, "model", "seed")
    named = _named(nodes, words) if words else set(made)
    asked = named & made
    passed_over = stands(told, going_on) if told is not None else lambda path: False
    built = {u for u in asked if not passed_over(nodes[u].original_file_path)}
    if tests is None:
        return built
    reading = {
        u
        for u in _of_kind(nodes, "test")
        if not _is_of_another_build(nodes[u], going_on)
        and _reads(set(nodes[u].depends_on_nodes) & made, asked, tests)
    }
    return built | reading | (named - made)


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


@contextmanager
def marked(nodes: Mapping, found: Collection[str]) -> Iterator[list[str]]:
    """Mark nodes for the length of one build; give the words by which dbt selects just these."""
    for unique_id in found:
        nodes[unique_id].tags.append(MARK)
    try:
        yield ["--select", f"tag:{MARK}", "--indirect-selection", "empty"]
    finally:
        for unique_id in found:
            nodes[unique_id].tags.remove(MARK)
