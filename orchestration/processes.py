"""Whether a process that left its number is still there: after a crash, or a restart, another may have it."""

import os
from pathlib import Path

ENDED = ("Z", "X")
SLACK_SECONDS = 2  # the clocks of a process's start and of what it wrote are rounded


def alive(pid: int, by: float | None = None) -> bool:
    """Return whether a process lives; `by`: and had begun by this moment, in seconds since 1970.

    One that ended and that its parent has not asked after is not alive. Where the machine does not say more,
    the number alone decides.
    """
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    try:  # Linux: proc(5), stat: state, starttime
        state, began = _stat(pid)
    except OSError:
        return True
    return state not in ENDED and (by is None or began <= by + SLACK_SECONDS)


def _stat(pid: int) -> tuple[str, float]:
    """Return the state of a process and when it began, in seconds since 1970."""
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    lines = Path("/proc/stat").read_text("utf-8").splitlines()
    booted = next(int(line.split()[1]) for line in lines if line.startswith("btime "))
    return fields[0], booted + int(fields[19]) / os.sysconf("SC_CLK_TCK")
