"""What an issue says of a region: its figures, and beside each how far it may be relied on.

Belongs here: reading it from a release, of masked tables alone, so that what is held or suppressed is null before anything
is laid out. A pure function of the release, the calendar's entry, the region and the issue before it. How words and pages
are made of it is the renderers'.

Observation status and release status are two columns, as in SDMX and at Eurostat since 2025: `p` provisional (a check
of the figure was not passed, or a unit is not in it), `r` revised since the issue before, `b` a break in the series within
the year before, `e` estimated (per head of a population counted in another year), `u` a small base; and `published`,
`held`, `suppressed`.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from ingestion.contract import load_contracts
from ingestion.errors import HouseError
from publication.bulletin import items, revisions, spans, targets, triangles
from publication.bulletin.revisions import KEY, key_of
from publication.calendar import Entry, following, front_of
from publication.release import Release, open_serve, records

SERIES_MONTHS = 24
BREAK_MONTHS = 12
LARGE = ("nation", "province", "prefecture")
DIFFERING = {"passed": "上下级对照一致", "failed": "上下级对照有没有解释的不同"}
PINNED = (
    "release_id",
    "as_of",
    "known_to",
    "code_sha256",
    "definitions_sha256",
    "rules_sha256",
    "engine",
)
# the region itself and those right below it; whole figures, which are not cut
AREAS = "area_kind_code = 'region' and (area_code = $region or parent_code = $region) and cut_code = 'all'"
FIGURES = f"""
    select
        indicator_code, variant, kind_code, period_kind_code, period, area_code, area_name, level_code, status_code,
        reason_text, missing_count, num, den, excluded_count, value, value_low, value_high,
        coalesce(small_base_flag, false) as small_base_flag, null as counted_first, null as counted_last
    from mart_published_values
    where {AREAS} and period in (select unnest($periods::varchar[]))
    order by indicator_code, variant, period_kind_code, period, area_code
"""
SUMMED = spans.SUMMED.format(areas=AREAS)
SERIES = f"""
    select indicator_code, variant, area_code, period, status_code, num, den, value
    from mart_published_values
    where {AREAS} and period_kind_code = 'month' and period between $since and $until
    order by indicator_code, variant, area_code, period
"""
FAILED = """
    select distinct checks.indicator_code, checks.variant, checks.area_code
    from mart_figure_checks as checks
    inner join dim_region on checks.area_code = dim_region.region_code
    where area_kind_code = 'region' and cut_code = 'all' and period_kind_code = 'month' and answer_code = 'failed'
        and period between $first and $last and (area_code = $region or parent_code = $region)
"""
CHECKS = """
    select indicator_code, variant, period, area_code, family_code, answer_code, answer_text
    from mart_figure_checks
    where area_kind_code = 'region' and cut_code = 'all' and period in (select unnest($periods::varchar[]))
        and area_code in (select unnest($areas::varchar[]))
    order by all
"""
RANKS = """
    select
        ranks.indicator_code, ranks.variant, ranks.period, ranks.area_code, rank_status_code, reason_text, rank, rank_label,
        tied_count, ranked_count, left_out_count, peers_label, rank_low, rank_high, rank_wide_flag, printed_value,
        limit_code
    from mart_published_ranks as ranks
    left join mart_control_limits as limits
        using (indicator_code, variant, period_kind_code, period, peer_group_code, area_code)
    where peer_group_code = 'siblings' and rank_status_code <> 'not_rankable'
        and period in (select unnest($periods::varchar[])) and area_code in (select unnest($areas::varchar[]))
    order by all
"""
YOY = """
    select
        indicator_code, variant, period, area_code, base_period, yoy_status_code, reason_text, unit, yoy_percent, yoy_points,
        base_num, base_den, base_value, comparable_flag, left_out_count
    from mart_published_yoy
    where area_kind_code = 'region' and period in (select unnest($periods::varchar[]))
        and area_code in (select unnest($areas::varchar[]))
    order by all
"""
BREAKS = """
    select indicator_code, variant, null as region_code, from_date, text_zh from dim_definition_break
    where from_date between cast($first as date) and cast($last as date)
    union all
    select null, null, region_code, from_date, text_zh from dim_series_break
    where from_date between cast($first as date) and cast($last as date)
        and region_code in (select unnest($areas::varchar[]))
    order by all
"""
INDICATORS = """
    select
        indicator_code, variant, indicator_name, kind_code, unit_name, direction_code, attribution_code, axis_code,
        legal_basis, clock_rule, cohort_rule, window_rule, definition_version, definition_text, not_shown_text, ledgers,
        model_name
    from dim_indicator
    order by indicator_code, variant
