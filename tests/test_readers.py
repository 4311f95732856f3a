"""Analysts while releases are published: whoever asks, gets the old release or the new one, whole, and never an error.

`READER_QUERIES` and `READER_PUBLISHES` ask for more (make soak).
"""

import os
import threading
from contextlib import contextmanager
from datetime import datetime
from itertools import pairwise

import duckdb
import pytest

from publication import release as releases
from tests import asking, disturbed_homes
from tests.spine import COUNTY, Spine, item

pytestmark = pytest.mark.slow
QUERIES = int(os.environ.get("READER_QUERIES", "120"))
PUBLISHES = int(os.environ.get("READER_PUBLISHES", "2"))
MOVES = max(6, PUBLISHES)
READERS = 3
PAUSE = 0.02  # seconds between two questions while this very process builds
INDICATORS = disturbed_homes.INDICATORS


class Analysts:
    """Some who ask again and again, each in one of the two ways, and keep every answer in its order."""

    def __init__(self, home, pause: float = 0):
        self.home, self.pause, self.over = home, pause, threading.Event()
        self.answers: list[list[tuple]] = [[] for _ in range(READERS)]
        self.wrong: list[str] = []
        self.threads = [threading.Thread(target=self._ask, args=(n,)) for n in range(READERS)]

    def _ask(self, number: int) -> None:
        answers, way = self.answers[number], asking.WAYS[number % len(asking.WAYS)]
        while not self.over.is_set() or len(answers) < QUERIES // READERS:
            try:
                answers.append(way(self.home))
            except Exception as error:  # whatever an analyst would see
                self.wrong.append(repr(error))
                return
            self.over.wait(self.pause)

    @property
    def asked(self) -> int:
        return sum(map(len, self.answers))

    def wait(self, asked: int) -> None:
        """Wait until so many questions were asked, or nobody asks any more."""
        while self.asked < asked and any(thread.is_alive() for thread in self.threads):
            self.over.wait(0.001)

    @contextmanager
    def at_work(self):
        for thread in self.threads:
            thread.start()
        try:
            yield
        finally:
            self.over.set()
            for thread in self.threads:
                thread.join()
        assert not self.wrong, self.wrong[:3]
        assert self.asked >= QUERIES


def _said(release) -> tuple:
    with releases.open_serve(release) as connection:
        return connection.execute(asking.ASKED.format("")).fetchone()


def test_queries_while_the_pointer_moves_see_one_whole_release(few_copy):
    listed = releases.list_releases(few_copy)
    whole = {_said(release) for release in listed}
    assert len(whole) == len(listed) == 2, "the two releases say different things"
    analysts = Analysts(few_copy)
    with analysts.at_work():
        for turn in range(MOVES):
            before = analysts.asked
            releases.point_to(few_copy, listed[turn % 2].release_id)
            analysts.wait(before + QUERIES // MOVES)
    assert {answer for answers in analysts.answers for answer in answers} == whole


def test_queries_while_releases_are_built_and_published_see_one_whole_release(
    tmp_path, few_indicators
):
    spine = Spine(tmp_path / "home", datetime(2026, 3, 1, 9))
    spine.tell(COUNTY, [item(f"A{n}", "2026-02-03") for n in range(20)])
    order = [_said(spine.publish())]
    analysts = Analysts(spine.home, PAUSE)
    with analysts.at_work():
        for turn in range(PUBLISHES):
            spine.tell(COUNTY, [item(f"B{turn}-{n}", "2026-02-10") for n in range(20)])
            order.append(_said(spine.publish()))
            analysts.wait(analysts.asked + QUERIES // PUBLISHES)
    assert len(set(order)) == PUBLISHES + 1, "each release says something else"
    for answers in analysts.answers:
        seen = [order.index(answer) for answer in answers]
        assert all(one <= other for one, other in pairwise(seen)), "none goes back"
        assert seen[0] == 0 and seen[-1] == PUBLISHES, "the first and the last were seen"


def test_one_process_may_open_a_release_twice_and_both_stay_closed_to_files(few_home):
    """A notebook does; the second connection shares the settings of the first, also when that has gone."""
    first, second = releases.connect(few_home), releases.connect(few_home)
    said = [c.execute(asking.ASKED.format("")).fetchone() for c in (first, second)]
    assert said[0] == said[1]
    first.close()
    with second:
        assert second.execute(asking.ASKED.format("")).fetchone() == said[0]
        with pytest.raises(duckdb.PermissionException):
            second.execute("select * from read_csv('/etc/hostname')")
        with pytest.raises(duckdb.InvalidInputException, match="locked"):
            second.execute("set enable_external_access = true")
