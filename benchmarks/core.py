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
    """Build the core tables; return CPU seconds of the load, of the models, and by model (wall)."""
    project.manifest(home)
    begun = cpu_seconds()
    warehouse.load(home, as_of)
    loaded = cpu_seconds()
    result = project.build(home, CORE, tests=False)
    failed = project.failures(result)
    if failed:
        raise SystemExit("\n".join(failed))
    warehouse.mark_built(home.warehouse)
    done = cpu_seconds()
    models = {r.node.name: round(r.execution_time, 3) for r in result.result.results}
    seconds = {"load": loaded - begun, "models": done - loaded}
    return {"cpu_seconds": done - begun, **seconds, "wall_seconds_by_model": models}


if __name__ == "__main__":
    print(json.dumps(build(Home(Path(sys.argv[1])), datetime.fromisoformat(sys.argv[2]))))
