"""Makes the whole sample: reference data, drops and answers."""

import random
from pathlib import Path

from samples.backlog import Backlog
from samples.deliveries import Deliveries
from samples.duties import hold_conferences
from samples.joined import tell_of_registrations
from samples.ledgers import Ledgers
from samples.plain import Plain
from samples.rules import Home, write_rules
from samples.truth import write_truth
from samples.workdays import DaysOff, Deadlines, read_days_off
from samples.world import World


def generate(
    out: Path, seed: int = 20260401, scale: float = 1.0, days_off: DaysOff | None = None
) -> None:
    """Write rules/, drops/ and truth.json under `out`; the same arguments give the same bytes."""
    out = Path(out)
    rng = random.Random(seed)
    home = Home()
    is_off = days_off or read_days_off()
    deadlines = Deadlines(is_off)
    world = World(home, deadlines, rng, scale)
    backlog = Backlog(home, rng, scale)
    write_rules(home, out)
    plain = Plain(home, seed, scale)
    hold_conferences(plain, home, seed)
    tell_of_registrations(plain, home, world, backlog, seed)
    deliveries = Deliveries(out, home, Ledgers(world, backlog), plain)
    deliveries.deliver_all()
    write_truth(out / "truth.json", seed, home, is_off, deliveries, plain)
