"""The one clock of the house. No other module asks for the time.

`PETITION_CLOCK` (ISO time, Beijing wall time) sets it for tests, the demo and soaks.
"""

import os
from datetime import datetime, timedelta, timezone

BEIJING = timezone(timedelta(hours=8))


def now() -> datetime:
    """Return the Beijing wall time without zone, whole seconds."""
    fixed = os.environ.get("PETITION_CLOCK")
    if fixed:
        return datetime.fromisoformat(fixed)
    return datetime.now(BEIJING).replace(tzinfo=None, microsecond=0)


def default_as_of(moment: datetime) -> datetime:
    """Return the nightly business instant: the last second of the day before `moment`."""
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - timedelta(seconds=1)
