"""A home over the years, from the command line: joined and erased, its releases still proven."""

import json

import pytest

from publication import release as releases
from tests.door_files import OFFICE, make_home, text
from tests.lake_homes import events, parquet_files, registrations

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return make_home(tmp_path_factory.mktemp("long") / "home")


def _said(done):
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


def test_a_release_verifies_after_its_files_were_joined_and_one_was_erased(home, petition_few):
    office, where = home.landing / OFFICE, ("--json", "--home", str(home.root))
    for number in range(3):
        first = 40 * number
        text(office / f"{number}.csv", registrations(*range(first, first + 40), bad=number % 2))
    text(office / "events.csv", events(*range(40)))
    _said(petition_few("run", *where, clock="2025-05-10T09:00:00"))
    assert len([*home.outbox.rglob("*-回执.xlsx")]) == 4, "each delivery is answered by the run"
    before = releases.load(home, None)
    later = "2025-08-10T09:00:00"
    joined = _said(petition_few("compact", *where, clock=later))
    assert [s["ledger"] for s in joined["segments"]] == ["petition_register"]
    assert "segments/petition_register" in " ".join(parquet_files(home))
    verified = _said(petition_few("release", "verify", *where, clock=later))
    assert verified["same"] and verified["release_id"] == before.release_id

    asked = ("2", "--ledger", "petition_register", "--column", "channel_code", "--reason", "示例")
    erased = _said(petition_few("purge-delivery", *asked, "--yes", *where, clock=later))
    assert erased["changed"] and erased["releases"] == [before.release_id]
    assert not home.warehouse.exists()
    _said(petition_few("run", *where, clock="2025-08-11T09:00:00"))
    after = releases.load(home, None)
    assert after.release_id != before.release_id
    channels = _said(
        petition_few("query", "select channel_code is null as gone, count(*) as n"
                 " from fct_petitions group by all order by gone", *where)
    )  # fmt: skip
    assert channels["rows"] == [{"gone": False, "n": 80}, {"gone": True, "n": 40}]
    whole = _said(petition_few("status", "--deep", *where))
    assert whole["whole"] and whole["releases"] == 2
