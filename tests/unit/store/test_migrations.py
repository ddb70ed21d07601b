from __future__ import annotations

import multiprocessing

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from clipsight.jobs.engine import prepare
from clipsight.store.migrate import migrate
from clipsight.store.tables import metadata
from clipsight.testing.store import fresh_database


def test_the_migrations_lead_to_the_tables_as_described(tmp_path):
    with fresh_database(tmp_path) as database, database.reading() as connection:
        found = compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata)
        theirs = {"remove_table", "remove_index"}  # the engine's tables are not described here
        assert [change for change in found if not isinstance(change, tuple) or change[0] not in theirs] == []
        names = set(inspect(connection).get_table_names())
    assert set(metadata.tables) <= names
    assert {"workflow_status", "operation_outputs"} <= names


def test_migrating_again_changes_nothing(tmp_path):
    url = f"sqlite:///{tmp_path / 'a.db'}"
    migrate(url, prepare)
    migrate(url, prepare)


def test_two_processes_may_migrate_at_once(tmp_path):
    url = f"sqlite:///{tmp_path / 'a.db'}"
    context = multiprocessing.get_context("spawn")
    both = [context.Process(target=migrate, args=(url, prepare)) for _ in range(2)]
    for process in both:
        process.start()
    for process in both:
        process.join(60)
    assert [process.exitcode for process in both] == [0, 0]
