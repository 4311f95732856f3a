"""Which nodes a build makes and tests: by words, by what stands, and by what a test reads."""

from types import SimpleNamespace

import pytest

from orchestration.selection import MARK, chosen, marked

MODELS = {
    "stg_a": ("staging", "marts", []),
    "int_a": ("intermediate", "marts", ["stg_a"]),
    "int_days": ("intermediate/standing", "marts", []),
    "ind_a": ("indicators", "marts", ["int_a", "int_days"]),
    "fct_told": ("marts/plain", "marts", ["stg_a"]),
    "fct_untold": ("marts/plain", "marts", ["stg_a"]),
    "chk_a": ("findings", "findings", ["int_a"]),
}
TESTS = {
    "key_int_a": ("models/intermediate/_intermediate.yml", ["int_a"], True),
    "key_int_days": ("models/intermediate/standing/_standing.yml", ["int_days"], True),
    "key_ref_a": ("seeds/_seeds.yml", ["ref_a"], True),
    "int_a_of_days": ("models/intermediate/_intermediate.yml", ["int_a", "int_days"], True),
    "chk_a_of_int_a": ("tests/chk_a_of_int_a.sql", ["chk_a", "int_a"], False),
    "days_known": ("tests/standing/days_known.sql", ["int_days"], False),
    "seed_read": ("tests/seed_read.sql", ["ref_a", "int_a"], False),
}


def _node(kind: str, name: str, path: str, tags: list[str], parents: list[str], generic=False):
    return SimpleNamespace(
        resource_type=SimpleNamespace(value=kind), name=name, original_file_path=f"dbt_project/{path}", tags=tags,
        fqn=["petition", name], depends_on_nodes=parents, test_metadata={} if generic else None,
    )  # fmt: skip


@pytest.fixture
def nodes():
    found = {"ref_a": _node("seed", "ref_a", "seeds/ref_a.csv", ["marts"], [])}
    for name, (folder, tag, parents) in MODELS.items():
        found[name] = _node("model", name, f"models/{folder}/{name}.sql", [tag], parents)
    for name, (path, parents, generic) in TESTS.items():
        found[name] = _node("test", name, path, [], parents, generic)
    return found


def test_a_build_that_starts_anew_makes_all_but_the_untold(nodes):
    made = chosen(nodes, [], {"told"}, False, None)
    assert made == set(MODELS) - {"fct_untold"} | {"ref_a"}
    assert chosen(nodes, [], None, False, None) == set(MODELS) | {"ref_a"}


def test_one_that_goes_on_leaves_the_views_and_what_rules_alone_make(nodes):
    made = chosen(nodes, ["tag:marts"], {"told"}, True, None)
    assert made == {"stg_a", "int_a", "fct_told"}


@pytest.mark.parametrize(
    ("words", "which", "going_on", "tests"),
    [
        (
            ["tag:marts"],
            "cautious",
            False,
            {"key_int_a", "key_int_days", "int_a_of_days", "days_known", "seed_read"},
        ),
        (["tag:findings"], "eager", False, {"chk_a_of_int_a"}),
        (["tag:marts"], "cautious", True, {"key_int_a", "int_a_of_days", "seed_read"}),
        (["tag:findings"], "eager", True, {"chk_a_of_int_a"}),
    ],
)
def test_tests_go_with_what_they_read(nodes, words, which, going_on, tests):
    found = chosen(nodes, words, {"told"}, going_on, which)
    assert {u for u in found if u in TESTS} == tests


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
    assert chosen(nodes, [word], {"told"}, False, None) == made


def test_a_test_may_be_named_itself(nodes):
    assert chosen(nodes, ["key_int_a"], {"told"}, False, "eager") == {"key_int_a"}
    assert chosen(nodes, ["key_int_a"], {"told"}, False, None) == set()


def test_a_mark_is_taken_off_again(nodes):
    with pytest.raises(RuntimeError), marked(nodes, {"int_a"}) as words:
        assert nodes["int_a"].tags == ["marts", MARK] and f"tag:{MARK}" in words
        raise RuntimeError
    assert nodes["int_a"].tags == ["marts"]
