"""Whether a process that left its number is still there: after a crash, or a restart, another may have it."""

import os
from pathlib import Path

SLACK_SECONDS = 2  # the clocks of a process's start and of what it wrote are rounded


def alive(pid: int, by: float | None = None) -> bool:
    """Return whether a process lives; `by`: and had begun by this moment, in seconds since 1970.

    Where the machine does not say when a process began, its number alone decides.
    """
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    began = _began(pid) if by is not None else None
    return began is None or began <= by + SLACK_SECONDS


def _began(pid: int) -> float | None:
    """Return when a process began, from Linux's /proc (proc(5): starttime, btime); None elsewhere."""
    try:
        after_name = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
        lines = Path("/proc/stat").read_text("utf-8").splitlines()
    except OSError:
        return None
    booted = next(int(line.split()[1]) for line in lines if line.startswith("btime "))
    return booted + int(after_name[19]) / os.sysconf("SC_CLK_TCK")
