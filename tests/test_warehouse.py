"""The working file: when the models may go on from their last build, and when it is made anew."""

from datetime import datetime, timedelta

import pytest

from ingestion import register, warehouse
from ingestion.errors import HouseError
from orchestration import project
from orchestration.deliveries import receipts_frame
from tests.door_files import make_home
from tests.lake_homes import deliver, registrations, three_months

AS_OF = datetime(2025, 5, 1)


@pytest.fixture
def home(tmp_path, monkeypatch):
    found = three_months(make_home(tmp_path / "home"), monkeypatch)
    warehouse.load(found, AS_OF, code="a")
    warehouse.mark_built(found.warehouse)
    return found


def _goes_on_from(home, as_of=AS_OF, known_to=None, code="a"):
    """Load again; return the dials from which the models may go on, None when from none."""
    warehouse.load(home, as_of, known_to, code=code)
    with warehouse.connect(home.warehouse, read_only=True) as connection:
        built = connection.execute("select built_known_to, built_as_of from raw.run_context")
        return built.fetchone()


def test_a_later_day_and_a_later_delivery_go_on(home, monkeypatch):
    deliver(home, monkeypatch, "2025-05-21", registrations(10))
    assert _goes_on_from(home, AS_OF + timedelta(days=9)) == (6, AS_OF)


def test_other_code_starts_anew(home):
    assert _goes_on_from(home, code="b") == (None, None)


def test_a_build_that_was_not_finished_is_not_gone_on_from(home):
    assert _goes_on_from(home) == (6, AS_OF)
    assert _goes_on_from(home) == (None, None), "nothing said that the models were built in between"


@pytest.mark.parametrize("dials", [{"as_of": AS_OF - timedelta(1)}, {"known_to": 5}])
def test_a_dial_turned_back_starts_anew(home, dials):
    assert _goes_on_from(home, **dials) == (None, None)


def test_a_changed_rule_starts_anew(home):
    with (home.rules / "organisations.csv").open("a", encoding="utf-8") as file:
        file.write("\n")
    assert _goes_on_from(home) == (None, None)


def test_a_torn_working_file_is_made_anew(home):
    home.warehouse.write_bytes(b"torn" * 5000)
    assert _goes_on_from(home) == (None, None)


def test_receipts_are_judged_since_the_last_finished_build(home, monkeypatch):
    built = warehouse.built_to(home.warehouse)
    assert built == len(register.entries(home)) > 0
    deliver(home, monkeypatch, "2025-06-01", registrations(7, 8, bad=1))
    frame = receipts_frame(home, since=built)
    assert frame.to_dict("records") == [
        {
            "sequence": built + 1, "ledger": "petition_register", "read": 3, "loaded": 2,
            "quarantined": 1, "duplicate": 0, "stored": 2,
        }
    ]  # fmt: skip
    warehouse.load(home, AS_OF, code="a")  # a build begun and not finished covers nothing
    assert warehouse.built_to(home.warehouse) == 0
    assert len(receipts_frame(home)) > built


def test_reference_lists_stand_through_a_build_that_goes_on(home, monkeypatch):
    def listed():
        with warehouse.connect(home.warehouse, read_only=True) as connection:
            return connection.execute("select count(*) from raw.ref_organisations").fetchone()

    before = listed()
    monkeypatch.setattr(warehouse, "load_table", None)  # not to be read again
    assert _goes_on_from(home) is not None
    assert listed() == before != (0,)


def test_memory_is_as_the_setting_says_and_a_wrong_one_is_named(tmp_path, monkeypatch):
    asked = "select current_setting('memory_limit')"
    monkeypatch.setenv(warehouse.MEMORY, "512MiB")
    with warehouse.connect(tmp_path / "a.duckdb") as connection:
        assert connection.execute(asked).fetchone() == ("512.0 MiB",)
    monkeypatch.delenv(warehouse.MEMORY)
    with warehouse.connect(tmp_path / "b.duckdb") as connection:
        assert connection.execute(asked).fetchone() != ("512.0 MiB",)
    monkeypatch.setenv(warehouse.MEMORY, "很多")
    with pytest.raises(HouseError, match="6GB"), warehouse.connect(tmp_path / "c.duckdb"):
        pass


def test_a_build_that_has_not_enough_memory_says_so(tmp_path, monkeypatch):
    found = make_home(tmp_path / "home")
    warehouse.load(found, AS_OF)
    monkeypatch.setenv(warehouse.MEMORY, "1MB")
    failed = project.failures(project.build(found, ["ref_precedence_rule"], tests=False))
    assert failed and "内存不够：引擎至多用 1MB" in failed[0]
