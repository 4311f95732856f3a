"""One writer at a time, across processes: a lock file, and beside it who holds it.

A killed run's lock goes with its process; a second run waits and says for whom.
"""

import fcntl
import json
import os
from collections.abc import Callable

from filelock import FileLock, Timeout

from ingestion import clock
from ingestion.durable import clear, replace_file
from ingestion.home import Home

_held: dict[str, FileLock] = {}
POLL_SECONDS = 5


def hold(home: Home, owner: str, say: Callable[[str], None] = lambda text: None) -> None:
    """Take the home's writer lock for this process; waits while another process has it."""
    name = str(home.lock)
    if name in _held:
        return
    home.work.mkdir(parents=True, exist_ok=True)
    lock = FileLock(name)
    while True:
        try:
            lock.acquire(timeout=POLL_SECONDS)
            break
        except Timeout:
            say(f"正在等待 {_owner(home)} 写完，之后自动继续。")
    record = {"pid": os.getpid(), "owner": owner, "since": clock.now().isoformat()}
    clear(home.work, _owner_path(home).name)
    replace_file(_owner_path(home), json.dumps(record, ensure_ascii=False).encode())
    _held[name] = lock


def release(home: Home) -> None:
    """Give the lock back; a no-op for a process that does not hold it."""
    lock = _held.pop(str(home.lock), None)
    if lock is not None:
        _owner_path(home).unlink(missing_ok=True)
        lock.release()


def state(home: Home) -> tuple[bool, dict | None]:
    """Return whether some process holds the lock, and the owner's note beside it, if there is one.

    Takes nothing and makes nothing: a shared lock is asked for and let go at once.
    """
    path = _owner_path(home)
    note = json.loads(path.read_text("utf-8")) if path.exists() else None
    if not home.lock.exists():
        return False, note
    with home.lock.open("rb") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True, note
    return False, note


def _owner_path(home: Home):
    return home.lock.with_suffix(".json")


def _owner(home: Home) -> str:
    path = _owner_path(home)
    if not path.exists():
        return "另一个进程"
    record = json.loads(path.read_text("utf-8"))
    return f"{record['owner']}（进程 {record['pid']}，自 {record['since']}）"
