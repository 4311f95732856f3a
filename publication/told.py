"""A release's figures as the ledger of published figures takes them: masked columns, no rows."""

from datetime import datetime

import duckdb

from ingestion import published
from ingestion.home import Home
from ingestion.register import Entry
from publication.diff import DEFINITIONS, VALUES
from publication.release import Release


def tell(home: Home, release: Release) -> Entry | None:
    """Tell the lake what a release published; None when nothing differs from what was last told."""
    columns = ", ".join(f.name for f in published.FIGURES)
    with duckdb.connect() as connection:
        figures = connection.execute(
            f"select {columns} from read_parquet($figures) as told"
            " inner join read_parquet($definitions) as defined using (indicator_code, variant)",
            {
                "figures": str(release.folder / VALUES / "*.parquet"),
                "definitions": str(release.folder / DEFINITIONS),
            },
        ).to_arrow_table()
    as_of = datetime.fromisoformat(release.manifest["as_of"])
    return published.tell(home, figures, release.release_id, as_of)
