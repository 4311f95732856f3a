"""The findings of a release: what the checks ask of which office, counted by check and listed.

Belongs here: reading them from a release. What a check is and weighs is said by the rules the release was made with.
"""

from ingestion.errors import HouseError
from ingestion.rule_tables import rule_rows
from publication.release import Release, open_serve, records

# a release of before the explanations has no column for them
FINDINGS = """(
        select cast(null as date) as explained_to_date, cast(null as varchar) as explanation_code where false
        union all by name select * from fct_findings
    ) as findings"""
COUNTS = f"""
    select check_code, severity_code, count(*) as finding_count, count(distinct org_code) as office_count,
        count(waived_to_date) as waived_count, count(explained_to_date) as explained_count,
        max(month_start_date) as last_month_date
    from {FINDINGS}
    where ($check is null or check_code = $check) and ($office is null or org_code = $office)
        and ($month is null or strftime(month_start_date, '%Y-%m') = $month)
    group by check_code, severity_code
    order by severity_code desc, check_code
"""
LISTED = f"""
    select check_code, severity_code, org_code, org_name, strftime(month_start_date, '%Y-%m') as month, subject_id, n,
        statistic, text_zh, waived_to_date, explained_to_date, explanation_code
    from {FINDINGS}
    left join (select distinct org_code, org_name from dim_organisation) using (org_code)
    where ($check is null or check_code = $check) and ($office is null or org_code = $office)
        and ($month is null or strftime(month_start_date, '%Y-%m') = $month)
    order by severity_code desc, check_code, month_start_date desc, org_code, ledger, subject_id
    limit $limit
"""
ALL = 2**62


def names(release: Release) -> dict[str, str]:
    """Return the name of each check by its code, by the rules that the release was made with."""
    rules = release.folder / "internal" / "home" / "rules"
    return {row["check_code"]: row["name_zh"] for row in rule_rows("checks", rules)}


def counted(
    release: Release, check: str | None = None, office: str | None = None, month: str | None = None
) -> list[dict]:
    """Return how many findings of each check there are, those that hold figures first; of one check, of an office, of a
    month (2025-04). Raises HouseError for a check that no rule of the release names.
    """
    return _records(release, COUNTS, check=check, office=office, month=month)


def listed(
    release: Release,
    check: str | None = None,
    office: str | None = None,
    month: str | None = None,
    limit: int = 0,
) -> list[dict]:
    """Return findings, those that hold figures first, then by check, newest month first; `limit` 0 is all. Raises as
    `counted` does.
    """
    return _records(release, LISTED, check=check, office=office, month=month, limit=limit or ALL)


def _records(release: Release, sql: str, **asked) -> list[dict]:
    known, check = names(release), asked["check"]
    if check is not None and check not in known:
        raise HouseError(f"没有核查 {check}；有 {'、'.join(known)}。")
    with open_serve(release) as connection:
        rows = records(connection.execute(sql, asked))
    return [row | {"check_name": known.get(row["check_code"], "")} for row in rows]
