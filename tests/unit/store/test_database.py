from __future__ import annotations

import threading
import time

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError

from clipsight.errors import UnsupportedDatabase
from clipsight.store.database import Database, clock, sqlite_path
from clipsight.testing.store import fresh_database


def test_pragmas_of_a_writer(tmp_path):
    with fresh_database(tmp_path) as database, database.writing() as connection:
        read = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert read == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}  # 2 is FULL


def test_a_writer_holds_the_lock_from_its_first_moment(tmp_path):
    """Otherwise two processes read the same count and both act on it."""
    with fresh_database(tmp_path) as database:
        second_began = threading.Event()

        def second() -> None:
            with database.writing():
                second_began.set()

        thread = threading.Thread(target=second)
        with database.writing() as connection:
            connection.execute(text("SELECT 1"))  # no write yet
            thread.start()
            assert not second_began.wait(0.2)
        assert second_began.wait(10)
        thread.join()


def test_readers_do_not_wait_for_a_writer_and_cannot_write(tmp_path):
    with fresh_database(tmp_path) as database, database.writing(), database.reading() as reader:
        assert reader.execute(text("SELECT count(*) FROM jobs")).scalar_one() == 0
        with pytest.raises(OperationalError, match="readonly"):
            reader.execute(text("DELETE FROM jobs"))


def test_an_error_rolls_back(tmp_path):
    with fresh_database(tmp_path) as database:
        statement = text("INSERT INTO workers VALUES ('a', 'b', 1, 1, 1)")
        with pytest.raises(IntegrityError), database.writing() as connection:  # noqa: PT012 - the second one fails
            connection.execute(statement)
            connection.execute(statement)
        with database.reading() as connection:
            assert connection.execute(text("SELECT count(*) FROM workers")).scalar_one() == 0


def test_the_clock_is_the_time_in_milliseconds(tmp_path):
    with fresh_database(tmp_path) as database, database.reading() as connection:
        assert abs(clock(connection) - time.time() * 1000) < 5000


@pytest.mark.parametrize("url", ["mysql://a/b", "sqlite://", "sqlite:///:memory:", "sqlite:///", "", "postgresql://a/b"])
def test_other_databases_are_refused(url):
    with pytest.raises(UnsupportedDatabase):
        sqlite_path(url)
    with pytest.raises(UnsupportedDatabase):
        Database(url)
