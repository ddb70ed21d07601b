from __future__ import annotations

import multiprocessing

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from clipsight.errors import DatabaseUnreachable
from clipsight.jobs.engine import prepare
from clipsight.store.migrate import migrate
from clipsight.store.tables import metadata
from clipsight.testing.store import fresh_database


def test_the_migrations_lead_to_the_tables_as_described(tmp_path, database_url):
    with fresh_database(tmp_path, database_url) as database, database.reading() as connection:
        found = compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata)
        theirs = {"remove_table", "remove_index"}  # the engine's tables are not described here
        assert [change for change in found if not isinstance(change, tuple) or change[0] not in theirs] == []
        names = set(inspect(connection).get_table_names())
        theirs = set(inspect(connection).get_table_names("dbos")) if database_url else names
    assert set(metadata.tables) <= names
    assert {"workflow_status", "operation_outputs"} <= theirs
    assert not database_url or not names & theirs


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request, tmp_path) -> str:
    return (
        f"sqlite:///{tmp_path / 'a.db'}"
        if request.param == "sqlite"
        else request.getfixturevalue("postgres").new_database()
    )


def test_migrating_again_changes_nothing(empty):
    migrate(empty, prepare)
    migrate(empty, prepare)


def test_a_database_that_does_not_answer_is_told_in_words():
    with pytest.raises(DatabaseUnreachable):
        migrate("postgresql://127.0.0.1:1/a", prepare)


def test_two_processes_may_migrate_at_once(empty):
    url = empty
    context = multiprocessing.get_context("spawn")
    both = [context.Process(target=migrate, args=(url, prepare)) for _ in range(2)]
    for process in both:
        process.start()
    for process in both:
        process.join(120)
    assert [process.exitcode for process in both] == [0, 0]
