"""Two levels of the same cases, as a release has them: by month, by pair of offices, down to the cases of which they tell
otherwise.

Belongs here: reading them from a release. What explains a difference is decided by the models of the reconciliation.
"""

from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ingestion.errors import HouseError
from publication.export import body_of, write_query
from publication.release import Release, has, open_serve, records

PARTS = {
    "coverage": "没报到", "timing": "时间", "duplicates": "重复", "attribution": "归属", "classification": "退回",
    "unexplained": "待说明",
}  # fmt: skip
STATES = {"agreed": "一致", "explained": "已说明", "unexplained": "待说明"}
BASES = {"registered": "登记在下级", "passed_on": "转送交办下级"}
SIDES = {"upper": "只有上级有", "lower": "只有下级有", "both": "两边都有"}
ASKED = """
    ($month is null or strftime(month_start_date, '%Y-%m') = $month)
    and ($basis is null or basis_code = $basis)
    and ($upper is null or upper_org_code = $upper) and ($lower is null or lower_org_code = $lower)
"""
NAMED = """
    left join (select org_code as upper_org_code, max(org_name) as upper_name from dim_organisation group by all)
        using (upper_org_code)
    left join (select org_code as lower_org_code, max(org_name) as lower_name from dim_organisation group by all)
        using (lower_org_code)
"""
MONTHS = f"""
    select strftime(month_start_date, '%Y-%m') as month, basis_code, count(*) as pair_count,
        {", ".join(f"count(*) filter (state_code = '{s}') as {s}_pair_count" for s in STATES)},
        cast(sum(upper_count) as bigint) as upper_count, cast(sum(lower_count) as bigint) as lower_count,
        cast(sum(difference_count) as bigint) as difference_count,
        cast(sum(unexplained_case_count) as bigint) as unexplained_case_count
    from mart_reconciliation where {ASKED} group by all order by basis_code, month
"""
PAIRS = f"""
    select strftime(month_start_date, '%Y-%m') as month, upper_name, lower_name,
        mart_reconciliation.* exclude (month_start_date)
    from mart_reconciliation {NAMED} where {ASKED}
    order by state_code = 'agreed', state_code = 'explained', basis_code, month desc, upper_org_code, lower_org_code
"""
CASES = f"""
    select strftime(month_start_date, '%Y-%m') as month, upper_name, lower_name,
        mart_reconciliation_cases.* exclude (month_start_date)
    from mart_reconciliation_cases {NAMED} where {ASKED}
    order by part_code <> 'unexplained', part_code, basis_code, month desc, upper_org_code, lower_org_code,
        registration_id
"""


@dataclass(frozen=True)
class Asked:
    """Which of a release's pairs are asked for: all where nothing is said. `month` as 2026-03; `basis` of BASES;
    `upper` and `lower` are codes of offices. Reading raises HouseError of a release from before there were any.
    """

    month: str | None = None
    basis: str | None = None
    upper: str | None = None
    lower: str | None = None


def months(release: Release, asked: Asked) -> list[dict]:
    """Return, by basis and month, how many pairs there are in each state, and the counts (件) that both levels tell."""
    return _records(release, MONTHS, asked)


def pairs(release: Release, asked: Asked) -> list[dict]:
    """Return a row a pair of offices and month: both counts (件), the difference and its parts; what is to be explained
    first.
    """
    return _records(release, PAIRS, asked)


def cases(release: Release, asked: Asked, limit: int | None = None) -> list[dict]:
    """Return the cases of which the levels tell otherwise, those to be explained first: at most `limit`, or all."""
    return _records(release, f"{CASES} limit {limit}" if limit else CASES, asked)


def write_cases(release: Release, asked: Asked, path: Path) -> int:
    """Write all of those cases as a CSV; return how many there are."""
    with _opened(release, [body_of(path)]) as connection:
        return write_query(connection, CASES, path, asked.__dict__)


def _records(release: Release, sql: str, asked: Asked) -> list[dict]:
    with _opened(release) as connection:
        return records(connection.execute(sql, asked.__dict__))


@contextmanager
def _opened(release: Release, written: Sequence[Path] = ()):
    with open_serve(release, written) as connection:
        if not has(connection, "mart_reconciliation"):
            raise HouseError(
                f"发布 {release.release_id} 出自还没有对账的程序，没有对账的表。请看其后的版。"
            )
        yield connection
