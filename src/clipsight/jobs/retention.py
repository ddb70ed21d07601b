"""What is kept for how long, and the hourly tidying that enforces it.

A crash in the middle leaves nothing that the next round does not find: rows go first, then the files that no row names.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from sqlalchemy import Connection

from clipsight.store.blobs import BlobStore
from clipsight.store.database import Database, clock
from clipsight.store.idempotency import delete_keys_before
from clipsight.store.jobs import delete_jobs_before, jobs_of_video
from clipsight.store.records import Look
from clipsight.store.submissions import delete_submissions_before
from clipsight.store.videos import (
    blob_in_use,
    delete_evidence_before,
    delete_media_before,
    delete_video,
    looks_going_on,
    video_by_key,
)

log = logging.getLogger(__name__)

ENGINE_MEMORY = timedelta(days=1)  # longer than any job, so that nobody waits for a work that was forgotten
ROUND = 3600.0  # seconds between two rounds
BATCH = 100  # jobs per transaction, so that nobody waits long for the write lock
LEDGER_MILLISECONDS = 24 * 3600 * 1000  # what limits count, and how long an Idempotency-Key is known
GRACE_MILLISECONDS = 24 * 3600 * 1000  # an expired job answers "expired" for a day, then it is unknown


@dataclass(frozen=True, slots=True)
class Retention:
    """Seconds: how long a job answers, its video can be asked about, and its evidence serves as a cache."""

    job_ttl: int = 24 * 3600
    media_ttl: int = 48 * 3600
    evidence_ttl: int = 30 * 24 * 3600


class Forgetting(Protocol):
    def forget_before(self, moment: datetime) -> int: ...


class Pruner:
    """Tidies up at most once an hour, whichever of the workers comes first in its own hour; doing it twice is harmless."""

    def __init__(self, database: Database, blobs: BlobStore, engine: Forgetting, retention: Retention) -> None:
        self._also: list[Callable[[], None]] = []
        self._database = database
        self._blobs = blobs
        self._engine = engine
        self._retention = retention
        self._next = time.monotonic() + ROUND

    def do_also(self, chores: Iterable[Callable[[], None]]) -> None:
        """Have something else done in each round."""
        self._also += chores

    def when_due(self) -> None:
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + ROUND
            self.prune()

    def prune(self) -> None:
        """One round: jobs past the time of their evidence, media and evidence past their time, files that no row names."""
        while self._prune_jobs():
            pass
        with self._database.writing() as connection:
            yesterday = clock(connection) - LEDGER_MILLISECONDS
            delete_submissions_before(connection, yesterday)
            delete_keys_before(connection, yesterday)
        while self._engine.forget_before(datetime.now(UTC) - ENGINE_MEMORY):
            pass
        with self._database.writing() as connection:
            now, going_on = clock(connection), looks_going_on(connection)
            freed = delete_media_before(connection, now - self._retention.media_ttl * 1000, going_on)
            freed |= delete_evidence_before(connection, now - self._retention.evidence_ttl * 1000, now)
            discard_unused(connection, self._blobs, freed)
        for blob in self._blobs.names():
            with self._database.writing() as connection:
                discard_unused(connection, self._blobs, [blob])
        self._blobs.sweep_inbox()
        for chore in self._also:
            chore()

    def _prune_jobs(self) -> bool:
        retention = self._retention
        longest = max(retention.evidence_ttl * 1000, retention.job_ttl * 1000 + GRACE_MILLISECONDS)
        with self._database.writing() as connection:
            return len(delete_jobs_before(connection, clock(connection) - longest, BATCH)) == BATCH


def discard_video_if_unused(connection: Connection, blobs: BlobStore, key: str) -> Look | None:
    """Remove a video with its evidence and files once no job names it; returns the look that was removed."""
    video = video_by_key(connection, key)
    if video is None or jobs_of_video(connection, key):
        return None
    discard_unused(connection, blobs, delete_video(connection, key))
    return video.look


def discard_unused(connection: Connection, blobs: BlobStore, candidates: Iterable[str]) -> None:
    """Remove files that no row names. The write lock is held meanwhile, so nobody can begin to name one."""
    for blob in candidates:
        if not blob_in_use(connection, blob):
            blobs.discard(blob)
