"""Queries on worker processes. All times are the clock of the database, which the machines share."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, insert, select, update

from clipsight.store.database import clock
from clipsight.store.records import WorkerRecord
from clipsight.store.tables import workers


def beat(connection: Connection, worker: str, host: str, pid: int) -> None:
    """Say that this worker is alive."""
    now = clock(connection)
    if connection.execute(update(workers).where(workers.c.id == worker).values(seen_at=now)).rowcount == 0:
        connection.execute(insert(workers).values(id=worker, host=host, pid=pid, started_at=now, seen_at=now))


def all_workers(connection: Connection) -> Sequence[WorkerRecord]:
    rows = connection.execute(select(workers.c.id, workers.c.host, workers.c.pid, workers.c.seen_at))
    return [WorkerRecord(row.id, row.host, row.pid, row.seen_at) for row in rows]


def remove_worker(connection: Connection, worker: str) -> None:
    connection.execute(delete(workers).where(workers.c.id == worker))
