"""The audit sample of a release: which subjects are drawn, and what a blind second look says of the figure.

Belongs here: drawing, and comparing what came back (ledger audit_recodes) with what that very release had. The form is
written by `ingestion/template_book.py`. Source: inspections of crime recording draw records at random, judge them again
from the papers without seeing the record, and print the accuracy with its interval beside the figure.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from ingestion.errors import HouseError
from ingestion.home import Home
from publication.release import Release, ReleaseError, current, has, load, open_serve, records

MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
RECODES = "fct_audit_recodes"
FEWEST_ERRORS = 10  # of fewer the direction is not tested
# rows of an indicator in a month and an area, in the denominator or left out of it
ROWS = """
    select indicator_code, variant, subject_id, cohort_date, region_code, excluded_because, num
    from indicator_rows
    where indicator_code = $indicator and variant = $variant and cohort_date >= $first and cohort_date < $after
        and ($region is null or region_code in (
            select descendant_code from dim_region_closure where ancestor_code = $region
        ))
"""
# The code of a draw orders the rows: nobody chooses, and whoever has the release draws the same. It begins with a
# letter: digits around an e would be read as a number.
DRAWN = f"""
    select indicator_code, variant, subject_id, 's' || substr(md5(concat_ws(
        '|', $seed, indicator_code, variant, subject_id, cohort_date::varchar, region_code
    )), 1, 15) as sample_code
    from ({ROWS}) order by sample_code, subject_id limit $size
"""
JUDGED = """
    select release_id, indicator_code, variant, sampled_month_date, audited_subject, counted_flag,
        coalesce(met_flag, false) as met_flag
    from fct_audit_recodes where in_force_flag
    qualify row_number() over (
        partition by sample_code order by known_from_at desc, told_by_office_code, subject_id
    ) = 1
    order by release_id, indicator_code, variant, sampled_month_date, audited_subject
"""
DEFINED = "select * from dim_indicator where indicator_code = $indicator and variant = $variant"


@dataclass(frozen=True)
class Asked:
    """Of which figure: an indicator's variant in an area (None: everywhere) in a month, as 2026-03. Raises HouseError."""

    indicator: str
    variant: str
    month: str
    region: str | None = None

    def __post_init__(self) -> None:
        if not MONTH.fullmatch(self.month):
            raise HouseError(f"月份 {self.month} 不对，请写成 2026-03 这样。")

    @property
    def parameters(self) -> dict:
        first = date.fromisoformat(f"{self.month}-01")
        after = (first + timedelta(days=31)).replace(day=1)
        return {
            "indicator": self.indicator, "variant": self.variant, "region": self.region,
            "first": first, "after": after,
        }  # fmt: skip


def draw(release: Release, asked: Asked, size: int, seed: str = "") -> tuple[dict, list[dict]]:
    """Return the indicator's definition and the rows drawn: what the form says of each, and nothing of what is recorded.

    The same release, figure and seed draw the same. Raises HouseError where there is no such indicator, where it is no
    share, and where it has no row.
    """
    with open_serve(release) as connection:
        defined = records(connection.execute(DEFINED, {"indicator": asked.indicator, "variant": asked.variant}))  # fmt: skip
        if not defined:
            raise HouseError(
                f"{release.release_id} 这一版没有指标 {asked.indicator}（{asked.variant}）。"
                "用 petition explain 可以看到有哪些。"
            )
        if defined[0]["kind_code"] not in ("share", "stock"):
            raise HouseError(
                f"指标 {asked.indicator} 不是率：没有应否计入、应否达到可复核。请换一个率。"
            )
        given = asked.parameters | {"seed": f"{release.release_id}|{seed}", "size": size}
        found = records(connection.execute(DRAWN, given))
    if not found:
        raise HouseError(
            f"{asked.indicator}（{asked.variant}）{asked.month} 在 {asked.region or '各地'} 没有对象可抽。"
            "请核对月份（如 2026-03）和地区代码（12 位）。"
        )
    return defined[0], [
        {
            "sample_code": row["sample_code"], "release_id": release.release_id,
            "indicator_code": row["indicator_code"], "variant": row["variant"],
            "sampled_month_date": f"{asked.month}-01", "audited_subject": row["subject_id"],
        }
        for row in found
    ]  # fmt: skip


