"""The list of what a release holds. One place: exports, serve file, diff and verify read it.

`key` is the full unique key and the order of every export. A table's files are its parts: by the month
of a date, by the values of columns (a folder each, `column=value`, which any engine can skip by name),
or by the period of a figure. A table that is `said` by others is no file: the serve file has it as a view.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from ingestion.contract import Contract, load_contracts
from ingestion.home import Home

WHOLE = "all"  # the name of a table's one file, also when it has no rows
UNDATED = "none"


@dataclass(frozen=True)
class Table:
    """One table of a release: `month` is the date column, `file` the column that names its files, `ledger`
    the plain ledger of which it is the fact.
    """

    name: str
    relation: str
    key: tuple[str, ...]
    month: str | None = None
    file: str | None = None
    folders: tuple[str, ...] = ()
    said: bool = False
    ledger: str | None = None

    @property
    def order(self) -> str:
        """The order of every export: the full key, which leaves no ties."""
        return ", ".join(f'"{k}" nulls last' for k in self.key)

    @property
    def part(self) -> str:
        """SQL: the part to which a row belongs, the name of its file without `.parquet`."""
        steps = [f"'{c}=' || {c} || '/'" for c in self.folders]
        if self.month:
            steps.append(f"coalesce(strftime({self.month}, '%Y-%m'), '{UNDATED}')")
        return " || ".join(steps) or self.file or f"'{WHOLE}'"

    @property
    def single(self) -> bool:
        """Whether all its rows are in one file."""
        return not (self.month or self.file or self.folders)

    def within(self, part: str) -> str:
        """SQL: the rows of a part, in plain ranges, by which the engine skips what it need not read."""
        *folders, last = part.split("/")
        pairs = [folder.split("=", 1) for folder in folders]
        if self.file:
            pairs.append([self.file, last])
        found = ["{} = '{}'".format(column, value.replace("'", "''")) for column, value in pairs]
        if self.month and last == UNDATED:
            found.append(f"{self.month} is null")
        elif self.month:
            first = f"date '{last}-01'"
            found.append(f"{self.month} >= {first} and {self.month} < {first} + interval 1 month")
        return " and ".join(found) or "true"


VALUE_KEY = (
    "indicator_code", "variant", "period_kind_code", "period", "area_kind_code", "area_code",
    "cut_code", "cut_value",
)  # fmt: skip
RANK_KEY = (
    "indicator_code", "variant", "period_kind_code", "period", "area_code", "peer_group_code",
)  # fmt: skip
YOY_KEY = (
    "indicator_code", "variant", "period_kind_code", "period", "area_kind_code", "area_code",
)  # fmt: skip
RECONCILED_KEY = ("basis_code", "upper_org_code", "lower_org_code", "month_start_date")
PLAIN_KEY = ("subject_id", "told_by_office_code", "version_no")


def _plain_facts(contracts: Iterable[Contract]) -> list[Table]:
    """Return the facts of the plain ledgers among some contracts, one a ledger."""
    ledgers = dict.fromkeys(c.ledger for c in contracts if c.plain)
    return [Table(f"fct_{n}", f"marts.fct_{n}", PLAIN_KEY, ledger=n) for n in ledgers]


# what the release of any home holds
INTERNAL = (
    Table("dim_region", "marts.dim_region", ("region_code",)),
    Table("dim_region_closure", "marts.dim_region_closure", ("descendant_code", "ancestor_code")),
    Table(
        "dim_series_break", "marts.dim_series_break",
        ("region_code", "from_date", "until_date", "kind_code", "text_zh"),
    ),
    Table(
        "dim_definition_break", "marts.dim_definition_break",
        ("indicator_code", "variant", "from_date", "until_date", "kind_code", "text_zh"),
    ),
    Table("dim_organisation", "marts.dim_organisation", ("org_code",)),
    Table("dim_category", "marts.dim_category", ("category_code",)),
    Table("dim_population", "marts.dim_population", ("region_code", "population_year", "kind_code")),
    Table("dim_cut_value", "marts.dim_cut_value", ("cut_code", "cut_value")),
    Table("dim_deadline_rule", "marts.dim_deadline_rule", ("rule_code",)),
    Table("dim_indicator", "marts.dim_indicator", ("indicator_code", "variant")),
    Table("fct_petitions", "marts.fct_petitions", ("registration_id",), "registered_at"),
    Table("fct_matter_items", "marts.fct_matter_items", ("registration_id",)),
    Table(
        "fct_handling_events", "marts.fct_handling_events",
        ("registration_id", "event_seq", "told_by_office_code"), "event_at",
    ),
    Table(
        "fct_evaluations", "marts.fct_evaluations", ("registration_id", "target_code", "attempt_no"),
        "deadline_at",
    ),
    Table("fct_cases", "marts.fct_cases", ("case_id",), "issued_date"),
    Table(
        "fct_leader_assignments", "marts.fct_leader_assignments", ("assignment_id", "version_no"),
        "started_date",
    ),
    *_plain_facts(load_contracts()),
    Table(
        "fct_due_date_changes", "marts.fct_due_date_changes",
        ("ledger", "due_column", "subject_id", "told_by_office_code", "version_no"), "known_from_at",
    ),
    Table(
        "fct_expected_returns", "marts.fct_expected_returns",
        ("org_code", "ledger", "cadence_code", "period_end_date"), "period_end_date",
    ),
    Table(
        "indicator_rows", "intermediate.int_indicator_rows",
        ("indicator_code", "variant", "subject_id", "cohort_date", "region_code"), "cohort_date",
        folders=("indicator_code", "variant"),
    ),
    Table("mart_indicator_values", "marts.mart_indicator_values", VALUE_KEY, file="period"),
    Table(
        "mart_indicator_funnel", "marts.mart_indicator_funnel",
        ("indicator_code", "variant", "period_kind_code", "period", "region_code", "excluded_because"),
        file="period",
    ),
    Table(
        "mart_matter_roles", "marts.mart_matter_roles",
        ("linked_matter_id", "role_code", "org_code", "region_code"), said=True,
    ),
    Table(
        "mart_subject_rows", "marts.mart_subject_rows",
        ("subject_id", "ledger", "delivery_sequence", "sheet_no", "row_no"), said=True,
    ),
    Table("mart_reminders", "marts.mart_reminders", ("org_code", "clock_code", "state_code", "due_date")),
    Table(
        "mart_receipts", "marts.mart_receipts", ("delivery_sequence", "ledger"), "recorded_at",
    ),
    Table(
        "fct_findings", "findings.fct_findings",
        ("check_code", "org_code", "month_start_date", "ledger", "subject_id"),
        "month_start_date",
    ),
    Table("mart_reconciliation", "findings.mart_reconciliation", RECONCILED_KEY, "month_start_date"),
    Table(
        "mart_reconciliation_cases", "findings.mart_reconciliation_cases",
        (*RECONCILED_KEY, "registration_id"), "month_start_date",
    ),
    Table("mart_check_shares", "findings.mart_check_shares", ("check_code", "org_code", "subject_code")),
    Table(
        "mart_area_checks", "findings.mart_area_checks",
        ("family_code", "area_kind_code", "area_code", "period", "ledger"),
    ),
    Table("mart_published_values", "published.mart_published_values", VALUE_KEY, file="period"),
    Table(
        "mart_published_funnel", "published.mart_published_funnel",
        ("indicator_code", "variant", "period_kind_code", "period", "region_code", "excluded_because"),
        file="period",
    ),
    Table(
        "mart_held_cells", "published.mart_held_cells",
        ("indicator_code", "variant", "month_start_date", "region_code"), "month_start_date",
    ),
    Table("mart_published_ranks", "published.mart_published_ranks", RANK_KEY, file="period"),
    Table("mart_published_yoy", "published.mart_published_yoy", YOY_KEY, file="period"),
    Table("mart_control_limits", "published.mart_control_limits", RANK_KEY, said=True),
    Table("mart_standardised_values", "published.mart_standardised_values", RANK_KEY, said=True),
    Table(
        "mart_figure_checks", "published.mart_figure_checks", (*VALUE_KEY, "family_code"), said=True,
    ),
)  # fmt: skip


def of_home(home: Home) -> tuple[Table, ...]:
    """Return all that a release of a home holds: what any holds, and the facts of its own plain ledgers."""
    known = {table.name for table in INTERNAL}
    facts = _plain_facts(load_contracts(home.contracts))
    return INTERNAL + tuple(table for table in facts if table.name not in known)
