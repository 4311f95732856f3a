"""Dagster's run history in PostgreSQL, with its connections kept.

Dagster's own storages open a connection for every statement. Here each process keeps a few, and asks a kept one whether
it still lives before using it, so that a database that was restarted is no error. Named by dagster_postgres.yaml;
nobody else imports it.
"""

from dagster._config import StringSource
from dagster_postgres.event_log import PostgresEventLogStorage
from dagster_postgres.run_storage import PostgresRunStorage
from dagster_postgres.schedule_storage import PostgresScheduleStorage
from sqlalchemy import create_engine

from orchestration import postgres
from orchestration.history import Sparing

KEPT, AT_MOST = 1, 20  # of each storage in each process: kept, and beside it at the same time


class _Kept:
    """A storage of Dagster's whose engine keeps its connections."""

    def __init__(self, address: str, inst_data=None):
        super().__init__(postgres.with_driver(address), inst_data=inst_data)
        self._engine.dispose()
        self._engine = create_engine(
            self.postgres_url,
            isolation_level="AUTOCOMMIT",
            pool_pre_ping=True,
            pool_size=KEPT,
            max_overflow=AT_MOST,
        )

    @classmethod
    def config_type(cls):
        return {"address": StringSource}

    @classmethod
    def from_config_value(cls, inst_data, config_value):
        return cls(inst_data=inst_data, **config_value)

    def dispose(self) -> None:
        """Close every connection; called when the instance is let go."""
        super().dispose()
        self._engine.dispose()


class KeptEventLogStorage(_Kept, Sparing, PostgresEventLogStorage):
    """What happened in each run."""


class KeptRunStorage(_Kept, PostgresRunStorage):
    """Which runs there are."""


class KeptScheduleStorage(_Kept, PostgresScheduleStorage):
    """Which sensors and schedules are on, and what they did."""
