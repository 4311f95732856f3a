"""Whether an office's share is higher than its peers' by more than chance and ordinary difference between offices.

Belongs here: the test of one check among peers, and what a family of tests claims. Which cases are counted is said by
`agg_checked_shares`, how many are asked of at least by the rules of the checks.
"""

import numpy as np
import pandas as pd
from scipy import stats

POOLED_MONTHS = 12
FEWEST_PEERS = 4  # below, nothing is known of how offices differ
KNOWN_SHARES = {"D14": 0.5}  # not compared with peers: honest errors go either way
TYPES = {
    "check_code": "varchar", "org_code": "varchar", "subject_code": "varchar",
    "from_month_date": "date", "month_start_date": "date",
    "n": "bigint", "asked_count": "bigint", "asked_back_count": "bigint", "rest_count": "bigint",
    "rest_back_count": "bigint", "peer_count": "bigint", "peer_n": "bigint", "peer_asked_count": "bigint",
    "statistic": "double", "p_value": "double", "q_value": "double",
}  # fmt: skip
COLUMNS = [*TYPES]
GROUP = ["check_code", "family_code", "peer_code"]
UNIT = [*GROUP, "org_code"]


def tested(counts: pd.DataFrame, minimum_n: dict[str, int]) -> pd.DataFrame:
    """Test each office's latest months that make the minimum n (件, by check) against its peers'.

    `counts`: check_code, family_code, peer_code, org_code, month_start_date, n, asked_count, a row a month; of those
    asked about and of the rest, how many came back later (asked_back_count, rest_back_count), which is handed on.
    Returns COLUMNS, a row an office that could be tested: `statistic` is the standardised difference, `p_value` that of
    one side (higher), `q_value` after Benjamini and Hochberg (1995, J. R. Statist. Soc. B 57: 289-300) within the
    check and family: asked at q <= 0.05, in 5 of 100 provinces where nothing is the matter somebody is asked, at most.
    """
    known = counts[counts["check_code"].isin(minimum_n)]
    if known.empty:
        return pd.DataFrame(columns=COLUMNS)
    pooled = _pooled(known, known["check_code"].map(minimum_n))
    found = pd.concat([
        _beside(group, KNOWN_SHARES[check]) if check in KNOWN_SHARES else among_peers(group)
        for (check, *_), group in pooled.groupby(GROUP, sort=True)
    ])  # fmt: skip
    if found.empty:
        return pd.DataFrame(columns=COLUMNS)
    families = found.groupby(["check_code", "family_code"])["p_value"]
    found["q_value"] = families.transform(lambda p: stats.false_discovery_control(p, method="bh"))
    return found.sort_values(UNIT)[COLUMNS].reset_index(drop=True)


def of_provinces(found: list[pd.DataFrame], as_of: pd.Timestamp) -> pd.DataFrame:
    """Return the tests of one check of whole provinces as COLUMNS: told of the month of as_of, and the tests of a province
    one family (Benjamini and Hochberg). None gives no rows.
    """
    if not found:
        return pd.DataFrame(columns=COLUMNS)
    rows = pd.concat(found)
    rows["from_month_date"] = rows["month_start_date"] = as_of.normalize().replace(day=1)
    families = rows.groupby("family_code")["p_value"]
    rows["q_value"] = families.transform(lambda p: stats.false_discovery_control(p, method="bh"))
    return rows[COLUMNS].reset_index(drop=True)


def _pooled(counts: pd.DataFrame, minimum: pd.Series) -> pd.DataFrame:
    """Return a row an office: its latest months, no more than are needed for the minimum, and whether they are enough.
    Small offices are pooled before they are tested, or luck alone would name them.
    """
    rows = counts.assign(minimum=minimum).sort_values(
        [*UNIT, "month_start_date"], ascending=[True] * len(UNIT) + [False]
    )
    by_unit = rows.groupby(UNIT, sort=False)
    before = by_unit["n"].cumsum() - rows["n"]
    kept = rows[(before < rows["minimum"]) & (by_unit.cumcount() < POOLED_MONTHS)]
    pooled = kept.groupby(UNIT, sort=True, as_index=False).agg(
        from_month_date=("month_start_date", "min"), month_start_date=("month_start_date", "max"),
        n=("n", "sum"), asked_count=("asked_count", "sum"), minimum=("minimum", "first"),
        asked_back_count=("asked_back_count", "sum"), rest_back_count=("rest_back_count", "sum"),
    )  # fmt: skip
    return pooled.assign(
        enough=pooled["n"] >= pooled["minimum"], rest_count=pooled["n"] - pooled["asked_count"], subject_code="shares"
    )  # fmt: skip


def among_peers(group: pd.DataFrame) -> pd.DataFrame:
    """Return the offices of a peer group that have enough cases, each tested against the others.

    Equal shares: the count of one among all is hypergeometric (Fisher's exact test), whatever the share is. Offices that
    differ by more than that in ordinary times spread the standardised differences, and their mean square divides them
    (overdispersion: Spiegelhalter 2005, Statistics in Medicine 24: 1185-1202). The larger p of both is kept.
    """
    whole_n, whole = int(group["n"].sum()), int(group["asked_count"].sum())
    own = group[group["enough"]]
    if len(group) <= FEWEST_PEERS:
        own = own.iloc[:0]
    n, asked = own["n"].to_numpy(), own["asked_count"].to_numpy()
    share = whole / max(whole_n, 1)
    variance = n * share * (1 - share) * (whole_n - n) / max(whole_n - 1, 1)
    z = np.divide(asked - n * share, np.sqrt(variance), out=np.zeros(len(own)), where=variance > 0)
    exact = stats.hypergeom.sf(asked - 1, whole_n, whole, n)
    return own.assign(
        peer_count=len(group) - 1, peer_n=whole_n - n, peer_asked_count=whole - asked, statistic=z,
        p_value=np.clip(np.maximum(exact, _ordinary(z)), 0.0, 1.0),
    )  # fmt: skip


def _beside(group: pd.DataFrame, share: float) -> pd.DataFrame:
    """Return the offices of a group that have enough cases, each tested against a share that is known (binomial)."""
    own = group[group["enough"]]
    n, asked = own["n"].to_numpy(), own["asked_count"].to_numpy()
    z = (asked - n * share) / np.sqrt(np.maximum(n * share * (1 - share), 1e-12))
    return own.assign(
        peer_count=0, peer_n=0, peer_asked_count=0, statistic=z, p_value=stats.binom.sf(asked - 1, n, share)
    )  # fmt: skip


def _ordinary(z: np.ndarray) -> np.ndarray:
    """Return how often an office lies so high among offices that differ as the others do; 0 where those differ by chance
    alone. An office is no part of the measure by which it is judged; the spread is estimated from the few others that
    there are, so Student's t.
    """
    others = len(z) - 1
    if others < FEWEST_PEERS:
        return np.zeros(len(z))
    spread = (np.sum(z**2) - z**2) / others
    return np.where(spread > 1, stats.t.sf(z / np.sqrt(np.maximum(spread, 1)), others), 0.0)
