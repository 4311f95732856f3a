"""Whether the months of a province's offices lie just on the good side of a target more often than beside any other value.

Belongs here: the test at a target against placebo values. How far which months lie from it is counted by
`agg_target_gaps`.
"""

import pandas as pd

from publication.statistics import shares

CHECK = "D18"
FARTHEST = 10  # steps to either side of the target that are looked at
CLEAR = 3  # the first placebo value, in steps: what gathers at the target is no measure
APART = 2  # steps of a window; those of placebo values do not overlap
PLACEBO_N = 10  # of fewer months a placebo value says nothing


def tested(gaps: pd.DataFrame, minimum_n: dict[str, int], as_of: pd.Timestamp) -> pd.DataFrame:
    """Test, by province and target, the share of the months just on the good side of the target among those within a
    step of it, against the same share at placebo values (shares: Fisher's exact test, and the spread of the placebos).
    Rates that lie the denser the higher move every share alike, so 1/2 is no measure.

    `gaps`: family_code, org_code, subject_code, gap_no (steps from the target, 0 the first on the good side), n (months
    of offices). Returns shares.COLUMNS: `n` of the window, `asked_count` just on the good side; months of offices have no
    later outcome, so the counts of what came back are 0. After McCrary (2008, Journal of Econometrics 142: 698-714);
    what offices are held to has edges, so windows and no densities.
    """
    if CHECK not in minimum_n or gaps.empty:
        return pd.DataFrame(columns=shares.COLUMNS)
    groups = gaps.groupby(["family_code", "org_code", "subject_code"], sort=True)
    found = [_at_the_target(key, group, minimum_n[CHECK]) for key, group in groups]
    return shares.of_provinces([row for row in found if row is not None], as_of)


def _at_the_target(key: tuple, gaps: pd.DataFrame, least: int) -> pd.DataFrame | None:
    by_step = gaps.set_index("gap_no")["n"].reindex(range(-FARTHEST, FARTHEST), fill_value=0)
    below, above = range(-CLEAR, -FARTHEST, -APART), range(CLEAR, FARTHEST, APART)
    windows = pd.DataFrame([_window(by_step, step) for step in (0, *below, *above)])
    enough = windows["n"] >= [least, *[PLACEBO_N] * (len(windows) - 1)]
    if not enough[0] or enough.sum() <= shares.FEWEST_PEERS:
        return None
    row = shares.among_peers(windows[enough].assign(enough=True)).iloc[[0]]
    family, org, subject = key
    return row.assign(
        check_code=CHECK, family_code=family, org_code=org, subject_code=subject,
        rest_count=row["n"] - row["asked_count"], asked_back_count=0, rest_back_count=0,
    )  # fmt: skip


def _window(by_step: pd.Series, step: int) -> dict[str, int]:
    good, short = int(by_step.loc[step]), int(by_step.loc[step - 1])
    return {"n": good + short, "asked_count": good}
