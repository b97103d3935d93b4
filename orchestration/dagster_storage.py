"""Where Dagster keeps runs and events: SQLite with connections that stay open, or PostgreSQL where one is named.

HCC_DAGSTER_POSTGRES_URL is the one switch (docs/operations.md); it is read from the environment by each process and
written nowhere, since it may hold a password.

The stock event log opens, commits, checkpoints and closes a database for every single event: a refresh stores about a
thousand, and on a busy disk that took longer than all the SQL of the warehouse. Here connections and compiled
statements are kept, and a commit is written without waiting for the disk. After a power failure the last events of a
run may be missing; the log stays intact. Results do not depend on it: builds and releases are flushed on their own.

Made for the exact version of Dagster that pyproject.toml pins; PostgreSQL as storage needs none of this.
"""

import os
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from dagster import EventLogEntry
from dagster._core.storage.base_storage import DagsterStorage
from dagster._core.storage.event_log.polling_event_watcher import SqlPollingEventWatcher
from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage
from dagster._core.storage.sqlite_storage import DagsterSqliteStorage, _event_logs_directory
from dagster._serdes import ConfigurableClassData
from sqlalchemy import create_engine, event
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, OperationalError

from orchestration.errors import RefreshError

BUSY_SECONDS = 60
SECONDS_TO_CONNECT = 10
POSTGRES_URL = "HCC_DAGSTER_POSTGRES_URL"
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


class WarehouseStorage(PooledSqliteStorage):
    """SQLite below one folder, or the PostgreSQL server that HCC_DAGSTER_POSTGRES_URL names."""

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Any) -> Any:
        """Made by Dagster from dagster.yaml, in every process anew. Raises RefreshError."""
        url = os.environ.get(POSTGRES_URL)
        if not url:
            return PooledSqliteStorage.from_local(inst_data=inst_data, **config_value)
        return postgres_storage(url, inst_data)


def postgres_storage(url: str, inst_data: ConfigurableClassData | None = None) -> DagsterStorage:
    """Runs, events and schedules in a PostgreSQL database; its tables are made where they are missing.

    Raises RefreshError, without the password, where the package is missing or the server does not answer.
    """
    try:
        from dagster_postgres import DagsterPostgresStorage
    except ImportError:
        raise RefreshError(
            f"{POSTGRES_URL} is set, but dagster-postgres is not installed: uv sync --extra postgres"
        ) from None
    try:
        # The driver is named: SQLAlchemy 2.1 takes another one by default than the one that dagster-postgres brings.
        address = make_url(url).set(drivername="postgresql+psycopg2")
        engine = create_engine(address, connect_args={"connect_timeout": SECONDS_TO_CONNECT})
        with engine.connect():
            pass
        engine.dispose()
    except ArgumentError:
        raise RefreshError(f"{POSTGRES_URL} must read postgresql://USER:PASSWORD@HOST:PORT/DATABASE") from None
    except OperationalError:
        raise RefreshError(
            f"the PostgreSQL server of {POSTGRES_URL} ({address.render_as_string(hide_password=True)}) "
            "does not answer, or refuses user or database"
        ) from None
    storage: DagsterStorage = DagsterPostgresStorage(address.render_as_string(hide_password=False), inst_data=inst_data)
    return storage
