"""Connections to the database: one way to write, one way to read, whichever of the two databases it is.

SQLite, as several processes need it: every writing transaction takes the write lock when it begins, because a lock
that is taken at the first write lets two processes decide on the same stale reading; the log is written ahead, so that
readers never wait; a commit is on the disk when it returns.

PostgreSQL is given the same meaning by a lock of the application: who writes is alone, as with SQLite, unless it says
that what it does is safe beside others.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, OperationalError

from clipsight.errors import UnsupportedDatabase

log = logging.getLogger(__name__)

BUSY_MILLISECONDS = 30_000  # how long a writer waits for its turn
WRITERS = 20  # connections per process; a worker has a thread per step and per queue
KEPT_OPEN = 5  # of them, over idle times; a server has 100 by default, for all processes of all machines
FROZEN_MILLISECONDS = 20_000  # a process that holds a transaction for so long without a word loses it
CONNECT_SECONDS = 5

PATIENCE = 60.0  # seconds for which a step waits for a database that cannot be reached
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 2.0  # seconds between two tries

AWAY = (OperationalError, InterfaceError)
"""What SQLAlchemy raises when the database cannot be reached, goes away meanwhile, or is locked for too long."""

_WRITE_PRAGMAS = (
    f"PRAGMA busy_timeout={BUSY_MILLISECONDS}",
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
)
_READ_PRAGMAS = (f"PRAGMA busy_timeout={BUSY_MILLISECONDS}", "PRAGMA query_only=ON")

_WRITE_SETTINGS = (
    f"SET idle_in_transaction_session_timeout = {FROZEN_MILLISECONDS}",
    f"SET lock_timeout = {BUSY_MILLISECONDS}",
)
_READ_SETTINGS = ("SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY",)
# A machine that vanishes without a word is noticed in twenty seconds, on both sides of the connection.
_REACHABLE = {
    "connect_timeout": CONNECT_SECONDS,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 2,
    "tcp_user_timeout": 20_000,
}

# Of advisory locks; the number is ours alone within the database.
_LOCK = 0x636C6970
_ALONE = text(f"SELECT pg_advisory_xact_lock({_LOCK})")
_BESIDE_OTHERS = text(f"SELECT pg_advisory_xact_lock_shared({_LOCK})")

_SQLITE_CLOCK = text("SELECT CAST((julianday('now') - 2440587.5) * 86400000.0 AS INTEGER)")
_POSTGRESQL_CLOCK = text("SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)")

T = TypeVar("T")


class Database:
    """The two engines of one process. ``writer`` is shared with the job engine, so that one transaction covers both.

    Raises:
        UnsupportedDatabase: the address names a database that clipsight does not run on.
    """

    def __init__(self, url: str) -> None:
        if is_sqlite(url):
            sqlite_path(url)
            self.writer = _sqlite_engine(url, "BEGIN IMMEDIATE", _WRITE_PRAGMAS)
            self._reader = _sqlite_engine(url, "BEGIN", _READ_PRAGMAS)
        else:
            address = postgresql_url(url)
            self.writer = _postgresql_engine(address, _WRITE_SETTINGS)
            self._reader = _postgresql_engine(address, _READ_SETTINGS)

    @contextmanager
    def writing(self, *, beside_others: bool = False) -> Generator[Connection]:
        """One transaction; committed at the end, rolled back on an error. No other one writes meanwhile.

        With ``beside_others`` transactions that say so too may run at the same time, on PostgreSQL: for those that only
        change rows under a condition that the row itself meets, so that they need no order among themselves.
        """
        with self.writer.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(_BESIDE_OTHERS if beside_others else _ALONE)
            yield connection

    @contextmanager
    def reading(self) -> Generator[Connection]:
        """One consistent view; nothing can be written through it, and it waits for no writer."""
        with self._reader.begin() as connection:
            yield connection

    def close(self) -> None:
        self.writer.dispose()
        self._reader.dispose()


def patiently(attempt: Callable[[], T], patience: float = PATIENCE) -> T:
    """What the function returns; run again while the database is away, as when it is started anew.

    The function may be run again although its commit went through: it must come to the same end then.

    Raises:
        OperationalError: the database is away for longer than the patience, in seconds.
    """
    deadline, pause = time.monotonic() + patience, FIRST_PAUSE
    while True:
        try:
            return attempt()
        except DBAPIError as error:
            lost = isinstance(error, AWAY) or error.connection_invalidated
            if not lost or time.monotonic() + pause > deadline:
                raise
            log.warning("the database cannot be reached; trying again")
        time.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)


def is_sqlite(url: str) -> bool:
    return url.startswith("sqlite:")


def sqlite_path(url: str) -> Path:
    """The file behind a ``sqlite:///`` address.

    Raises:
        UnsupportedDatabase: any other address, or one without a file.
    """
    if not url.startswith("sqlite:///"):
        raise UnsupportedDatabase
    name = make_url(url).database
    if not name or name == ":memory:":
        raise UnsupportedDatabase
    return Path(name)


def postgresql_url(url: str) -> URL:
    """A ``postgresql://`` address with the driver that is used.

    Raises:
        UnsupportedDatabase: any other address, or one without the name of a database.
    """
    try:
        address = make_url(url)
    except ArgumentError as error:
        raise UnsupportedDatabase from error
    if address.drivername not in ("postgresql", "postgres", "postgresql+psycopg") or not address.database:
        raise UnsupportedDatabase
    return address.set(drivername="postgresql+psycopg")


def clock(connection: Connection) -> int:
    """Milliseconds since 1970 by the clock of the database, the only one that all workers share."""
    statement = _POSTGRESQL_CLOCK if connection.dialect.name == "postgresql" else _SQLITE_CLOCK
    milliseconds: int = connection.execute(statement).scalar_one()
    return milliseconds


def _sqlite_engine(url: str, begin: str, pragmas: tuple[str, ...]) -> Engine:
    engine = create_engine(url, pool_size=WRITERS, max_overflow=WRITERS, connect_args={"timeout": BUSY_MILLISECONDS / 1000})

    def connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # otherwise the driver decides by itself when a transaction begins
        for pragma in pragmas:
            connection.execute(pragma)

    def begun(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine, "connect", connected)
    event.listen(engine, "begin", begun)
    return engine


def _postgresql_engine(address: URL, settings: tuple[str, ...]) -> Engine:
    engine = create_engine(
        address,
        pool_size=KEPT_OPEN,
        max_overflow=2 * WRITERS - KEPT_OPEN,
        pool_pre_ping=True,  # after a restart of the server, connections are replaced before somebody uses them
        connect_args={name: value for name, value in _REACHABLE.items() if name not in address.query},
    )

    def connected(connection: Any, _record: Any) -> None:
        for setting in settings:
            connection.execute(setting)
        connection.commit()  # a rollback, with which connections go back to the pool, would undo the settings

    event.listen(engine, "connect", connected)
    return engine
