"""What the law wants an issue to say: for the annual report the four items of art. 41 of the 信访工作条例.

Belongs here: reading, by the rule `report_items`, each line of the items out of the masked figures of a release. Which
lines there are is data. A line is a part of the region's own figure (`num`, `den`, `value`), its parts by a cut
(`cut:<code>`; of small areas none, as in all that is public), or the organs with the most (`organs`).
"""

from pathlib import Path

from ingestion.rule_tables import rule_rows
from publication.calendar import ENDLESS, Entry
from publication.release import records

MOST = 10  # organs, or parts of a cut, that are named
CUT = """
    select coalesce(cut_value_name, cut_value) as part_name, status_code, num, den, value
    from (select * from mart_published_values where area_kind_code = 'region' and area_code = $region) as told
    left join dim_cut_value using (cut_code, cut_value)
    where indicator_code = $indicator and variant = $variant and period = $period and cut_code = $cut
        and level_code in ('nation', 'province', 'prefecture')
    order by num desc nulls last, cut_value limit $most
"""
ORGANS = """
    select area_name as part_name, status_code, num, den, value
    from mart_published_values
    where area_kind_code = 'org' and cut_code = 'all' and status_code = 'published'
        and indicator_code = $indicator and variant = $variant and period = $period
        and parent_code in (select descendant_code from dim_region_closure where ancestor_code = $region)
    order by den desc, area_code limit $most
"""


def told(connection, rules: Path | None, entry: Entry, region: str, period: str) -> list[dict]:
    """Return the lines that hold on an issue's last day, in order; `parts` of a line that has some, biggest first. Numbers
    are as in the release: null where nothing is printed.
    """
    day, found = str(entry.last_date), []
    for row in rule_rows("report_items", rules):
        if row["series_code"] == entry.series_code and row["valid_from"] <= day <= (
            row["valid_to"] or ENDLESS
        ):
            line = {
                n: row[n] for n in ("item_name", "label", "indicator_code", "variant", "part_code")
            }
            line |= {"item_no": int(row["item_no"]), "order_no": int(row["order_no"])}
            found.append(line | {"parts": _parts(connection, row, region, period)})
    return sorted(found, key=lambda line: (line["item_no"], line["order_no"]))


def _parts(connection, row: dict, region: str, period: str) -> list[dict]:
    kind, _, cut = row["part_code"].partition(":")
    asked = {
        "indicator": row["indicator_code"], "variant": row["variant"], "region": region, "period": period, "most": MOST,
    }  # fmt: skip
    if kind == "cut":
        return records(connection.execute(CUT, asked | {"cut": cut}))
    return records(connection.execute(ORGANS, asked)) if kind == "organs" else []
