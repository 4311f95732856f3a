"""Runs as forks of one process that has imported everything and parsed the project once, each with a session of its own,
so that it can be killed and nothing of it lives on.

Belongs here: how a run is started, watched and killed, and the stage, a place for one home at a time. The parent never
opens DuckDB: its threads would not live on in a fork.
"""

import gc
import json
import os
import random
import select
import shutil
import signal
import subprocess
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

from ingestion import landing, outbox, warehouse
from ingestion.home import Home
from orchestration import cli, project, runner, verify
from publication import release as releases
from publication import told
from tests import asking, disturbed_homes

EFFECTS = ("fsync", "link", "replace", "rename", "unlink", "mkdir", "chmod")


@dataclass(frozen=True)
class Kill:
    """Where a run is killed: so many seconds after a phase began (none: after its begin), or at a step of a phase."""

    phase: str | None = None
    seconds: float = 0.0
    step: tuple[str, int] | None = None
    after: bool = False


@dataclass
class Course:
    """The course of an undisturbed run: how long it took, its phases, and how often each took which step."""

    seconds: float = 0.0
    phases: dict[str, float] = field(default_factory=dict)
    steps: dict[str, dict[str, int]] = field(default_factory=dict)

    def draw(self, chance: random.Random) -> Kill:
        """Draw where to kill: a third of the kills each way. Not at the very end: the next run may be faster."""
        way = chance.choice(("anywhere", "phase", "step"))
        if way == "anywhere":
            return Kill(seconds=chance.uniform(0, 0.9 * self.seconds))
        if way == "phase":
            phase = chance.choice([*self.phases])
            return Kill(phase, chance.uniform(0, 0.9 * self.phases[phase]))
        phase = chance.choice([*self.steps])
        name = chance.choice([*self.steps[phase]])
        number = chance.randint(1, self.steps[phase][name])
        return Kill(phase, step=(name, number), after=chance.random() < 0.5)


class Watched:
    """A run's own account of itself: it says each phase as it begins, counts its steps, and dies at the one named."""

    def __init__(self, says: int, kill: Kill):
        self.says, self.kill = says, kill
        self.began, self.phase, self.course = time.monotonic(), "", Course()
        self.seen: Counter = Counter()

    def watch(self) -> None:
        """Put itself around what the phases are made of. Files that lie there for long need not settle."""
        import expectations.candidate
        from orchestration import releases as assets

        take_all = landing.take_all
        landing.take_all = lambda home, progress: take_all(home, progress, settle_seconds=0)
        parts = (
            (runner, "sweep"), (landing, "take_all"), (outbox, "write_due"), (warehouse, "load"), (project, "build"),
            (assets, "build_candidate"), (expectations.candidate, "judge_candidate"), (releases, "publish"),
            (told, "tell"),
        )  # fmt: skip
        for module, name in parts:
            setattr(module, name, self._phase(name, getattr(module, name)))
        for name in EFFECTS:
            setattr(os, name, self._step(name, getattr(os, name)))

    def say(self, what: str) -> None:
        os.write(self.says, f"{what}\n".encode())

    def _phase(self, name: str, act: Callable) -> Callable:
        def phase(*given, **more):
            self.seen[name] += 1
            self.phase = f"{name} {self.seen[name]}"
            self.say(self.phase)
            began = time.monotonic()
            try:
                return act(*given, **more)
            finally:
                self.course.phases[self.phase] = time.monotonic() - began
                self.phase = ""

        return phase

    def _step(self, name: str, act: Callable) -> Callable:
        def step(*given, **more):
            at = self.course.steps.setdefault(self.phase, {}) if self.phase else {}
            at[name] = at.get(name, 0) + 1
            here = (self.phase, (name, at[name])) == (self.kill.phase, self.kill.step)
            if here and not self.kill.after:
                os.kill(os.getpid(), signal.SIGKILL)
            done = act(*given, **more)
            if here:
                os.kill(os.getpid(), signal.SIGKILL)
            return done

        return step


def forked(act: Callable, log: Path, *given) -> int:
    """Run a function in a fork with a session of its own; return the number of its process."""
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        os.setsid()
        out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(out, 1)
        os.dup2(out, 2)
        act(*given)
        code = 0
    except SystemExit as left:
        code = left.code
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


@dataclass(frozen=True)
class Command:
    """A command that goes on, and where what it says is written."""

    pid: int
    said: Path

    def left(self) -> tuple[int, str]:
        """Wait for its end; return how it left and what it said."""
        _, status = os.waitpid(self.pid, 0)
        return os.waitstatus_to_exitcode(status), self.said.read_text("utf-8", "replace")