def results(home: Home, asked: Asked | None = None) -> list[dict]:
    """Return what the second looks say, a row a release, indicator and month: `recoded_count`, of these `agreed_count`,
    the accuracy with its 95% interval (Wilson), the errors that raise the rate and those that lower it, and the chance
    of such a split if errors had no side. `missing_count`: told of what that release has not, or no longer has.

    `asked`: of one figure alone. Empty where nothing came back.
    """
    release = current(home)
    if release is None:
        return []
    with open_serve(release) as connection:
        if not has(connection, RECODES):
            return []
        judged = records(connection.execute(JUDGED))
    groups: dict[tuple, list[dict]] = {}
    for row in judged:
        of = Asked(
            row["indicator_code"], row["variant"], f"{row['sampled_month_date']:%Y-%m}",
            asked.region if asked else None,
        )  # fmt: skip
        if asked in (None, of):
            groups.setdefault((row["release_id"], of), []).append(row)
    found = [
        _compared(_standing(home, of[0]), *of, rows, bool(asked)) for of, rows in groups.items()
    ]
    return [row for row in found if row["recoded_count"] or asked is None]


def _standing(home: Home, release_id: str) -> Release | None:
    try:
        return load(home, release_id)
    except ReleaseError:
        return None


def of_figure(home: Home, indicator: str, variant: str, period: str, region: str) -> list[dict]:
    """Return what second looks say of one figure, as `results`; of a year none, as months are drawn from."""
    if len(period) != len("2026-03"):
        return []
    return results(home, Asked(indicator, variant, period, region))


def _compared(release, release_id: str, of: Asked, rows: list[dict], within: bool) -> dict:
    """Compare what was judged with what a release had. `within`: what lies outside the area asked of is no part."""
    recorded = _recorded(release, of)
    judged = {r["audited_subject"]: _score(r["counted_flag"], r["met_flag"]) for r in rows}
    known = [(recorded[subject], score) for subject, score in judged.items() if subject in recorded]
    agreed = sum(was == now for was, now in known)
    raising = sum(was > now for was, now in known)
    return {
        "release_id": release_id, "indicator_code": of.indicator, "variant": of.variant, "month": of.month,
        "recoded_count": len(known), "agreed_count": agreed, "raising_count": raising,
        "lowering_count": len(known) - agreed - raising,
        "missing_count": 0 if within else len(judged) - len(known),
        **_intervals(len(known), agreed, raising),
    }  # fmt: skip


def _recorded(release: Release | None, of: Asked) -> dict[str, int]:
    if release is None:
        return {}
    with open_serve(release) as connection:
        if not has(connection, "indicator_rows"):
            return {}
        rows = records(connection.execute(ROWS, of.parameters))
    return {r["subject_id"]: _score(r["excluded_because"] is None, r["num"] > 0) for r in rows}


def _score(counted: bool, met: bool) -> int:
    """Return what a row does for a rate: 1 raises it, -1 lowers it, 0 is left out."""
    return (1 if met else -1) if counted else 0


def _intervals(n: int, agreed: int, raising: int) -> dict:
    from scipy import stats  # here: `petition explain` must start at once where nothing was audited

    if not n:
        return dict.fromkeys(("accuracy", "accuracy_low", "accuracy_high", "direction_p_value"))
    interval = stats.binomtest(agreed, n).proportion_ci(method="wilson")
    errors = n - agreed
    return {
        "accuracy": agreed / n,
        "accuracy_low": float(interval.low),
        "accuracy_high": float(interval.high),
        "direction_p_value": stats.binomtest(raising, errors).pvalue if errors >= FEWEST_ERRORS else None,
    }  # fmt: skip
