"""Linkage keys: equal for equal persons and texts, never the value, nothing at all without a key."""

import re

import pyarrow as pa
import pytest

from ingestion import lake, linkage
from ingestion.contract import load_contracts
from ingestion.fields import ContractError
from ingestion.linkage import KeyFileError, NetworkKey, network_key
from tests.door_files import (
    EVENTS,
    HEADERS,
    OFFICE,
    examine,
    keyed,
    make_home,
    problems_of,
    resident_number,
    row,
    rows_of,
    text,
    write_key,
)

KEY = NetworkKey("k1", b"x" * 32)
SHAPE = re.compile(r"k1:[0-9a-f]{32}")
PERSONS = [*HEADERS, "证件号码", "联系电话"]


def _keys(kind, *values):
    return linkage.keys(pa.array(values, pa.string()), kind, KEY).to_pylist()


@pytest.fixture
def named(tmp_path, monkeypatch):
    """Write a key file, name it in the environment, return its path."""

    def name(*args, folder=tmp_path, **kwargs):
        path = write_key(folder / "network.key", *args, **kwargs)
        monkeypatch.setenv(linkage.VARIABLE, str(path))
        return path

    return name


def test_no_file_named_is_no_key(monkeypatch):
    monkeypatch.delenv(linkage.VARIABLE, raising=False)
    assert network_key() is None


def test_a_good_key_file(named, tmp_path):
    named("2026a:" + "s" * 32 + "\n")
    found = network_key(tmp_path / "home")
    assert (found.key_id, found.secret) == ("2026a", b"s" * 32)
    assert "ssss" not in repr(found)


@pytest.mark.parametrize(
    "line",
    ["", "s" * 40, "k1:short", "K1:" + "s" * 32, "a-b:" + "s" * 32, ":" + "s" * 32,
     "a" * 17 + ":" + "s" * 32, "k1:" + "s" * 32 + "\nk2:" + "s" * 32, "k1:" + "s " * 32],
)  # fmt: skip
def test_a_malformed_key_file_is_refused_without_its_content(named, line):
    named(line)
    with pytest.raises(KeyFileError, match="格式不对") as refusal:
        network_key()
    assert "sss" not in str(refusal.value) and "请" in str(refusal.value)


def test_a_key_file_that_is_not_there_or_not_text(named, tmp_path):
    path = named()
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(KeyFileError, match="读不出"):
        network_key()
    path.unlink()
    with pytest.raises(KeyFileError, match="不存在"):
        network_key()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o610, 0o601])
def test_a_key_file_open_to_others_is_refused(named, mode):
    named(mode=mode)
    with pytest.raises(KeyFileError, match="chmod 600"):
        network_key()


def test_a_key_file_inside_the_home_is_refused(named, tmp_path):
    home = tmp_path / "home"
    (home / "rules").mkdir(parents=True)
    named(folder=home / "rules")
    with pytest.raises(KeyFileError, match="家目录之外"):
        network_key(home)
    link = tmp_path / "link"
    link.symlink_to(home, target_is_directory=True)
    with pytest.raises(KeyFileError, match="家目录之外"):
        network_key(link)


def test_identity_numbers_are_equal_in_every_spelling():
    number = resident_number()
    wide = "".join(chr(ord(c) + 0xFEE0) for c in number)
    same = _keys(
        "id_number", number, f" {number} ", wide, number.lower(), f"{number[:6]} {number[6:]}"
    )
    assert len(set(same)) == 1 and SHAPE.fullmatch(same[0])
    assert _keys("id_number", number[:-2] + "9X") != same[:1]


def test_fifteen_digits_are_the_eighteen():
    old = "980101900307001"
    (new,) = _keys("id_number", resident_number())
    assert _keys("id_number", old) == [new]


def test_phones_are_equal_with_and_without_the_country():
    same = _keys(
        "phone", "13900001111", "+86 139-0000-1111", "008613900001111", "（+86）139 0000 1111"[4:]
    )
    assert len(set(same)) == 1
    assert _keys("phone", "0755-1234567") == _keys("phone", "07551234567")


def test_texts_are_equal_but_for_spaces_and_punctuation():
    assert len(set(_keys("text", "您好，已答复。", "您好 已答复", "「您好」：已答复！"))) == 1
    assert len(set(_keys("text", "已答复", "未答复"))) == 2


def test_operators_are_equal_but_for_spaces():
    assert len(set(_keys("operator", "测 试甲", "测试甲", "测\u3000试甲"))) == 1


@pytest.mark.parametrize(
    ("kind", "value"),
    [("id_number", "无"), ("id_number", "4403**********1234"), ("id_number", "不详"),
     ("phone", "无"), ("phone", "139****1111"), ("phone", "110"), ("text", "，。"),
     ("operator", "测*"), ("id_number", None)],
)  # fmt: skip
def test_what_names_nobody_links_nobody(kind, value):
    assert _keys(kind, value) == [None]


def test_kinds_and_networks_do_not_meet():
    phone, text_ = _keys("phone", "13900001111"), _keys("text", "13900001111")
    assert phone != text_
    other = linkage.keys(pa.array(["13900001111"]), "phone", NetworkKey("k1", b"y" * 32))
    assert other.to_pylist() != phone


def test_the_door_leaves_keys_and_no_values(tmp_path):
    number = resident_number()
    rows = [[*row(1), number, "13900001111"], [*row(2), number.lower(), "+8613900001111"]]
    path = text(tmp_path / "a.csv", [PERSONS, *rows, [*row(3), "", "-"]])
    result = examine(path, judged=keyed())
    first, second, third = rows_of(result)
    assert SHAPE.fullmatch(first["person_key"]) and SHAPE.fullmatch(first["contact_key"])
    assert (first["person_key"], first["contact_key"]) == (
        second["person_key"],
        second["contact_key"],
    )
    assert (third["person_key"], third["contact_key"]) == (None, None)
    assert [p.column_no for p in problems_of(result, "linkage_only")] == [7, 8]
    assert not problems_of(result, "linkage_off")
    kept = str([rows_of(result), [p.stored() for p in result.problems]])
    assert number not in kept and "13900001111" not in kept


