"""What tables and columns mean, written into the analysts' file: the models' yml descriptions.

The yml files are read, not dbt's manifest: publication knows no dbt.
"""

from functools import cache
from pathlib import Path

import duckdb
import yaml

from ingestion.fields import LOADER
from ingestion.home import Home
from publication.tables import of_home

MODELS = Path(__file__).resolve().parent.parent / "dbt_project" / "models"


def descriptions(home: Home) -> dict[str, dict]:
    """Return each model's yml entry by name: the shipped models', the home's, and the plain ledgers',
    which were written from their contracts when the build was staged.
    """
    plain = home.dbt / "dbt_project" / "models" / "marts" / "plain"
    return _shipped() | _models_of(home.models) | _models_of(plain)


@cache
def _shipped() -> dict[str, dict]:
    return _models_of(MODELS)


def _models_of(folder: Path) -> dict[str, dict]:
    found = {}
    for path in sorted(folder.rglob("*.yml")) if folder.exists() else ():
        document = yaml.load(path.read_text("utf-8"), Loader=LOADER) or {}
        found |= {model["name"]: model for model in document.get("models") or []}
    return found


def comment(connection: duckdb.DuckDBPyConnection, home: Home) -> None:
    """Write table and column comments for every table of the release, in one transaction."""
    known = descriptions(home)
    connection.execute("begin")
    for table in of_home(home):
        model = known[table.relation.split(".")[1]]
        connection.execute(f'comment on view "{table.name}" is {_text(model["description"])}')
        for column in model.get("columns") or []:
            connection.execute(
                f'comment on column "{table.name}"."{column["name"]}" is {_text(column["description"])}'
            )
    connection.execute("commit")


def _text(description: str) -> str:
    """Return a SQL literal: COMMENT ON takes no parameters."""
    return "'" + description.strip().replace("'", "''") + "'"
