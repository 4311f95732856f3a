"""Runs that are killed with SIGKILL at a random point, then finished, and compared with one that nobody disturbed.

A third of the kills falls at a moment of the whole run, a third in one of its phases, a third before or after one step
that touches the disk (a rename, a link, a sync ...), so that what is short is hit as well. While a run goes on and is
killed, an analyst asks without pause. `tests/disturbing.py` starts it.
"""

import json
import os
import random
import select
from pathlib import Path

from publication import candidate
from tests import asking, disturbed_homes
from tests.forks import Kill, Stage, forked

AGAIN = 0.3  # how often the run that finishes a killed one is killed too
VERIFIED = 0.1  # how often `release verify` is killed first
PAUSE = 0.02  # seconds between an analyst's questions: the runs need the machine too


class Analyst:
    """Somebody who asks without pause, both ways, while a run goes on: each time a whole release, never an earlier one
    than before, never an error.
    """

    def __init__(self, stage: Stage):
        self.stage, self.answer = stage, stage.place / "asked.json"
        over, self.over = os.pipe()
        self.pid = forked(self._asks, stage.log, over)
        os.close(over)

    def _asks(self, over: int) -> None:
        os.close(self.over)  # its end is the parent's to close
        os.nice(10)
        asked, wrong, last = 0, [], [0] * len(asking.WAYS)
        known = [*self.stage.answers.values()]
        while not select.select([over], [], [], PAUSE)[0]:
            way = asked % len(asking.WAYS)
            try:
                found = known.index(asking.WAYS[way](self.stage.home))
                if found < last[way]:
                    wrong.append("an earlier release than before")
                last[way] = found
            except Exception as error:  # whatever an analyst would see
                wrong.append(repr(error))
            asked += 1
        self.answer.write_text(json.dumps([asked, wrong[:3]]), "utf-8")

    def asked(self) -> int:
        """Let the analyst go; return how often was asked. Fails when anything was wrong."""
        os.close(self.over)
        _, status = os.waitpid(self.pid, 0)
        assert status == 0, "the analyst could not go on"
        asked, wrong = json.loads(self.answer.read_text("utf-8"))
        assert not wrong, wrong
        return asked


def cycle(stage: Stage, chance: random.Random) -> list[str]:
    """Disturb a fresh copy of the base until a run is through, and compare; return where it was killed."""
    stage.renew()
    kills: list[str] = []
    if chance.random() < VERIFIED:
        kill = Kill(seconds=chance.uniform(0, stage.course.seconds))
        kills += _told("verify", stage.verify(kill), kill)
    analyst = Analyst(stage)
    kill: Kill | None = stage.course.draw(chance)
    while kill:
        phase = stage.run(disturbed_homes.WAITING, kill)
        if phase is None:
            break
        kills += _told("run", phase, kill)
        broken = stage.ask(disturbed_homes.broken, stage.home, stage.answers)
        assert not broken, (kills, broken)
        kill = stage.course.draw(chance) if chance.random() < AGAIN else None
    if not kill:
        assert stage.run(disturbed_homes.WAITING) is None
    asked = analyst.asked()
    assert asked > len(asking.WAYS), "nobody asked"
    other = disturbed_homes.different(stage.ask(disturbed_homes.state, stage.home), stage.wanted)
    assert not other, (kills, other)
    return kills


def _told(what: str, phase: str | None, kill: Kill) -> list[str]:
    if phase is None:
        return []
    step = (
        f"{'after' if kill.after else 'before'} {kill.step[0]} {kill.step[1]}" if kill.step else ""
    )
    return [f"{what} {phase} {step or f'+{kill.seconds:.2f}s'}"]


class Progress:
    """What was done of a seed under this very code, kept in a file where a folder is given for it."""

    def __init__(self, folder: Path | None, seed: int):
        self.cycle, self.done = 0, []
        self.file = folder and folder / f"{seed}-{candidate.code_hash()[:12]}.jsonl"
        if self.file and self.file.exists():
            for line in self.file.read_text("utf-8").splitlines():
                self.done += json.loads(line)
                self.cycle += 1

    def add(self, kills: list[str]) -> None:
        self.cycle += 1
        self.done += kills
        if self.file:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            with self.file.open("a", encoding="utf-8") as lines:
                lines.write(json.dumps(kills) + "\n")
