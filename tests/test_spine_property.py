"""Whatever offices do in whatever order: a build that goes on says what a fresh one says, row for
row, and every release that was ever published is rebuilt to the byte.

`SPINE_SEQUENCES` asks for more sequences (make soak); those build every indicator. The
default is one, always the same, with few indicators.
"""

import os
import random

import pytest

from orchestration import verify
from publication import release
from tests.random_world import STEPS, RandomOffices
from tests.spine import Spine, differences

SOAK = "SPINE_SEQUENCES" in os.environ
SEQUENCES = int(os.environ.get("SPINE_SEQUENCES", "1"))
ROUNDS = 3 if SOAK else 2
pytestmark = [pytest.mark.slow, *([] if SOAK else [pytest.mark.usefixtures("few_indicators")])]


def deal(draw: random.Random) -> list[list[str]]:
    """Return every step once, in any order, dealt to rounds of any length."""
    steps = draw.sample(STEPS, len(STEPS))
    cuts = sorted(draw.choices(range(len(steps)), k=ROUNDS - 1))
    rounds = [steps[a:b] for a, b in zip([0, *cuts], [*cuts, None], strict=True)]
    # the last build is to go on: changed rules would start it anew
    return [*rounds[:-1], [step for step in rounds[-1] if step != "rules"]]


@pytest.mark.parametrize("seed", range(SEQUENCES))
def test_going_on_says_what_starting_anew_says(seed, tmp_path):
    spine = Spine(tmp_path / "home", key=True)
    offices = RandomOffices(spine, seed)
    draw = random.Random(seed)
    for step in ("register", "handle", "batch", "assign"):
        offices.act(step)
    told = deal(draw)
    for steps in told:
        spine.publish()
        for step in steps:
            offices.act(step)
        spine.wait(days=draw.choice((0, 1, 3, 20)))
    spine.publish()
    (went_on,) = spine.ask("select built_known_to from raw.run_context")[0]
    assert went_on is not None, "the last build did not go on from the one before"
    assert not differences(spine.home.warehouse, spine.fresh(tmp_path)), told
    for published in release.list_releases(spine.home):
        found = verify.verify(spine.home, published.release_id)
        assert found["same"], (told, published.release_id, found["different"][:5])
