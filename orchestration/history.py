"""Dagster's run history in SQLite, with its connections kept.

Dagster's own storage makes an engine and opens a file for every statement: of a small run that was
half the CPU time. Here the engine of each file stays, so statements are compiled once, and the file
stays open. A commit no longer waits for the disk: the history may be lost, the house does not need it.
That a run plans an asset is not kept: every run plans them all, and makes what has changed.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from dagster import DagsterEventType
from dagster._config import StringSource
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from sqlalchemy import create_engine, event
from sqlalchemy.engine import Connection, Engine

KEPT_FILES = 4  # the index over all runs, and the runs looked at last


class Sparing:
    """An event log in SQL that does not keep what nobody asks for, and does not ask again what it knows."""

    def __init__(self, *arguments, **named):
        self._there: set[str] = set()  # tables and columns that were seen
        super().__init__(*arguments, **named)

    def store_event(self, event) -> None:
        if event.dagster_event_type is not DagsterEventType.ASSET_MATERIALIZATION_PLANNED:
            super().store_event(event)

    def has_table(self, table_name: str) -> bool:
        asked = super().has_table
        return self._seen(table_name, lambda: asked(table_name))

    def _has_asset_key_col_on_connection(self, conn: Connection, column_name: str) -> bool:
        asked = super()._has_asset_key_col_on_connection
        return self._seen(f".{column_name}", lambda: asked(conn, column_name))

    def _seen(self, name: str, look: Callable[[], bool]) -> bool:
        """Return whether something is there: Dagster looks at every event; what is there stays."""
        if name not in self._there and look():
            self._there.add(name)
        return name in self._there


class KeptEventLogStorage(Sparing, SqliteEventLogStorage):
    """The same files and tables as Dagster's own storage, at `<home>/history/runs`."""

    def __init__(self, home: str, inst_data=None):
        self._engines: OrderedDict[str, Engine] = OrderedDict()
        super().__init__(str(Path(home) / "history" / "runs"), inst_data)

    @classmethod
    def config_type(cls):
        return {"home": StringSource}

    @classmethod
    def from_config_value(cls, inst_data, config_value):
        return cls(inst_data=inst_data, **config_value)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock:
            engine = self._engine(shard)
            if shard not in self._initialized_dbs:
                self._initdb(engine)
                self._initialized_dbs.add(shard)
            with engine.begin() as connection:
                yield connection

    def _engine(self, shard: str) -> Engine:
        """Return the kept engine of a file; the one not used for longest is let go."""
        if shard not in self._engines:
            wait = {"timeout": SQLITE_BUSY_TIMEOUT_SECONDS}
            engine = create_engine(self.conn_string_for_shard(shard), connect_args=wait)
            event.listen(engine, "connect", _without_waiting)
            self._engines[shard] = engine
        self._engines.move_to_end(shard)
        while len(self._engines) > KEPT_FILES:
            self._engines.popitem(last=False)[1].dispose()
        return self._engines[shard]

    def dispose(self) -> None:
        """Close every file; called when the instance is let go."""
        super().dispose()
        while self._engines:
            self._engines.popitem()[1].dispose()


def _without_waiting(connection, _record) -> None:
    connection.execute("pragma synchronous = normal")
