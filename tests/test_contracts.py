"""Contracts: the shipped ones hold, a broken one is refused by file name, place and remedy."""

import re

import pytest
import yaml

from ingestion.contract import check_standard, load_contracts
from ingestion.fields import LOADER, SHIPPED, ContractError, refused_class
from ingestion.text import plain
from tests.conftest import ROOT

GOOD = """
apiVersion: v3.2.0
kind: DataContract
id: own
version: 1.0.0
status: active
schema:
  - name: own
    businessName: 自有台账
    logicalType: object
    customProperties:
      - {property: extends, value: petition_register}
    properties:
      - {name: item_no, businessName: 案号, logicalType: string}
      - {name: registered_at, businessName: 立案时间, logicalType: timestamp}
"""
PERSON = "      - {name: matter_id, businessName: 事主手机号, logicalType: string}\n"


def _load(tmp_path, text):
    (tmp_path / "own.odcs.yml").write_text(text, "utf-8")
    return load_contracts(tmp_path)[-1]


def _column(name, **properties):
    listed = ", ".join(f"{{property: {k}, value: {v}}}" for k, v in properties.items())
    return f"""      - name: {name}
        logicalType: string
        customProperties: [{listed}]
"""


@pytest.mark.parametrize("contract", load_contracts(), ids=lambda c: c.id)
def test_shipped_contracts_hold(contract):
    assert contract.shipped
    assert contract.key or contract.told == "append"
    assert contract.ledger == contract.id
    headers = [h for f in contract.fields for h in f.headers]
    assert len(headers) == len(set(headers))
    for field in contract.fields:
        assert field.dropped or not any(map(refused_class, field.all_headers))
        assert field.dropped or field.description
        assert re.compile(field.pattern or "")


def test_every_contract_file_is_loaded():
    assert len(load_contracts()) == len(list(SHIPPED.glob("*.odcs.yml")))


@pytest.mark.parametrize(
    "folder", sorted(p.parent for p in (ROOT / "docs/examples").glob("*/contracts/*.yml")), ids=str
)
def test_example_contracts_hold(folder):
    assert len(load_contracts(folder)) == len(load_contracts()) + 1


def test_an_extending_contract_keeps_the_ledger(tmp_path):
    own = _load(tmp_path, GOOD)
    base = next(c for c in load_contracts() if c.ledger == "petition_register")
    assert (own.ledger, own.told, own.key) == (base.ledger, base.told, base.key)
    assert own.stored == base.stored
    assert own.label == "自有台账"
    assert plain("案号") in own.known_headers


BROKEN = {
    "bad yaml": (GOOD + "  - {a: [", "YAML"),
    "a list": ("- 1\n", "ODCS"),
    "empty": ("", "ODCS"),
    "not odcs": (GOOD.replace("kind: DataContract", "kind: 台账"), "ODCS"),
    "unknown extends": (GOOD.replace("value: petition_register", "value: 乌有台账"), "乌有台账"),
    "stray column": (GOOD + "      - {name: extra, logicalType: string}\n", "extra"),
    "identity": (GOOD + PERSON, "事主手机号"),
    "identity in a composite": (GOOD + _column("matter_id", parts="[[事主姓名]]"), "信访事项编号"),
    "identity in ticks": (GOOD + _column("matter_id", one_hot="{重点人员: x}"), "信访事项编号"),
    "unknown role": (GOOD + _column("unit_org_code", role="person"), "person"),
    "a part of no number": (GOOD + _column("person_count", part_of="[item_no]"), "part_of"),
    "told twice": (GOOD + "      - {name: item_no, logicalType: string}\n", "item_no"),
    "a type without a place": (
        GOOD + "      - {name: matter_id, logicalType: array}\n",
        "logicalType",
    ),
    "a bad pattern": (
        GOOD + "      - {name: matter_id, logicalType: string,"
        " logicalTypeOptions: {pattern: '[A-'}}\n",
        "pattern",
    ),
    "an unknown constant": (
        GOOD.replace(
            "      - {property: extends",
            "      - {property: constants, value: {colour: red}}\n      - {property: extends",
        ),
        "colour",
    ),
    "a constant of another type": (
        GOOD.replace(
            "      - {property: extends",
            "      - {property: constants, value: {person_count: 两}}\n      - {property: extends",
        ),
        "person_count",
    ),
    "a scope that is no column": (
        GOOD.replace(
            "      - {property: extends",
            "      - {property: scope, value: colour}\n      - {property: extends",
        ),
        "colour",
    ),
    "a shipped name without extends": (
        GOOD.replace("{property: extends, value: petition_register}", "{property: told, value: append}")
        .replace("- name: own", "- name: petition_register"),
        "extends",
    ),
    "no way of telling": (
        GOOD.replace("{property: extends, value: petition_register}", "{property: x, value: y}"),
        "told",
    ),
    "two tables": (GOOD + "  - {name: other, logicalType: object}\n", "schema"),
}  # fmt: skip


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_contract_is_refused_by_name(tmp_path, fault):
    text, place = BROKEN[fault]
    with pytest.raises(ContractError) as refusal:
        _load(tmp_path, text)
    said = str(refusal.value)
    assert "own.odcs.yml" in said
    assert place in said
    assert re.search("请|应当", said)


def test_a_barred_column_may_be_listed_to_be_dropped(tmp_path):
    own = _load(
        tmp_path,
        GOOD + PERSON.replace("matter_id", "who").replace("}", ", classification: identity}"),
    )
    assert [f.name for f in own.fields if f.dropped] == ["who"]


def test_refused_words_are_found_inside_headers():
    listed = yaml.safe_load((SHIPPED / "refused_columns.yml").read_text("utf-8"))
    for kind, words in listed.items():
        for word in words:
            assert refused_class(plain(f"＊第一 {word}（必填）")) == kind
    assert refused_class("信访件编号") is None


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.odcs.yml")), ids=lambda p: p.name)
def test_a_shipped_contract_follows_the_standard(path):
    """The door does not ask: what is shipped does not change between here and there."""
    check_standard(path.name, yaml.load(path.read_bytes(), Loader=LOADER))
