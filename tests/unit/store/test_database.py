from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, InternalError, OperationalError

from clipsight.errors import UnsupportedDatabase
from clipsight.store.database import Database, clock, patiently, sqlite_path
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


def test_an_error_rolls_back(tmp_path, database_url):
    with fresh_database(tmp_path, database_url) as database:
        statement = text("INSERT INTO workers VALUES ('a', 'b', 1, 1, 1)")
        with pytest.raises(IntegrityError), database.writing() as connection:  # noqa: PT012 - the second one fails
            connection.execute(statement)
            connection.execute(statement)
        with database.reading() as connection:
            assert connection.execute(text("SELECT count(*) FROM workers")).scalar_one() == 0


def test_the_clock_is_the_time_in_milliseconds(tmp_path, database_url):
    with fresh_database(tmp_path, database_url) as database, database.reading() as connection:
        assert abs(clock(connection) - time.time() * 1000) < 5000


@pytest.mark.parametrize(
    "url", ["mysql://a/b", "sqlite://", "sqlite:///:memory:", "sqlite:///", "", "postgresql://a", "a:b:c"]
)
def test_other_databases_are_refused(url):
    with pytest.raises(UnsupportedDatabase):
        Database(url)


def test_the_file_of_another_database():
    with pytest.raises(UnsupportedDatabase):
        sqlite_path("postgresql://a/b")


@pytest.fixture
def shared(postgres_url) -> Iterator[Database]:
    database = Database(postgres_url)
    yield database
    for thread in writers:
        thread.join()
    writers.clear()
    database.close()


writers: list[threading.Thread] = []


def begins(database: Database, *, beside_others: bool) -> threading.Event:
    began = threading.Event()

    def write() -> None:
        with database.writing(beside_others=beside_others):
            began.set()

    writers.append(threading.Thread(target=write, daemon=True))
    writers[-1].start()
    return began


def test_a_writer_of_postgresql_is_alone_unless_it_says_otherwise(shared):
    with shared.writing():
        began = [begins(shared, beside_others=True), begins(shared, beside_others=False)]
        assert not began[0].wait(0.2)
        assert not began[1].is_set()
    assert all(each.wait(10) for each in began)
    with shared.writing(beside_others=True):
        assert begins(shared, beside_others=True).wait(10)
        alone = begins(shared, beside_others=False)
        assert not alone.wait(0.2)
    assert alone.wait(10)


def test_a_reader_of_postgresql_has_one_view_and_cannot_write(shared):
    with shared.reading() as reader:
        assert reader.execute(text("SELECT count(*) FROM workers")).scalar_one() == 0
        with shared.writing() as writer:
            writer.execute(text("INSERT INTO workers VALUES ('a', 'b', 1, 1, 1)"))
        assert reader.execute(text("SELECT count(*) FROM workers")).scalar_one() == 0
        with pytest.raises(InternalError, match="read-only"):
            reader.execute(text("DELETE FROM workers"))


def test_a_writer_that_is_frozen_loses_its_transaction(shared, monkeypatch):
    """As a process that is stopped while others wait for it."""
    monkeypatch.setattr("clipsight.store.database._WRITE_SETTINGS", ("SET idle_in_transaction_session_timeout = 200",))
    freezing = Database(shared.writer.url.render_as_string(hide_password=False))
    tries = []

    def freeze() -> None:
        with freezing.writing() as frozen:
            tries.append(1)
            if len(tries) == 1:
                assert begins(shared, beside_others=False).wait(20)
            frozen.execute(text("SELECT 1"))

    patiently(freeze)
    assert len(tries) == 2
    freezing.close()


def test_what_is_done_patiently_outlasts_a_database_that_is_away(postgres):
    database = Database(postgres.migrated_database())
    with database.reading() as connection:
        before = clock(connection)
    postgres.stop("immediate")
    back = threading.Thread(target=postgres.start)

    def count() -> int:
        if back.ident is None:
            back.start()
        with database.reading() as connection:
            return clock(connection)

    assert patiently(count) > before
    back.join()
    database.close()


def test_patience_ends():
    with pytest.raises(OperationalError), Database("postgresql://127.0.0.1:1/a").reading():
        pass
    database = Database("postgresql://127.0.0.1:1/a")

    def ask() -> None:
        with database.reading():
            pass

    with pytest.raises(OperationalError):
        patiently(ask, patience=0.2)
