"""Runs on a machine that fails them: the disk is full, a folder cannot be written, the clock is set back, two come at
once. Each time the outcome of a run that nobody disturbed, or a refusal in Chinese that names the place and the remedy
and loses nothing: once the fault is gone, the outcome is the same.

Disks are filled and folders closed in a mount namespace: `tests/disturbing.py` runs in one of its own.
"""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from datetime import datetime
from pathlib import Path

from ingestion import register
from ingestion.home import Home
from orchestration import exits, writer
from tests import disturbed_homes
from tests.forks import Stage

MEGABYTE = 1 << 20
CLOCK, AS_OF = disturbed_homes.WAITING
AT_NIGHT = ("run",)  # as of the day before, as the schedule asks


@contextmanager
def full(folder: Path, room: int = 0) -> Iterator[None]:
    """Put a folder on a disk of its own, of which so many bytes are left."""
    aside = folder.with_name(f"{folder.name}.aside")
    folder.rename(aside)
    folder.mkdir(mode=0o700)
    _do("mount", "-t", "tmpfs", "-o", "size=256m", "tmpfs", str(folder))
    _do("cp", "-a", f"{aside}/.", str(folder))
    filler = folder / ".filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(MEGABYTE))
    os.truncate(filler, filler.stat().st_size - room)
    try:
        yield
    finally:
        filler.unlink()
        shutil.rmtree(aside)
        _do("cp", "-a", str(folder), str(aside))
        _do("umount", str(folder))
        folder.rmdir()
        aside.rename(folder)


@contextmanager
def closed(folder: Path) -> Iterator[None]:
    """Let nobody write to a folder, root neither."""
    _do("mount", "--bind", str(folder), str(folder))
    _do("mount", "-o", "remount,bind,ro", str(folder))
    try:
        yield
    finally:
        _do("umount", str(folder))


def _do(*words: str) -> None:
    subprocess.run(words, check=True)


def _refused(stage: Stage, fault: AbstractContextManager, clock: str, *words: str) -> str:
    """Run meanwhile; return the refusal. Nothing is broken by it, and no trace is shown."""
    with fault:
        code, said = stage.command(clock, *words).left()
        broken = stage.ask(disturbed_homes.broken, stage.home, stage.answers)
    assert not broken, broken
    assert code == exits.FAILED, said[-3000:]
    assert "Traceback" not in said[said.rindex("没有发布：") :]
    return next(line for line in reversed(said.splitlines()) if line.startswith("没有发布："))


def _same(stage: Stage) -> None:
    """Run without the fault: the state is that of a run that nobody disturbed."""
    assert stage.run(disturbed_homes.WAITING) is None
    other = disturbed_homes.different(stage.ask(disturbed_homes.state, stage.home), stage.wanted)
    assert not other, other


def disks(*faults: Callable[[Home], AbstractContextManager]) -> Callable[[Stage], list[str]]:
    """Return a fault of several disks, one after the other, each refused; then none."""

    def fault(stage: Stage) -> list[str]:
        run = ("run", "--as-of", AS_OF.replace("T", " "))
        said = [_refused(stage, made(stage.home), CLOCK, *run) for made in faults]
        _same(stage)
        return said

    return fault


def clock_set_back(stage: Stage) -> list[str]:
    """The machine lost its clock, and the night's run begins: nothing is taken in under such a date."""
    known = stage.ask(_recorded, stage.home)
    said = _refused(stage, nullcontext(), "2000-01-01T02:00:00", *AT_NIGHT)
    assert stage.ask(_recorded, stage.home) == known
    _same(stage)
    return [said]


def _recorded(home: Home) -> list[str]:
    return [entry.record["recorded_at"] for entry in register.entries(home)]


def clock_a_little_back(stage: Stage) -> list[str]:
    """It was set back by minutes: what is recorded never goes back, and the release is made."""
    clock = datetime.fromisoformat(disturbed_homes.PUBLISHED[0]).replace(minute=0, hour=8)
    assert stage.run((clock.isoformat(), AS_OF)) is None
    recorded = stage.ask(_recorded, stage.home)
    assert recorded == sorted(recorded) and len(recorded) > 4
    broken = stage.ask(disturbed_homes.broken, stage.home, stage.answers)
    assert not broken, broken
    return recorded[-1:]


def two_at_once(stage: Stage) -> list[str]:
    """Two runs are started at the same time: one waits and says for whom, nothing is taken twice."""
    run = ("run", "--json", "--as-of", AS_OF.replace("T", " "))
    writer.POLL_SECONDS = 0.5
    left = [command.left() for command in [stage.command(CLOCK, *run) for _ in range(2)]]
    assert [code for code, _ in left] == [exits.DONE] * 2, [said[-3000:] for _, said in left]
    waited = [line for _, said in left for line in said.splitlines() if line.startswith("正在等待")]
    assert waited, "neither waited for the other"
    other = disturbed_homes.different(stage.ask(disturbed_homes.state, stage.home), stage.wanted)
    assert not other, other
    return waited[:1]


FAULTS: dict[str, Callable[[Stage], list[str]]] = {
    "disk_full": disks(lambda home: full(home.root)),
    "disk_full_elsewhere": disks(
        lambda home: full(home.dagster), lambda home: full(home.lake), lambda home: full(home.work, 300_000),
    ),
    "disk_full_when_publishing": disks(lambda home: full(home.releases, 40_000)),
    "folder_closed": disks(lambda home: closed(home.lake)),
    "folder_closed_elsewhere": disks(
        lambda home: closed(home.root), lambda home: closed(home.outbox),
    ),
    "clock_set_back": clock_set_back,
    "clock_a_little_back": clock_a_little_back,
    "two_at_once": two_at_once,
}  # fmt: skip
MOUNTING = {name for name in FAULTS if name.startswith(("disk_", "folder_"))}
LONG = {
    "disk_full_elsewhere",
    "disk_full_when_publishing",
    "folder_closed_elsewhere",
    "clock_a_little_back",
}
FULL = ("磁盘满了", "/home", "清出空间", "已登记的报送不受影响")
CLOSED = ("不能写", "/home", "权限", "已登记的报送不受影响")
# what the refusal, or the run that waited, says: what it is, where, what to do
SAID = {
    "disk_full": FULL,
    "disk_full_elsewhere": FULL,
    "disk_full_when_publishing": (*FULL, "/home/releases"),
    "folder_closed": (*CLOSED, "/home/lake"),
    "folder_closed_elsewhere": CLOSED,
    "clock_set_back": ("2000-01-01", "时钟被拨回了", "校准时钟"),
    "clock_a_little_back": (disturbed_homes.PUBLISHED[0],),
    "two_at_once": ("正在等待 petition run（进程", "自动继续"),
}
