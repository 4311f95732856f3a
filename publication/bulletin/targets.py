"""Whether a figure reaches the target that a rule sets.

Belongs here: reading `rules/targets.csv` for a day, and comparing. A row of the region goes before one of all regions;
`target_value` is in points for shares, else in the indicator's own unit.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from ingestion.rule_tables import rule_rows
from publication.bulletin.wording import is_share
from publication.calendar import ENDLESS


@dataclass(frozen=True)
class Targets:
    """The targets of a day, by indicator, variant and region (empty: all)."""

    rows: dict[tuple[str, str, str], dict]

    def of(self, figure: dict) -> dict | None:
        """Return the target of a printed figure and whether it was met; None where none is set, or there is no value."""
        name = (figure["indicator_code"], figure["variant"])
        row = self.rows.get((*name, figure["area_code"])) or self.rows.get((*name, ""))
        if row is None or figure["value"] is None:
            return None
        wanted = Decimal(row["target_value"])
        reached = Decimal(str(figure["value"])) * (100 if is_share(figure["kind_code"]) else 1)
        met = reached >= wanted if row["side_code"] == "at_least" else reached <= wanted
        return {"side_code": row["side_code"], "target_value": row["target_value"], "met_flag": met}


def holding(rules: Path | None, day: date) -> Targets:
    """Return the targets that hold on a day."""
    rows = [
        row for row in rule_rows("targets", rules)
        if row["valid_from"] <= str(day) <= (row["valid_to"] or ENDLESS)
    ]  # fmt: skip
    return Targets({(r["indicator_code"], r["variant"], r["region_code"] or ""): r for r in rows})
