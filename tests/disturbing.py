"""`python -m tests.disturbing --place DIR`: runs that are killed, and runs on a machine that fails them, on one stage.

`--kills N --seed S` kills so many; with `--state DIR` it goes on where it was stopped. `--faults NAME ...` tries these of
`faults.FAULTS`. Prints a line of JSON for each; ends with an error at the first that is not as it should be.
"""

import argparse
import json
import os
import random
import time
from pathlib import Path

from orchestration import project
from tests import disturbed_homes, faults, few, killing
from tests.forks import Stage


def _asked() -> argparse.Namespace:
    asked = argparse.ArgumentParser()
    asked.add_argument("--place", type=Path, required=True)
    asked.add_argument("--kills", type=int, default=0)
    asked.add_argument("--seed", type=int, default=0)
    asked.add_argument("--state", type=Path)
    asked.add_argument("--faults", nargs="*", choices=[*faults.FAULTS], default=[])
    return asked.parse_args()


def main() -> None:
    """Prepare the stage, then do what was asked for."""
    asked = _asked()
    os.environ.setdefault("PETITION_MEMORY", "1GB")  # asked of DuckDB otherwise, in the parent too
    project._sources = few.sources(disturbed_homes.INDICATORS)
    stage = Stage(asked.place)
    stage.prepare()
    _say(undisturbed=round(stage.course.seconds, 1))
    for name in asked.faults:
        began = time.monotonic()
        stage.renew()
        said = faults.FAULTS[name](stage)
        _say(fault=name, said=said, seconds=round(time.monotonic() - began, 1))
    progress = killing.Progress(asked.state, asked.seed)
    _say(seed=asked.seed, kills_before=len(progress.done))
    while len(progress.done) < asked.kills:
        began = time.monotonic()
        _say(seed=asked.seed, cycle=progress.cycle)
        kills = killing.cycle(stage, random.Random(f"{asked.seed}/{progress.cycle}"))
        progress.add(kills)
        _say(kills=kills, seconds=round(time.monotonic() - began, 1))


def _say(**what) -> None:
    print(json.dumps(what, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
