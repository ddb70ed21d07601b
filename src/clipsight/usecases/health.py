"""Whether the server can do its work."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError

from clipsight.store.database import clock
from clipsight.store.workers import all_workers
from clipsight.usecases.services import Services

SILENCE_MILLISECONDS = 30_000  # longer than any worker is silent while it lives


@dataclass(frozen=True, slots=True)
class Health:
    """``workers``: how many said lately that they are alive."""

    healthy: bool
    workers: int


def check(services: Services) -> Health:
    try:
        with services.database.reading() as connection:
            now, known = clock(connection), all_workers(connection)
    except SQLAlchemyError:
        return Health(healthy=False, workers=0)
    return Health(healthy=True, workers=sum(now - worker.seen_at < SILENCE_MILLISECONDS for worker in known))
