"""Whether the revisions of a unit's figures lean to one side.

Belongs here: what revisions say together, over the frame of `publication.revisions.revised`. How the figures are read is
not here.
"""

import warnings

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy import stats

from publication import revisions

UNIT = [*revisions.UNIT]
MINIMUM_N = 8  # months; of fewer neither test can say anything at 1%
COLUMNS = [
    *UNIT, "n", "redefined_count", "untold_count", "up_count", "down_count", "mean_revision", "mean_absolute_revision",
    "relative_revision", "from_period", "to_period", "p_value", "q_value",
]  # fmt: skip


def leaning(revised: pd.DataFrame, minimum_n: int = MINIMUM_N) -> pd.DataFrame:
    """Return a row a unit: `n` months, mean and mean absolute revision (later less first, in the figure's own measure: a
    share's 0.01 is a point), `relative_revision` (the sum of absolute revisions over that of later figures), how many
    went up and down, and whether they lean to one side.

    Two tests, of which the larger p counts: the t of the mean with errors that allow for neighbouring months (Newey and
    West 1987, Econometrica 55: 703-708; lags by n), and the sign test of those that moved, which one large revision
    cannot carry. `q_value`: Benjamini and Hochberg (1995) over the units of an indicator. Null where fewer than
    `minimum_n` months can be compared or none moved. Months whose definition became another meanwhile
    (`redefined_count`) or of which one of the two is held or hidden (`untold_count`) are no revisions.
    """
    if revised.empty:
        return pd.DataFrame(columns=COLUMNS)
    rows = [_unit(key, months, minimum_n) for key, months in revised.groupby(UNIT, sort=True)]
    found = pd.DataFrame(rows)
    families = found.groupby(["indicator_code", "variant"])["p_value"]
    found["q_value"] = families.transform(_corrected)
    return found[COLUMNS]


def _unit(key: tuple, months: pd.DataFrame, minimum_n: int) -> dict:
    told = months[["first_value", "later_value"]].notna().all(axis=1)
    counted = months[told & ~months["redefined_flag"]].sort_values("period")
    moved = (counted["later_value"] - counted["first_value"]).round(9).to_numpy()
    n, later = len(counted), counted["later_value"].abs().sum()
    return dict(zip(UNIT, key, strict=True)) | {
        "n": n,
        "redefined_count": int(months["redefined_flag"].sum()),
        "untold_count": int((~told).sum()),
        "up_count": int((moved > 0).sum()),
        "down_count": int((moved < 0).sum()),
        "mean_revision": moved.mean() if n else None,
        "mean_absolute_revision": np.abs(moved).mean() if n else None,
        "relative_revision": np.abs(moved).sum() / later if later else None,
        "from_period": counted["period"].min() if n else None,
        "to_period": counted["period"].max() if n else None,
        "p_value": _p_value(moved) if n >= minimum_n and moved.any() else np.nan,
    }


def _p_value(moved: np.ndarray) -> float:
    up, down = int((moved > 0).sum()), int((moved < 0).sum())
    by_sign = stats.binomtest(up, up + down).pvalue
    lags = int(4 * (len(moved) / 100) ** (2 / 9))  # Newey and West (1994)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fitted = sm.OLS(moved, np.ones(len(moved))).fit(
            cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": True}, use_t=True
        )
    by_mean = float(fitted.pvalues[0])
    # revisions that are all the same have no spread: their sign alone can be judged
    return by_sign if np.isnan(by_mean) else max(by_sign, by_mean)


def _corrected(p_values: pd.Series) -> pd.Series:
    tested = p_values.notna()
    found = pd.Series(np.nan, index=p_values.index)
    if tested.any():
        found[tested] = stats.false_discovery_control(p_values[tested].to_numpy(), method="bh")
    return found
