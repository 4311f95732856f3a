"""Whether what was due was done just before its due day more often than before any other day.

Belongs here: the test at a deadline against placebo days. What was done on which day is counted by `agg_deadline_days`.
"""

import pandas as pd

from publication.statistics import shares

CHECK = "D15"
WIDTH = 3  # the last days up to a day
APART = 2 * WIDTH  # days of a window; those of placebo days do not overlap
CLEAR = 2 * APART  # nor do they touch what gathers at the deadline
FARTHEST = 60
PLACEBO_N = 20  # of fewer cases a placebo day says nothing


def tested(days: pd.DataFrame, minimum_n: dict[str, int], as_of: pd.Timestamp) -> pd.DataFrame:
    """Test, by province and clock, the share of what was done on the last WIDTH days up to the due day among what was
    done on the last APART, against the same share up to earlier placebo days (shares: Fisher's exact test, and the
    spread of the placebo days). Numbers that fall or grow from day to day move every share alike, so 1/2 is no measure.
    What is late is no part of it: who is never late has bunched nothing by that.

    `days`: family_code, org_code, clock_code, day_no (days from the due day), n, back_count (came back later). Returns
    shares.COLUMNS: `n` of the window, `asked_count` of its last WIDTH days, `rest_count` those done before these,
    with which what became of them is compared. After Kleven (2016, Annual Review of Economics 8: 435-464) and
    McCrary (2008, Journal of Econometrics 142: 698-714); days are mass points, so windows and no densities.
    """
    if CHECK not in minimum_n or days.empty:
        return pd.DataFrame(columns=shares.COLUMNS)
    groups = days.groupby(["family_code", "org_code", "clock_code"], sort=True)
    found = [_at_the_deadline(key, group, minimum_n[CHECK]) for key, group in groups]
    return shares.of_provinces([row for row in found if row is not None], as_of)


def _at_the_deadline(key: tuple, days: pd.DataFrame, least: int) -> pd.DataFrame | None:
    by_day = days.set_index("day_no")["n"].reindex(range(-FARTHEST, 1), fill_value=0)
    placebos = range(-CLEAR, -FARTHEST + APART - 2, -APART)
    windows = pd.DataFrame([_window(by_day, day) for day in [0, *placebos]])
    enough = windows["n"] >= [least, *[PLACEBO_N] * len(placebos)]
    if not enough[0] or enough.sum() <= shares.FEWEST_PEERS:
        return None
    row = shares.among_peers(windows[enough].assign(enough=True)).iloc[[0]]
    near = days["day_no"].between(1 - WIDTH, 0)
    earlier = days["day_no"] <= -WIDTH
    family, org, clock = key
    return row.assign(
        check_code=CHECK, family_code=family, org_code=org, subject_code=clock,
        rest_count=days.loc[earlier, "n"].sum(), asked_back_count=days.loc[near, "back_count"].sum(),
        rest_back_count=days.loc[earlier, "back_count"].sum(),
    )  # fmt: skip


def _window(by_day: pd.Series, day: int) -> dict[str, int]:
    upto = int(by_day.loc[day - WIDTH + 1 : day].sum())
    return {"n": upto + int(by_day.loc[day - APART + 1 : day - WIDTH].sum()), "asked_count": upto}
