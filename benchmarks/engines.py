"""Both engines' full build of a home, measured: `python -m benchmarks.engines HOME AS_OF`.

Every model, without tests, in a process that has imported and parsed. Prints CPU and wall seconds of
each engine; Spark's are its JVM's and this process's. Run in the environment of requirements-spark.lock.
"""

import json
import os
import sys
import time
from datetime import datetime
from pathlib import Path

from benchmarks.measure import cpu_seconds
from ingestion import warehouse
from ingestion.home import Home
from orchestration import project, spark


def on_duckdb(home: Home, as_of: datetime) -> dict[str, float]:
    """Build on DuckDB; return CPU and wall seconds of the load and the models."""
    project.manifest(home)
    begun = cpu_seconds(), time.monotonic()
    warehouse.load(home, as_of)
    failed = project.failures(project.build(home, [], tests=False))
    if failed:
        raise SystemExit("\n".join(failed))
    return {"cpu": cpu_seconds() - begun[0], "wall": time.monotonic() - begun[1]}


def on_spark(home: Home, as_of: datetime) -> dict[str, float]:
    """Build on Spark; return CPU and wall seconds of the load and the models, without the JVM's start."""
    project.manifest(home, spark.TARGET)
    jvm = spark.session(home).sparkContext._jvm.java.lang.ProcessHandle.current().pid()
    begun = cpu_seconds() + _used(jvm), time.monotonic()
    spark.load(home, as_of)
    spark.build(home)
    return {"cpu": cpu_seconds() + _used(jvm) - begun[0], "wall": time.monotonic() - begun[1]}


def _used(process: int) -> float:
    """Return the CPU seconds of a running process (Linux)."""
    fields = Path(f"/proc/{process}/stat").read_text("ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    measured, given = Home(Path(sys.argv[1]).resolve()), datetime.fromisoformat(sys.argv[2])
    print(json.dumps({"duckdb": on_duckdb(measured, given), "spark": on_spark(measured, given)}))
