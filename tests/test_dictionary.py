"""The data dictionary is current and complete, and no model names a person."""

import importlib.util
import re

import pytest

from orchestration.project import ROOT

spec = importlib.util.spec_from_file_location(
    "build_dictionary", ROOT / "docs" / "build_dictionary.py"
)
dictionary = importlib.util.module_from_spec(spec)
spec.loader.exec_module(dictionary)

LAYERS = ("marts", "findings", "published")
RELEASED = [m for layer in LAYERS for m in dictionary.released(layer)]
PERSON = re.compile(
    r"petitioner|phone|contact|id_card|address|leader_name|person_(key|name|hash)|_text$|姓名|电话|身份证|住址"
)
NOT_PERSONS = {
    "text_zh",
    "rank_text",
    "peers_text",
    "reason_text",
    "source_text",
    "definition_text",
    "not_shown_text",
    "answer_text",
}


def test_dictionary_is_up_to_date():
    assert dictionary.TARGET.read_text("utf-8") == dictionary.text(), (
        "请运行 docs/build_dictionary.py"
    )


def test_every_mart_is_described():
    files = [
        p for layer in ("marts", "published") for p in (dictionary.MODELS / layer).rglob("*.sql")
    ]
    wanted = {p.stem for p in files if not p.stem.startswith("int_")}
    assert wanted <= {m["name"] for m in RELEASED}


@pytest.mark.parametrize("model", RELEASED, ids=lambda m: m["name"])
def test_every_column_is_described(model):
    assert model["description"]
    assert not [
        c["name"] for c in model["columns"] if not (c.get("description") and c["data_type"])
    ]


@pytest.mark.parametrize("model", RELEASED, ids=lambda m: m["name"])
def test_no_column_names_a_person(model):
    names = [c["name"] for c in model["columns"]]
    assert not [n for n in names if PERSON.search(n) and n not in NOT_PERSONS]
