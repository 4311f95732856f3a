"""The daily reminder: who is told of what, by counts only, and what becomes of the list of the day before."""

import json

import pytest
from python_calamine import CalamineWorkbook

from orchestration import reminding
from publication import release as releases
from publication.reminders import CLOCKS, gather

pytestmark = pytest.mark.slow
DEBTOR = "980303-zj"  # of the sample: owes a ledger each quarter and never tells it
ABOVE = {"980303-xf", "980300-xf", "980000-xf", "central-joint", "central-bureau"}


@pytest.fixture(scope="module")
def found(few_home):
    return gather(releases.load(few_home, None))


def _lists(found):
    return {told.office: told for told in found.lists}


def test_what_is_owed_is_told_to_who_owes_it_and_to_the_petition_offices_above(found):
    ends = [str(row["period_end_date"]) for row in found.owed if row["org_code"] == DEBTOR]
    assert ends == ["2025-06-30", "2025-09-30", "2025-12-31"]
    lists = _lists(found)
    assert [str(row["period_end_date"]) for row in lists[DEBTOR].owed] == ends
    told_of_it = {
        office
        for office, told in lists.items()
        if any(row["org_code"] == DEBTOR for row in told.below_owed)
    }
    assert told_of_it == ABOVE
    assert not lists[DEBTOR].below_counts, "no petition office is told of nobody else"


def test_counts_are_those_of_the_petitions(few_home, found):
    with releases.connect(few_home) as connection:
        asked = connection.execute(
            """
            select accepting_org_code, count(*) from fct_petitions
            where accepted_at is not null and opinion_served_at is null and closed_at is null
                and effective_reply_due_date <= date '2026-03-31' and accepting_org_code not like 'unmapped:%'
            group by all
            """
        ).fetchall()
    overdue = {
        row["org_code"]: row["open_count"]
        for row in found.open_counts
        if (row["clock_code"], row["state_code"]) == ("closing", "overdue")
    }
    assert overdue == dict(asked) and overdue
    assert {row["clock_code"] for row in found.open_counts} == set(CLOCKS)


def test_nothing_in_a_list_tells_one_item_from_another(found):
    for told in found.lists:
        for row in [*told.open_counts, *told.below_counts]:
            assert set(row) == {
                "org_code", "org_name", "clock_code", "state_code", "due_date", "first_due_date", "open_count",
            }  # fmt: skip


def test_lists_lie_in_the_outboxes_and_stale_ones_go(few_copy):
    stale = few_copy.outbox / "没有了的单位" / reminding.NAME
    stale.parent.mkdir(parents=True)
    stale.write_bytes(b"")
    (stale.parent / "别的.xlsx").write_bytes(b"")
    told = reminding.write(few_copy)
    there = {path.parent.name: path for path in few_copy.outbox.glob(f"*/{reminding.NAME}")}
    assert set(there) == {one.office for one in told.lists}
    assert (stale.parent / "别的.xlsx").exists()
    book = CalamineWorkbook.from_path(str(there[DEBTOR]))
    assert book.sheet_names == ["本单位"]
    cells = [cell for row in book.get_sheet_by_name("本单位").to_python() for cell in row]
    assert "开单提示台账" in cells and "2026-01-20" in cells
    assert "本地区各单位" in CalamineWorkbook.from_path(str(there["980303-xf"])).sheet_names
    before = {office: path.read_bytes() for office, path in there.items()}
    reminding.write(few_copy)
    assert before == {office: path.read_bytes() for office, path in there.items()}


def test_status_and_reminders_say_who_owes_what(few_home, petition_few):
    found = json.loads(petition_few("status", "--json", "--home", str(few_home.root)).stdout)
    assert [row["org_code"] for row in found["owed"]] == [DEBTOR] * 3
    said = petition_few("status", "--home", str(few_home.root)).stdout
    assert "欠报 3 期" in said and "应于 2026-01-20 前报到" in said
    one = petition_few("reminders", "--office", "980101-xf", "--json", "--home", str(few_home.root))
    rows = json.loads(one.stdout)
    assert {row["org_code"] for row in rows["open"]} <= {"980101-xf"} and not rows["owed"]
