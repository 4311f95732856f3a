"""Every series of issues is an exposure of the models, and names exactly the tables that an issue reads."""

import csv
import re

import yaml

from ingestion.rule_tables import SHIPPED
from publication import explain
from publication.bulletin import contents, evidence, items
from publication.tables import INTERNAL
from tests.conftest import ROOT

EXPOSURES = ROOT / "dbt_project" / "models" / "published" / "_exposures.yml"
ROWS = "indicator_rows"  # of an intermediate model: no mart
READ = re.compile(r"(?:from|join)\s+(\w+)")


def test_every_series_is_an_exposure_of_what_an_issue_reads():
    told = yaml.safe_load(EXPOSURES.read_text("utf-8"))["exposures"]
    with (SHIPPED / "release_calendar.csv").open(encoding="utf-8") as source:
        series = {
            (f"issue_{row['series_code']}", row["series_name"]) for row in csv.DictReader(source)
        }
    assert {(one["name"], one["label"]) for one in told} == series
    asked = [
        v
        for module in (contents, evidence, items)
        for v in vars(module).values()
        if isinstance(v, str)
    ]
    read = {table for sql in [*asked, explain.LAST_DAY] for table in READ.findall(sql)}
    known = {table.name for table in INTERNAL}
    for one in told:
        assert {ref[5:-2] for ref in one["depends_on"]} == (read & known) - {ROWS}
