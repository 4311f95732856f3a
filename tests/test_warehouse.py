"""The working file: when the models may go on from their last build, and when it is made anew."""

from datetime import datetime, timedelta

import pytest

from ingestion import warehouse
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
