"""What a run imports, imported; and the home's project parsed. For `launching`: nothing is defined here, no file is
kept open, no thread is started.
"""

# ruff: noqa: F401  importing them is all that is wanted
import dagster_dbt
import dbt.adapters.duckdb
import dbt.cli.main
import pandas
import pyarrow

from expectations import beside, candidate, receipts
from ingestion.home import Home
from orchestration import cadences, deliveries, events, models, project, releases

# a run stages the home's project anew: of the same files it takes this parse
project.manifest(Home.find())
