"""What commands beside the server work with: its database and what hangs on it, also while it runs."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from clipsight.errors import BadSetting
from clipsight.jobs.counting import count_end
from clipsight.jobs.engine import DurableQueue, prepare
from clipsight.jobs.port import Knobs, Queue
from clipsight.jobs.worker import Company
from clipsight.payments.book import close_account
from clipsight.settings import Settings, read_settings, webhook_rules
from clipsight.store.database import Database
from clipsight.store.migrate import migrate
from clipsight.store.tallies import fold
from clipsight.usecases.webhooks import Webhooks
from clipsight.webhooks.deliver import Deliverer
from clipsight.webhooks.notify import ERRAND, Notifier


def company(settings: Settings, database: Database, queue: Queue) -> Company:
    """What a worker does beside the jobs."""
    rules = webhook_rules(settings)
    deliverer = Deliverer(database, queue, rules)
    return Company(
        ended=(count_end, Notifier(queue, rules), close_account),
        errands={ERRAND: deliverer},
        chores=(deliverer.tidy, partial(_fold, database)),
    )


def _fold(database: Database) -> None:
    with database.writing() as connection:
        fold(connection)


@contextmanager
def open_database(data_dir: Path | None) -> Generator[tuple[Settings, Database]]:
    """The settings of this process and the database of the server with them, which need not run.

    Raises:
        BadSetting: a setting that cannot be meant.
    """
    settings = read_settings(os.environ, Path.cwd(), {"data_dir": data_dir})
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise BadSetting(name="CLIPSIGHT_DATA_DIR", expected="a folder that can be created and written to") from error
    migrate(settings.database, prepare)
    database = Database(settings.database)
    try:
        yield settings, database
    finally:
        database.close()


@contextmanager
def open_webhooks(data_dir: Path | None) -> Generator[Webhooks]:
    """The webhooks of the server with the settings of this process. Raises as :func:`open_database`."""
    with open_database(data_dir) as (settings, database):
        queue = DurableQueue(database.writer, Knobs())
        try:
            yield Webhooks(database, queue, webhook_rules(settings))
        finally:
            queue.close()
