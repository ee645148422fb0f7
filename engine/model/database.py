"""The database: how it is opened, and the two ways to use it, reading and writing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from weakref import WeakSet

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import PoolProxiedConnection

from engine.clock import Clock, utc_now
from engine.config import Settings
from engine.errors import Broken, Message
from engine.faults import reach
from engine.model.fairness import FairLock
from engine.model.prepared import Prepared, watched
from engine.model.trouble import NotOpened, translated

_DATABASE_TIME = text("SELECT clock_timestamp()")
_NOT_KEPT = Message(
    zh="该数据库不把提交写到磁盘（fsync 或 synchronous 已关闭）：断电会丢失已答复的步骤，因此不启动。",
    en="The database does not write commits through to disk (fsync or synchronous is off): refusing to start.",
)
_NOT_UTF8 = Message(
    zh="该数据库的编码不是 UTF8，存不下中文。请用 createdb -E UTF8 -T template0 重建。",
    en="The database's encoding is not UTF8. Make it anew with createdb -E UTF8 -T template0.",
)


class Database:
    """A pool of connections and the clock that belongs to it.

    The time is the injected `clock`; without one it is the database's own on PostgreSQL, because many hosts share it,
    and this machine's on SQLite.
    """

    def __init__(self, url: str, *, clock: Clock | None = None, pool_size: int = 16) -> None:
        self.url = make_url(url)
        self.dialect = self.url.get_backend_name()
        self.settings: Settings | None = None
        self._clock = clock
        self._writer = FairLock() if self.dialect == "sqlite" else nullcontext()
        self._local = threading.local()
        self._askers: WeakSet[PoolProxiedConnection] = WeakSet()
        self._pen: Connection | None = None
        stable = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        self._reading: dict[str, Any] = {"restock_reads": True} if self.dialect == "sqlite" else stable
        self.engine = _sqlite(url, pool_size) if self.dialect == "sqlite" else _postgresql(url, pool_size)
        #: Called after every commit that left jobs behind; set by whoever runs them.
        self.wake: Callable[[], None] = lambda: None
        #: Things other parts keep per database, such as parsed definitions.
        self.cache: dict[str, Any] = {}

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction that may write; committed at the end, undone when an error leaves the block.

        Not to be nested: a thread that writes already would wait for itself, so it is refused. Raises Unavailable
        and DiskFull when the database is in trouble: then nothing was changed, unless its answer to the commit was
        lost on the way; an idempotency key tells.
        """
        if getattr(self._local, "writing", False):
            raise Broken
        reach("before_begin")
        with self._writer:
            self._local.writing = True
            try:
                with translated(), self._writing() as connection, connection.begin():
                    yield connection
                    reach("before_commit")
            finally:
                self._local.writing = False
        reach("after_commit")

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """A connection for a writer; on SQLite, where there is one at a time, the one that wrote before.

        After an error it goes back to the pool, which undoes whatever is left of its transaction.
        """
        if self.dialect != "sqlite":
            with self.engine.connect() as connection:
                yield connection
            return
        kept, self._pen = self._pen, None
        connection = kept or self.engine.connect()
        try:
            yield connection
        except BaseException:
            connection.close()
            raise
        self._pen = connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One transaction that only reads, with a stable view of the data. Raises Unavailable as `write` does."""
        with translated(), self.engine.connect() as plain:
            connection = plain.execution_options(**self._reading)
            with connection.begin():
                yield connection

    def ask(self, statement: Prepared, values: Mapping[str, Any]) -> Sequence[Any]:
        """The rows of one statement that only reads: a transaction by itself. Raises Unavailable as `write` does."""
        if watched(self.engine):
            with self.read() as connection:
                return statement.all(connection, values)
        with translated():
            driver: Any = self._asker().driver_connection
            return statement.fetch(driver, self.engine.dialect, values)

    def _asker(self) -> PoolProxiedConnection:
        """This thread's connection for single statements: it begins no transaction, so that none is left open."""
        kept: PoolProxiedConnection | None = getattr(self._local, "asker", None)
        if kept is None or not kept.is_valid:
            kept = self._local.asker = self.engine.raw_connection()
            self._askers.add(kept)
        return kept

    def now(self, connection: Connection | None = None) -> datetime:
        """The time that counts for due dates, leases and history: aware, UTC."""
        if self._clock is not None:
            return self._clock()
        if self.dialect == "sqlite" or connection is None:
            return utc_now()
        moment: datetime = connection.execute(_DATABASE_TIME).scalar_one()
        return moment.astimezone(UTC)

    def close(self) -> None:
        """Give back all connections."""
        for asker in list(self._askers):
            asker.close()
        kept, self._pen = self._pen, None
        if kept is not None:
            kept.close()
        self.engine.dispose()


def connect(settings: Settings, *, clock: Clock | None = None) -> Database:
    """Open the installation's database and make sure an acknowledged step survives a power cut. Raises NotOpened."""
    try:
        url = make_url(settings.database_url)
        if url.get_backend_name() not in ("sqlite", "postgresql"):
            raise ArgumentError
        if url.get_backend_name() == "sqlite":
            Path(url.database or "").parent.mkdir(parents=True, exist_ok=True)
        pool_size = settings.threads + settings.workers + 4
        database = Database(settings.database_url, clock=clock, pool_size=pool_size)
        database.settings = settings
        try:
            assert_fit(database)
        except BaseException:
            database.close()
            raise
    except (SQLAlchemyError, ImportError, OSError) as error:
        raise NotOpened.by(error) from error
    return database


def assert_fit(database: Database) -> None:
    """Raises NotOpened for a database that would lose acknowledged commits at a power cut, or Chinese texts."""
    with database.engine.connect() as connection:
        if database.dialect == "sqlite":
            mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar()
            synchronous = connection.exec_driver_sql("PRAGMA synchronous").scalar()
            kept = mode == "wal" and synchronous == 2
        else:
            fsync = connection.exec_driver_sql("SHOW fsync").scalar()
            commit = connection.exec_driver_sql("SHOW synchronous_commit").scalar()
            kept = fsync == "on" and commit != "off"
            if connection.exec_driver_sql("SHOW server_encoding").scalar() != "UTF8":
                raise NotOpened(_NOT_UTF8)
    if not kept:
        raise NotOpened(_NOT_KEPT)


def _sqlite(url: str, pool_size: int) -> Engine:
    # The connection used last comes first: its cache of pages and statements is the warmest.
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_use_lifo=True,
        connect_args={"timeout": 15},
    )

    @event.listens_for(engine, "connect")
    def _open(raw: Any, _record: object) -> None:
        raw.isolation_level = None  # the driver must begin nothing behind our back
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=15000"):
            raw.execute("PRAGMA " + pragma)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        reads = connection.get_execution_options().get("restock_reads")
        # A writer takes the lock first: changing from reading to writing fails when somebody else wrote in between.
        raw: Any = connection.connection.driver_connection
        raw.execute("BEGIN" if reads else "BEGIN IMMEDIATE")

    return engine


def _postgresql(url: str, pool_size: int) -> Engine:
    return create_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_pre_ping=True,
        connect_args={
            "options": "-c timezone=UTC -c synchronous_commit=on -c lock_timeout=15000",
            "client_encoding": "utf8",
            "connect_timeout": 5,
        },
    )
