"""How analysts ask for what is published: through the house, and with a client of their own; two ways to one answer."""

import duckdb

from ingestion.home import Home
from publication import release as releases

ASKED = (
    "select count(*), sum(num)::double from {}mart_published_values where indicator_code = 'volume'"
)


def through_the_house(home: Home) -> tuple:
    with releases.connect(home) as connection:
        return connection.execute(ASKED.format("")).fetchone()


def through_the_resolver(home: Home) -> tuple:
    """As an analyst's own client does: it runs `current.sql` as it then stands."""
    with duckdb.connect() as connection:
        connection.execute(home.pointer_sql.read_text("utf-8"))
        return connection.execute(ASKED.format("mart.")).fetchone()


WAYS = (through_the_house, through_the_resolver)
