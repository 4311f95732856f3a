"""Which nodes a build makes and tests: by words, by what stands, and by what a test reads."""

from types import SimpleNamespace

import pytest

from ingestion.warehouse import News
from orchestration.selection import MARK, chosen, gathered, marked, standing

MODELS = {
    "stg_a": ("staging", "marts", []),
    "int_slice": ("intermediate", "marts", ["stg_a"]),
    "int_a": ("intermediate", "marts", ["stg_a"]),
    "int_days": ("intermediate/standing", "marts", []),
    "ind_a": ("indicators", "marts", ["int_a", "int_days"]),
    "fct_told": ("marts/plain", "marts", ["stg_a"]),
    "fct_untold": ("marts/plain", "marts", ["stg_a"]),
    "chk_a": ("findings", "findings", ["int_a"]),
}
VIEWS = {"stg_a": "select 1", "int_slice": "{{ slice('a') }}", "ind_a": "select {{ days() }}"}
MACROS = {
    name: SimpleNamespace(name=name, macro_sql=f"{{% macro {name}() %}}{text}{{% endmacro %}}")
    for name, text in {
        "goes_on": "{{ return(adapter.get_relation()) }}",
        "sliced": "{{ return(goes_on()) }}",
        "slice": "{% if sliced() %}{% endif %}",
        "days": "60",
    }.items()
}
ANEW = News(frozenset({"told"}), going_on=False)
GOING_ON = News(frozenset({"told"}), going_on=True)
TESTS = {
    "key_int_a": ("models/intermediate/_intermediate.yml", ["int_a"], True),
    "key_int_days": ("models/intermediate/standing/_standing.yml", ["int_days"], True),
    "key_ref_a": ("seeds/_seeds.yml", ["ref_a"], True),
    "int_a_of_days": ("models/intermediate/_intermediate.yml", ["int_a", "int_days"], True),
    "chk_a_of_int_a": ("tests/chk_a_of_int_a.sql", ["chk_a", "int_a"], False),
    "days_known": ("tests/standing/days_known.sql", ["int_days"], False),
    "seed_read": ("tests/seed_read.sql", ["ref_a", "int_a"], False),
    "key_chk_a": ("models/findings/_findings.yml", ["chk_a"], True),
    "chk_a_in_int_a": ("models/findings/_findings.yml", ["chk_a", "int_a"], True),
}
AS_ONE = {"declared_of_facts": "marts", "declared_of_published": "findings"}


def _node(kind: str, name: str, path: str, tags: list[str], parents: list[str], generic=False):
    return SimpleNamespace(
        resource_type=SimpleNamespace(value=kind), name=name, original_file_path=f"dbt_project/{path}", tags=tags,
        fqn=["petition", name], depends_on_nodes=parents, test_metadata={} if generic else None, unique_id=name,
        config=SimpleNamespace(materialized="view" if name in VIEWS else "table"),
        raw_code=VIEWS.get(name, "{{ declared([]) }}"), depends_on=SimpleNamespace(nodes=parents),
    )  # fmt: skip


@pytest.fixture
def nodes():
    found = {"ref_a": _node("seed", "ref_a", "seeds/ref_a.csv", ["marts"], [])}
    for name, (folder, tag, parents) in MODELS.items():
        found[name] = _node("model", name, f"models/{folder}/{name}.sql", [tag], parents)
    for name, (path, parents, generic) in TESTS.items():
        found[name] = _node("test", name, path, [], parents, generic)
    for name, tag in AS_ONE.items():
        found[name] = _node("test", name, f"tests/{name}.sql", [tag], ["ind_a"])
    return found


def _made(nodes, words, news, tests=None):
    passed_over = standing(nodes, MACROS, news)
    return chosen(nodes, words, tests, passed_over, news.going_on)


def test_a_build_that_starts_anew_makes_all_but_the_untold(nodes):
    assert _made(nodes, [], ANEW) == set(MODELS) - {"fct_untold"} | {"ref_a"}
    assert chosen(nodes, [], None) == set(MODELS) | {"ref_a"}


