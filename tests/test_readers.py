"""Analysts while the pointer moves from release to release, as publishing ends: whoever asks, gets the old release
or the new one, whole, and never an error.

`READER_QUERIES` and `READER_PUBLISHES` ask for more (make soak).
"""

import os
import threading

import duckdb
import pytest

from publication import release as releases

pytestmark = pytest.mark.slow
QUERIES = int(os.environ.get("READER_QUERIES", "120"))
PUBLISHES = int(os.environ.get("READER_PUBLISHES", "6"))
READERS = 3
ASKED = "select count(*), sum(num) from {}mart_published_values where indicator_code = 'volume'"


def _through_the_house(home) -> tuple:
    with releases.connect(home) as connection:
        return connection.execute(ASKED.format("")).fetchone()


def _through_the_resolver(home) -> tuple:
    """As an analyst's own client does: it runs `current.sql` as it then stands."""
    with duckdb.connect() as connection:
        connection.execute(home.pointer_sql.read_text("utf-8"))
        return connection.execute(ASKED.format("mart.")).fetchone()


def test_queries_during_publishing_see_one_whole_release(few_copy):
    listed = releases.list_releases(few_copy)
    whole = set()
    for release in listed:
        with releases.open_serve(release) as connection:
            whole.add(connection.execute(ASKED.format("")).fetchone())
    assert len(whole) == len(listed) == 2, "the two releases say different things"
    wrong, asked, over = [], [0] * READERS, threading.Event()

    def read(number: int) -> None:
        ask = (_through_the_house, _through_the_resolver)[number % 2]
        while not over.is_set() or asked[number] < QUERIES // READERS:
            try:
                said = ask(few_copy)
            except Exception as error:  # whatever an analyst would see
                wrong.append(repr(error))
                return
            asked[number] += 1
            if said not in whole:
                wrong.append(said)

    readers = [threading.Thread(target=read, args=(n,)) for n in range(READERS)]
    for reader in readers:
        reader.start()
    for turn in range(PUBLISHES):
        before = sum(asked)
        releases.point_to(few_copy, listed[turn % 2].release_id)
        while sum(asked) < before + QUERIES // PUBLISHES and any(r.is_alive() for r in readers):
            over.wait(0.001)
    over.set()
    for reader in readers:
        reader.join()
    assert not wrong, wrong[:3]
    assert sum(asked) >= QUERIES


def test_one_process_may_open_a_release_twice_and_both_stay_closed_to_files(few_home):
    """A notebook does; the second connection shares the settings of the first, also when that has gone."""
    first, second = releases.connect(few_home), releases.connect(few_home)
    said = [c.execute(ASKED.format("")).fetchone() for c in (first, second)]
    assert said[0] == said[1]
    first.close()
    with second:
        assert second.execute(ASKED.format("")).fetchone() == said[0]
        with pytest.raises(duckdb.PermissionException):
            second.execute("select * from read_csv('/etc/hostname')")
        with pytest.raises(duckdb.InvalidInputException, match="locked"):
            second.execute("set enable_external_access = true")