class Stage:
    """A place where a home is disturbed: always at the same path, as `current.sql` names it."""

    def __init__(self, place: Path):
        self.place, self.home = place, Home(place / "home")
        self.log, self.base = place / "runs.log", place / "base"
        self.answers: dict[str, tuple] = {}
        self.commands: list[Path] = []
        self.course, self.wanted = Course(), {}

    def prepare(self) -> None:
        """Make the base: two deliveries published, the next ones waiting; and run those undisturbed."""
        shutil.rmtree(self.place, ignore_errors=True)
        (self.place / "tmp").mkdir(parents=True)
        os.environ.update(PETITION_HOME=str(self.home.root), TMPDIR=str(self.place / "tmp"))
        disturbed_homes.make(self.home)
        self.run(disturbed_homes.PUBLISHED)
        self._warm()
        self.answers |= self.ask(_answer, self.home)
        disturbed_homes.deliver(self.home)
        self.home.root.rename(self.base)
        self.renew()
        self.run(disturbed_homes.WAITING)
        account = json.loads((self.place / "course.json").read_text("utf-8"))
        self.course = Course(**account)
        self.answers |= self.ask(_answer, self.home)
        assert len(set(self.answers.values())) == 2, "the two releases say different things"
        self.wanted = self.ask(disturbed_homes.state, self.home)

    def renew(self) -> None:
        """Put a copy of the base in the place of the home."""
        shutil.rmtree(self.home.root, ignore_errors=True)
        subprocess.run(["cp", "-a", str(self.base), str(self.home.root)], check=True)

    def _warm(self) -> None:
        """Import and parse what every run needs, and keep the collector from walking over it in each."""
        import expectations.candidate
        import expectations.receipts  # noqa: F401  a fork finds it imported
        from orchestration import definitions  # noqa: F401  as above

        project.manifest(self.home)
        gc.freeze()

    def ask(self, act: Callable, *given):
        """Return what a function says, asked in a fork: it may open DuckDB."""
        answer = self.place / "answer.json"

        def work() -> None:
            answer.write_text(json.dumps(act(*given)), "utf-8")

        pid = forked(work, self.log)
        _, status = os.waitpid(pid, 0)
        assert status == 0, self._end_of_log()
        return _hashable(json.loads(answer.read_text("utf-8")))

    def command(self, clock: str, *words: str) -> "Command":
        """Give a command in a fork of its own, at a time."""
        said = self.place / f"said{len(self.commands)}.txt"
        self.commands.append(said)

        def work() -> None:
            os.environ["PETITION_CLOCK"] = clock
            cli.main([*words, "--home", str(self.home.root)])

        return Command(forked(work, said), said)

    def run(self, when: tuple[str, str], kill: Kill | None = None) -> str | None:
        """Run to the end, or to where it is killed; return in which phase it was then, None of one that finished."""
        return self._disturb(lambda watched: self._run(watched, when), kill)

    def verify(self, kill: Kill) -> str | None:
        """Verify the current release; as `run`."""

        def act(watched: Watched) -> None:
            watched.say("begun")
            verify.verify(self.home, None)

        return self._disturb(act, kill)

    def _run(self, watched: Watched, when: tuple[str, str]) -> None:
        os.environ["PETITION_CLOCK"], as_of = when
        watched.watch()
        watched.say("begun")
        runner.run(self.home, datetime.fromisoformat(as_of))
        watched.course.seconds = time.monotonic() - watched.began
        (self.place / "course.json").write_text(json.dumps(asdict(watched.course)), "utf-8")

    def _disturb(self, act: Callable[[Watched], None], kill: Kill | None) -> str | None:
        heard, says = os.pipe()
        pid = forked(lambda: act(Watched(says, kill or Kill())), self.log)
        os.close(says)
        phase = _listened(heard, pid, kill)
        os.close(heard)
        _, status = os.waitpid(pid, 0)
        if status == 0:
            return None
        assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL, self._end_of_log()
        return phase

    def _end_of_log(self) -> str:
        return self.log.read_text("utf-8", "replace")[-3000:]


def _listened(heard: int, pid: int, kill: Kill | None) -> str:
    """Hear what a run says until it ends, and kill it when its time has come; return the last phase that it said."""
    phase, due, said = "", None, b""
    wanted = "begun" if kill and kill.phase is None else kill and not kill.step and kill.phase
    while True:
        wait = None if due is None else max(0, due - time.monotonic())
        if not select.select([heard], [], [], wait)[0]:
            os.killpg(pid, signal.SIGKILL)
            return phase
        if not (more := os.read(heard, 4096)):
            return phase
        *lines, said = (said + more).split(b"\n")
        for line in lines:
            phase = line.decode()
            if phase == wanted:
                due = time.monotonic() + kill.seconds


def _hashable(said):
    if not isinstance(said, dict):
        return said
    return {k: tuple(v) if isinstance(v, list) else v for k, v in said.items()}


def _answer(home: Home) -> dict[str, tuple]:
    """Return what the current release says, by its id."""
    return {releases.load(home, None).release_id: asking.through_the_house(home)}
