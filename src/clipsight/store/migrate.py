"""Brings a database to the shape this version needs, forward only. Runs before anything else opens it."""

from __future__ import annotations

import fcntl
from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config

from clipsight.store.database import Database, sqlite_path

MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(url: str, prepare_engine: Callable[[str], None]) -> None:
    """Create or upgrade all tables, safe against a second process that does the same at the same time.

    Args:
        url: address of the database.
        prepare_engine: creates the tables of the job engine, which brings its own migrations.

    Raises:
        UnsupportedDatabase: the address names a database that clipsight does not run on.
    """
    path = sqlite_path(url)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        prepare_engine(url)
        database = Database(url)
        try:
            with database.writing() as connection:
                config = Config()
                config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
        finally:
            database.close()
