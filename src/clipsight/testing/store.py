"""A fresh store in a folder, and services over it, for tests that need no other process."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from clipsight.errors import NetworkError
from clipsight.jobs.counting import count_end
from clipsight.jobs.engine import DurableQueue, prepare
from clipsight.jobs.port import Knobs
from clipsight.jobs.retention import Retention
from clipsight.source.links import Link, ShortLink
from clipsight.source.options import FetchLimits
from clipsight.store.blobs import FileBlobStore
from clipsight.store.database import Database
from clipsight.store.migrate import migrate
from clipsight.usecases.services import Services
from clipsight.usecases.webhooks import Webhooks
from clipsight.webhooks.notify import Notifier
from clipsight.webhooks.rules import WebhookRules


@contextmanager
def fresh_database(folder: Path, url: str | None = None) -> Generator[Database]:
    """A migrated database, the engine's tables included: of SQLite in the folder, unless another one is given."""
    if url is None:
        url = f"sqlite:///{folder / 'clipsight.db'}"
        migrate(url, prepare)
    database = Database(url)
    try:
        yield database
    finally:
        database.close()


@contextmanager
def fresh_services(
    folder: Path, retention: Retention | None = None, url: str | None = None, rules: WebhookRules | None = None
) -> Generator[Services]:
    """What the use cases work with; no worker takes what they put on the queue, and short links cannot be resolved.

    Args:
        folder: for the files, and for the database unless one is given.
        retention: what is kept for how long.
        url: address of a migrated database without rows.
        rules: how webhooks are sent.
    """
    with fresh_database(folder, url) as database:
        queue = DurableQueue(database.writer, Knobs())
        try:
            yield services_over(database, queue, folder, retention, rules)
        finally:
            queue.close()


def engine_table(database: Database, name: str) -> str:
    """A table of the job engine, as a statement must name it."""
    return f"dbos.{name}" if database.writer.dialect.name == "postgresql" else name


def services_over(
    database: Database,
    queue: DurableQueue,
    folder: Path,
    retention: Retention | None = None,
    rules: WebhookRules | None = None,
) -> Services:
    """As :func:`fresh_services`, over a database that is there already."""
    return Services(
        database=database,
        webhooks=Webhooks(database, queue, rules or WebhookRules()),
        ended=(count_end, Notifier(queue, rules or WebhookRules())),
        blobs=FileBlobStore(folder / "blobs"),
        queue=queue,
        resolve=_unreachable,
        limits=FetchLimits(),
        retention=retention or Retention(),
        pipeline="test",
    )


def _unreachable(_link: ShortLink) -> Link:
    raise NetworkError
