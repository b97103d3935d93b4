"""Dagster's SQLite storage with connections that stay open (docs/decisions).

The stock event log opens, commits, checkpoints and closes a database for every single event: a refresh stores about a
thousand, and on a busy disk that took longer than all the SQL of the warehouse. Here connections and compiled
statements are kept, and a commit is written without waiting for the disk. After a power failure the last events of a
run may be missing; the log stays intact. Results do not depend on it: builds and releases are flushed on their own.

Made for the exact version of Dagster that pyproject.toml pins; PostgreSQL as storage needs none of this.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from dagster import EventLogEntry
from dagster._core.storage.event_log.polling_event_watcher import SqlPollingEventWatcher
from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage
from dagster._core.storage.sqlite_storage import DagsterSqliteStorage, _event_logs_directory
from dagster._serdes import ConfigurableClassData
from sqlalchemy import create_engine, event
from sqlalchemy.engine import Connection, Engine

BUSY_SECONDS = 60
OPEN_DATABASES = 8  # the index and the runs somebody looks at; a run has a database of its own


class PooledEventLogStorage(SqliteEventLogStorage):
    """The stock event log with one engine a database instead of one a call."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._engines: OrderedDict[str, Engine] = OrderedDict()
        super().__init__(base_dir, inst_data)
        self._watcher = SqlPollingEventWatcher(self)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock, self._engine(shard).begin() as connection:
            yield connection

    def _engine(self, shard: str) -> Engine:
        if shard in self._engines:
            self._engines.move_to_end(shard)
            return self._engines[shard]
        engine = create_engine(self.conn_string_for_shard(shard), connect_args={"timeout": BUSY_SECONDS})
        event.listen(engine, "connect", _without_waiting)
        self._initdb(engine)
        self._engines[shard] = engine
        if len(self._engines) > OPEN_DATABASES:
            _, oldest = self._engines.popitem(last=False)
            oldest.dispose()
        return engine

    def wipe(self) -> None:
        """Remove all events; the databases' files go too."""
        self._close_all()
        super().wipe()

    def watch(self, run_id: str, cursor: str | None, callback: Callable[[EventLogEntry, str], None]) -> None:
        """Tell of new events by asking for them: the file of an open database need not change with each."""
        self._watcher.watch_run(run_id, cursor, callback)

    def end_watch(self, run_id: str, handler: Callable[[EventLogEntry, str], None]) -> None:
        """Stop telling."""
        self._watcher.unwatch_run(run_id, handler)

    def dispose(self) -> None:
        """Close everything; the last connection to a database brings its journal into it."""
        self._watcher.close()
        self._close_all()

    def _close_all(self) -> None:
        while self._engines:
            self._engines.popitem()[1].dispose()


def _without_waiting(connection: Any, _record: Any) -> None:
    # With a write-ahead log this is safe against corruption; only durability of the last commits is given up.
    connection.execute("pragma synchronous = normal")


class PooledSqliteStorage(DagsterSqliteStorage):
    """Runs, events and schedules below one folder; the event log keeps its connections."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        super().__init__(base_dir, inst_data)
        self._event_log_storage = PooledEventLogStorage(_event_logs_directory(base_dir))

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Any) -> "PooledSqliteStorage":
        """Made by Dagster from dagster.yaml."""
        return cls.from_local(inst_data=inst_data, **config_value)
