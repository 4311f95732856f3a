"""What a process costs: CPU seconds and peak memory, of a child or of this process so far."""

import json
import os
import resource
import subprocess
import sys
from dataclasses import dataclass

from ingestion.warehouse import MEMORY


@dataclass(frozen=True)
class Cost:
    """One child process: CPU seconds of all of it, of its work without imports, peak MB, its answer."""

    process_seconds: float
    work_seconds: float
    peak_mb: float
    answer: dict


def cpu_seconds() -> float:
    """Return user and system time of this process so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def child(module: str, *words: object, memory: str | None = None) -> Cost:
    """Run `python -m module words`, which prints a JSON line with `cpu_seconds` last. `memory`: what its
    engine is held to (`PETITION_MEMORY`).

    Raises SystemExit with what the child said when it fails.
    """
    command = [sys.executable, "-m", module, *map(str, words)]
    held = {**os.environ, MEMORY: memory} if memory else None
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, env=held) as process:
        said, error = process.stdout.read(), process.stderr.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{module} 没有成功：\n{error.decode()[-2000:]}")
    answer = json.loads(said.decode().strip().splitlines()[-1])
    total = used.ru_utime + used.ru_stime
    return Cost(total, answer["cpu_seconds"], used.ru_maxrss / 1024, answer)