def test_every_ledger_s_keys(tmp_path):
    events = [
        [*EVENTS, "答复内容", "经办人"],
        ["A1", 1, "转送", "2025-04-09", "已办，谢谢！", "测试甲"],
    ]
    (event,) = rows_of(examine(text(tmp_path / "a.csv", events), judged=keyed()), "handling_events")
    assert SHAPE.fullmatch(event["reply_text_key"]) and SHAPE.fullmatch(event["operator_key"])
    rated = [
        ["信访件编号", "评价对象", "是否可以评价", "评价人电话"],
        ["A1", "责任单位", "是", "13900001111"],
    ]
    (one,) = rows_of(examine(text(tmp_path / "b.csv", rated), judged=keyed()), "evaluations")
    assert one["rater_contact_key"] == keyed_phone()


def keyed_phone() -> str:
    column = pa.array(["13900001111"])
    return linkage.keys(column, "phone", keyed().references.key).to_pylist()[0]


def test_without_a_key_the_columns_are_empty_and_one_notice_says_so(tmp_path):
    path = text(tmp_path / "a.csv", [PERSONS, [*row(1), resident_number(), "13900001111"]])
    result = examine(path)
    (only,) = rows_of(result)
    assert (only["person_key"], only["contact_key"]) == (None, None)
    (notice,) = problems_of(result, "linkage_off")
    assert "关联钥匙未配置，T2 关联关闭" in notice.text()
    assert [p.column_no for p in problems_of(result, "identity_dropped")] == [7, 8]


def test_a_file_without_persons_says_nothing_of_keys(tmp_path):
    assert not problems_of(examine(text(tmp_path / "a.csv", [HEADERS, row(1)])), "linkage_off")


def test_keys_do_not_decide_what_is_a_repeat(tmp_path):
    rows = [[*row(1), "", "13900001111"], [*row(1), "", "13900002222"]]
    path = text(tmp_path / "a.csv", [PERSONS, *rows])
    receipts = {examine(path, judged=judged).receipt for judged in (None, keyed())}
    (receipt,) = receipts
    assert (receipt.loaded, receipt.duplicate, receipt.quarantined) == (1, 1, 0)


def test_two_columns_of_one_dropped_header_refuse_nothing(tmp_path):
    path = text(tmp_path / "a.csv", [[*PERSONS, "联系电话"], [*row(1), "", "13900001111", "x"]])
    result = examine(path, judged=keyed())
    assert rows_of(result)[0]["contact_key"] == keyed_phone()


def test_stand_ins_carry_the_key_s_id(tmp_path):
    path = text(tmp_path / "a.csv", [HEADERS, row(1, 责任单位="乌有局")])
    (one,) = rows_of(examine(path, judged=keyed("net7")))
    assert re.fullmatch(r"unmapped:net7-[0-9a-f]{16}", one["unit_org_code"])
    (one,) = rows_of(examine(path))
    assert one["unit_org_code"] == "unmapped:unkeyed"


def test_the_register_says_which_key(tmp_path):
    home = make_home(tmp_path / "home")
    result = examine(text(tmp_path / "a.csv", [HEADERS, row(1)]), judged=keyed())
    entry = lake.commit(home, OFFICE, result, [], key_id="k1")
    assert entry.ledgers[0]["key_id"] == "k1"
    later = lake.commit(home, OFFICE, result, [entry])
    assert later.ledgers[0]["key_id"] is None


GOOD = """
apiVersion: v3.2.0
kind: DataContract
id: own
version: 1.0.0
status: active
schema:
  - name: own
    logicalType: object
    customProperties: [{property: extends, value: petition_register}]
    properties:
      - {name: item_no, businessName: 案号, logicalType: string}
      - {name: registered_at, businessName: 立案时间, logicalType: timestamp}
      - name: caller
        businessName: 来电号码
        logicalType: string
        classification: identity
        customProperties: [{property: linkage, value: {column: contact_key, type: phone}}]
"""


def _own(tmp_path, old="", new=""):
    (tmp_path / "own.odcs.yml").write_text(GOOD.replace(old, new) if old else GOOD, "utf-8")
    return load_contracts(tmp_path)[-1]


def test_a_home_s_own_header_makes_the_ledger_s_key(tmp_path):
    _own(tmp_path)
    table = [["案号", "立案时间", "来电号码"], ["A1", "2025-04-08", "13900001111"]]
    result = examine(text(tmp_path / "a.csv", table), contracts=tmp_path, judged=keyed())
    assert rows_of(result)[0]["contact_key"] == keyed_phone()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [("classification: identity", "classification: public", "caller"),
     ("type: phone", "type: name", "name"),
     ("column: contact_key", "column: contact", "_key"),
     ("column: contact_key", "column: other_key", "关联钥匙列"),
     ("column: contact_key, ", "", "column"),
     ("来电号码", "重点人员电话", "重点人员电话")],
)  # fmt: skip
def test_a_key_that_may_not_be_is_refused(tmp_path, old, new, said):
    with pytest.raises(ContractError) as refusal:
        _own(tmp_path, old, new)
    assert said in str(refusal.value) and re.search("请|应当", str(refusal.value))


def test_a_column_that_would_keep_the_value_stays_barred(tmp_path):
    with pytest.raises(ContractError, match="不得入库"):
        _own(tmp_path, "businessName: 案号", "businessName: 证件号码")
