"""The core tables, built as the product builds them: `python -m benchmarks.core HOME AS_OF`.

Raw rows out of the lake, versions, facts, and the cells of sums; neither tests nor what is
published from them. Prints the CPU seconds of the build itself, without imports and parse.
"""

import json
import sys
from datetime import datetime
from pathlib import Path

from benchmarks.measure import cpu_seconds
from ingestion import warehouse
from ingestion.home import Home
from orchestration import project

CORE = [
    "+agg_indicator_cells",
    "+int_next_changes",
    "+fct_handling_events",
    "+fct_leader_assignments",
]


def build(home: Home, as_of: datetime) -> dict:
    """Build the core tables; return CPU seconds of the load, of the models, and by model."""
    project.manifest(home)
    begun = cpu_seconds()
    warehouse.load(home, as_of)
    loaded = cpu_seconds()
    ends = []

    def note(event) -> None:
        if event.info.name in ("LogModelResult", "LogSeedResult"):
            ends.append((event.data.node_info.node_name, cpu_seconds()))

    result = project.build(home, CORE, tests=False, callbacks=[note])
    failed = project.failures(result)
    if failed:
        raise SystemExit("\n".join(failed))
    warehouse.mark_built(home.warehouse)
    done = cpu_seconds()
    starts = [loaded, *(at for _, at in ends)]
    models = {name: round(at - start, 3) for (name, at), start in zip(ends, starts, strict=False)}
    seconds = {"load": loaded - begun, "models": done - loaded}
    return {"cpu_seconds": done - begun, **seconds, "cpu_seconds_by_model": models}


if __name__ == "__main__":
    print(json.dumps(build(Home(Path(sys.argv[1])), datetime.fromisoformat(sys.argv[2]))))
