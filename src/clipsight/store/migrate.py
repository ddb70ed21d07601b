"""Brings a database to the shape this version needs, forward only. Runs before anything else opens it."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy.exc import InterfaceError, OperationalError

from clipsight.errors import DatabaseUnreachable
from clipsight.store.database import Database, is_sqlite, postgresql_url, sqlite_path

MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(url: str, prepare_engine: Callable[[str], None]) -> None:
    """Create or upgrade all tables, safe against a second process that does the same at the same time.

    Args:
        url: address of the database. That a PostgreSQL database of this name exists is the operator's business.
        prepare_engine: creates the tables of the job engine, which brings its own migrations.

    Raises:
        UnsupportedDatabase: the address names a database that clipsight does not run on.
        DatabaseUnreachable: nobody answers there, or lets us in.
    """
    with _one_at_a_time(url):
        database = Database(url)
        try:
            with database.reading():
                pass  # says at once, and in our words, when it is not there
            prepare_engine(url)
            with database.writing() as connection:
                config = Config()
                config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
        except (OperationalError, InterfaceError) as error:
            raise DatabaseUnreachable from error
        finally:
            database.close()


@contextmanager
def _one_at_a_time(url: str) -> Generator[None]:
    """A lock for SQLite; with PostgreSQL the writing transaction is one, and the job engine brings its own."""
    if not is_sqlite(url):
        postgresql_url(url)
        yield
        return
    path = sqlite_path(url)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