def test_one_that_goes_on_leaves_what_rules_alone_make_and_the_views_that_say_the_same(nodes):
    """`int_slice` asks, by two macros, whether the build goes on: it says something else when it does."""
    assert _made(nodes, ["tag:marts"], GOING_ON) == {"int_slice", "int_a", "fct_told"}


@pytest.mark.parametrize(("now", "made"), [(frozenset({"told"}), True), (frozenset({"a"}), False)])
def test_a_plain_fact_of_which_nothing_is_told_now_is_passed_over(nodes, now, made):
    news = News(GOING_ON.told, going_on=True, told_now=now)
    assert ("fct_told" in _made(nodes, [], news)) is made


@pytest.mark.parametrize(
    ("words", "which", "going_on", "tests"),
    [
        (
            ["tag:marts"],
            "cautious",
            False,
            {"key_int_a", "key_int_days", "int_a_of_days", "days_known", "seed_read"},
        ),
        (["tag:findings"], "eager", False, {"chk_a_of_int_a", "key_chk_a", "chk_a_in_int_a"}),
        (["tag:marts"], "cautious", True, {"key_int_a", "int_a_of_days", "seed_read"}),
        (["tag:findings"], "eager", True, {"chk_a_of_int_a", "key_chk_a", "chk_a_in_int_a"}),
    ],
)
def test_tests_go_with_what_they_read(nodes, words, which, going_on, tests):
    found = _made(nodes, words, GOING_ON if going_on else ANEW, which)
    assert {u for u in found if u in TESTS | AS_ONE} == tests


@pytest.mark.parametrize(
    ("word", "made"),
    [
        ("int_a", {"int_a"}),
        ("fqn:petition.int_a", {"int_a"}),
        ("+ind_a", {"ind_a", "int_a", "int_days", "stg_a"}),
        ("nothing_of_that_name", set()),
    ],
)
def test_words_name_nodes(nodes, word, made):
    assert _made(nodes, [word], ANEW) == made


def test_a_test_may_be_named_itself(nodes):
    assert _made(nodes, ["key_int_a"], ANEW, "eager") == {"key_int_a"}
    assert _made(nodes, ["key_int_a"], ANEW) == set()


def test_a_mark_is_taken_off_again(nodes):
    with pytest.raises(RuntimeError), marked(nodes, {"int_a"}) as words:
        assert nodes["int_a"].tags == ["marts", MARK] and f"tag:{MARK}" in words
        raise RuntimeError
    assert nodes["int_a"].tags == ["marts"]


def test_declared_tests_are_asked_as_one_by_each_build_and_those_written_out_stay(nodes):
    found = _made(nodes, [], GOING_ON, "eager")
    together = {
        "declared_of_facts": ["int_a_of_days", "key_int_a"],
        "declared_of_published": ["chk_a_in_int_a", "key_chk_a"],
    }
    assert gathered(nodes, found) == together
    before = list(nodes)
    with marked(nodes, found):
        run = {u for u, node in nodes.items() if MARK in node.tags}
        assert run & set(TESTS | AS_ONE) == {"chk_a_of_int_a", "seed_read", *AS_ONE}
        of_facts = nodes["declared_of_facts"]
        assert of_facts.raw_code == "{{ declared(['int_a_of_days', 'key_int_a']) }}"
        assert of_facts.depends_on.nodes == ["ind_a", "int_a", "int_days"], (
            "it waits for what they read"
        )
        assert not {"int_a_of_days", "key_int_days"} & set(nodes), (
            "dbt's graph grows with what it might run"
        )
    assert list(nodes) == before
    of_facts = nodes["declared_of_facts"]
    assert of_facts.raw_code == "{{ declared([]) }}" and of_facts.depends_on.nodes == ["ind_a"]
    assert not [u for u, node in nodes.items() if MARK in node.tags]


def test_a_declared_test_alone_stays_a_node(nodes):
    assert gathered(nodes, {"int_a", "key_int_a"}) == {}
