"""Connections to the database: one way to write, one way to read.

SQLite, as several processes need it: every writing transaction takes the write lock when it begins, because a lock
that is taken at the first write lets two processes decide on the same stale reading; the log is written ahead, so that
readers never wait; a commit is on the disk when it returns.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text

from clipsight.errors import UnsupportedDatabase

BUSY_MILLISECONDS = 30_000  # how long a writer waits for its turn
WRITERS = 20  # connections per process; a worker has a thread per step and per queue

_WRITE_PRAGMAS = (
    f"PRAGMA busy_timeout={BUSY_MILLISECONDS}",
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
)
_READ_PRAGMAS = (f"PRAGMA busy_timeout={BUSY_MILLISECONDS}", "PRAGMA query_only=ON")


class Database:
    """The two engines of one process. ``writer`` is shared with the job engine, so that one transaction covers both.

    Raises:
        UnsupportedDatabase: the address names a database that clipsight does not run on.
    """

    def __init__(self, url: str) -> None:
        self.path = sqlite_path(url)
        self.writer = _sqlite_engine(url, "BEGIN IMMEDIATE", _WRITE_PRAGMAS)
        self._reader = _sqlite_engine(url, "BEGIN", _READ_PRAGMAS)

    @contextmanager
    def writing(self) -> Generator[Connection]:
        """One transaction with the write lock held from the start; committed at the end, rolled back on an error."""
        with self.writer.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Generator[Connection]:
        """One consistent view; nothing can be written through it, and it waits for no writer."""
        with self._reader.begin() as connection:
            yield connection

    def close(self) -> None:
        self.writer.dispose()
        self._reader.dispose()


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


def clock(connection: Connection) -> int:
    """Milliseconds since 1970 by the clock of the database, the only one that all workers share."""
    milliseconds: int = connection.execute(
        text("SELECT CAST((julianday('now') - 2440587.5) * 86400000.0 AS INTEGER)")
    ).scalar_one()
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