"""
# what the offices within an area still owe of periods that ended by the last day
OWED = """
    select closure.ancestor_code as area_code, org_name, ledger, period_end_date, due_date, status_code
    from fct_expected_returns as returns
    inner join dim_organisation using (org_code)
    inner join dim_region_closure as closure on returns.org_region_code = closure.descendant_code
    where closure.ancestor_code in (select unnest($areas::varchar[]))
        and (closure.ancestor_code <> $region or closure.distance = 0)
        and status_code = 'owed' and period_end_date <= $last
    order by all
"""
PUBLISHER = """
    select org_name from dim_organisation
    where region_code = $region and is_petition_office
    order by org_code limit 1
"""


class NoFigures(HouseError):
    """A release has no figure of a region in the period of an issue."""


def contents(
    release: Release,
    entry: Entry,
    region: str,
    before: dict | None = None,
    rules: Path | None = None,
) -> dict:
    """Return what the issue of a region says, as plain values; `before`: the issue before it, of the same series;
    `rules`: a home's, which say what stands in front and when the next one comes.

    Raises NoFigures when the release has no figure of the region in the issue's period.
    """
    span, year = spans.main(entry), spans.to_date(entry)
    summed = [one for one in (span, year) if one and (one is year or one.kind == spans.QUARTER)]
    periods = [span.name, *([year.name] if year else [])]
    said = _settled(before, entry)
    asked_periods = sorted({span.name, *(key[2] for key in said)} - {one.name for one in summed})
    with open_serve(release) as connection:
        rows = _rows(connection, FIGURES, region=region, periods=asked_periods)
        for one in summed:
            rows += _summed(connection, region, one)
        named = {row["area_code"]: row["area_name"] for row in rows if row["period"] in periods}
        areas = dict(sorted(named.items(), key=lambda area: (area[0] != region, area[0])))
        if region not in areas:
            raise NoFigures(
                f"{release.release_id} 这一版没有 {region} 在 {entry.period} 的数字，作不成这一期；"
                "请核对 rules/issue_regions.csv 的地区代码，或者先重跑到该期。"
            )
        asked = {"periods": asked_periods, "areas": [*areas]}
        breaks = _rows(connection, BREAKS, areas=[*areas], **_year_before(entry))
        beside = {
            "checks": _gathered(_rows(connection, CHECKS, **asked)),
            "rank": _gathered(_rows(connection, RANKS, **asked), one=True),
            "year_over_year": _gathered(_rows(connection, YOY, **asked), one=True),
        }
        series = _rows(connection, SERIES, region=region, **_reach(entry))
        known = _rows(connection, INDICATORS)
        publisher = _rows(connection, PUBLISHER, region=region)
        lines = items.told(connection, rules, entry, region, span.name)
        owed = _rows(connection, OWED, areas=[*areas], region=region, last=entry.last_date)
    wanted = targets.holding(rules, entry.last_date)
    found = [_figure(row, beside, breaks, said.get(key_of(row)), wanted) for row in rows]
    figures = [row for row in found if row["period"] in periods]
    coming = following(rules, entry)
    told = {(row["indicator_code"], row["variant"]) for row in found}
    front = [f for f in front_of(rules, entry) if (f["indicator_code"], f["variant"]) in told]
    months = _series(series)
    return {
        "issue": entry.said()
        | {
            "region_code": region,
            "region_name": areas[region],
            "publisher_name": publisher[0]["org_name"] if publisher else None,
            "next_print_at": coming.print_at.isoformat() if coming else None,
            "compared_with": _named(before),
            "main_period": span.name,
            "main_kind": span.kind,
            "month_over_flag": spans.is_over(entry),
        },
        "data_version": {name: release.manifest.get(name) for name in PINNED},
        "areas": [{"area_code": code, "area_name": name} for code, name in areas.items()],
        "indicators": [i for i in known if (i["indicator_code"], i["variant"]) in told],
        "front": front,
        "figures": figures,
        "series": months,
        "triangles": triangles.grown(before, front, months, region, entry.period),
        "owed": owed,
        "ledgers": {c.ledger: c.label for c in load_contracts(release.definitions / "contracts")},
        "items": [line | {"parts": [_row(part) for part in line["parts"]]} for line in lines],
        "breaks": breaks,
        "revisions": revisions.since(found, said, areas),
    }


def _summed(connection, region: str, one: spans.Span) -> list[dict]:
    """Return the figures of a span that is summed from its months; what was not wholly checked in a month is not in it."""
    asked = {"region": region, "first": one.first, "last": one.last}
    rows = _rows(connection, SUMMED, **asked, name=one.name, kind=one.kind)
    failed = {tuple(row.values()) for row in _rows(connection, FAILED, **asked)}
    names = ("indicator_code", "variant", "area_code")
    return [row | {"unsettled_flag": tuple(row[n] for n in names) in failed} for row in rows]


def _settled(before: dict | None, entry: Entry) -> dict[tuple, dict]:
    """Return what the issue before said and this one may say otherwise by revision alone: all of an earlier version of
    the same issue; of another period, its whole months and years, as a year to date grows by itself.
    """
    if before is None:
        return {}
    last, same = before["issue"]["last_date"], before["issue"]["period"] == entry.period
    return {
        key_of(row): row for row in before["figures"] if same or _last_day(row["period"]) <= last
    }


def _last_day(period: str) -> str:
    """Return the last day of a month or year, as figures name them."""
    first = date.fromisoformat(
        f"{period}-01" if len(period) == len("2025-04") else f"{period}-12-01"
    )
    return str((first + timedelta(days=31)).replace(day=1) - timedelta(days=1))


def _named(before: dict | None) -> dict | None:
    if before is None:
        return None
    told = {name: before["issue"][name] for name in ("series_name", "period", "issue_no")}
    told["version"] = before.get("edition", {}).get("version", 1)
    return told | {"release_id": before["data_version"]["release_id"]}


def _figure(
    row: dict, beside: dict, breaks: list[dict], before: dict | None, wanted: targets.Targets
) -> dict:
    """Return a figure with all that is said beside it. A figure that is not printed has no rank and no change."""
    row = dict(row)
    small, missing = row.pop("small_base_flag"), row["missing_count"]
    row["release_status"] = row.pop("status_code")
    row |= {name: found.get(key_of(row)) for name, found in beside.items()}
    row["checks"] = _without_counts(row["checks"], row["level_code"])
    printed = row["release_status"] == "published"
    row["target"] = wanted.of(row) if printed else None
    unsettled = row.pop("unsettled_flag", False) or any(
        check["answer_code"] == "failed" for check in row["checks"] or ()
    )
    marks = {
        "p": printed and (bool(missing) or unsettled),
        "r": before is not None and revisions.said(before) != revisions.said(row),
        "b": printed and any(_breaks(found, row) for found in breaks),
        "e": printed
        and row["kind_code"] == "per_capita",  # of a population counted in another year
        "u": printed and small,
    }
    row["observation_status"] = [mark for mark, holds in marks.items() if holds]
    return row


def _without_counts(checks: list[dict] | None, level: str | None) -> list[dict] | None:
    """Return what was asked of a figure as anybody may read it: of a small area without the cases that differ, which may
    be fewer than are ever told of it.
    """
    if checks is None or level in LARGE:
        return checks
    return [
        check | {"answer_text": DIFFERING[check["answer_code"]]}
        if check["family_code"] == "reconciliation" and check["answer_code"] in DIFFERING
        else check
        for check in checks
    ]


def _breaks(found: dict, row: dict) -> bool:
    if found["region_code"]:
        return found["region_code"] == row["area_code"]
    return (found["indicator_code"], found["variant"]) == (row["indicator_code"], row["variant"])


def _series(rows: list[dict]) -> list[dict]:
    """Return the months of each indicator and area, oldest first; a month that is not printed has no value."""
    found: dict[tuple, list] = {}
    for row in rows:
        key = (row["indicator_code"], row["variant"], row["area_code"])
        found.setdefault(key, []).append(
            {name: row[name] for name in ("period", "status_code", "num", "den", "value")}
        )
    names = ("indicator_code", "variant", "area_code")
    return [dict(zip(names, key, strict=True)) | {"months": told} for key, told in found.items()]


def _gathered(rows: Iterable[dict], one: bool = False) -> dict[tuple, object]:
    found: dict[tuple, list] = {}
    for row in rows:
        told = {name: value for name, value in row.items() if name not in KEY}
        found.setdefault(key_of(row), []).append(told)
    return {key: told[0] for key, told in found.items()} if one else found


def _reach(entry: Entry) -> dict[str, str]:
    return {"since": _month(entry.last_date, SERIES_MONTHS - 1), "until": _month(entry.last_date)}


def _year_before(entry: Entry) -> dict[str, str]:
    return {
        "first": f"{_month(entry.last_date, BREAK_MONTHS - 1)}-01",
        "last": str(entry.last_date),
    }


def _month(day: date, back: int = 0) -> str:
    """Return the month of a day, or so many months before it, as figures name it."""
    number = day.year * 12 + day.month - 1 - back
    return f"{number // 12}-{number % 12 + 1:02d}"


def _rows(connection, sql: str, **given) -> list[dict]:
    """Return rows of plain values: counts and sums as whole numbers where they are, days as text."""
    return [_row(row) for row in records(connection.execute(sql, given or None))]


def _row(row: dict) -> dict:
    return {name: _plain(value) for name, value in row.items()}


def _plain(value):
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value.isoformat() if isinstance(value, date) else value
