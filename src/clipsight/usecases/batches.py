"""Many links at once. A batch is taken whole, in one transaction; its links become jobs right after, a few at a time.

What turns links into jobs runs beside the answers of the API, because short links have to be asked for and a thousand jobs
in one transaction would hold up everybody else. It goes on where it stopped after a crash, in whichever API process comes
first: an item gets its job in the transaction that makes the job.
"""

from __future__ import annotations

import hashlib
import json
import logging
import threading
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from clipsight.access.caller import Limits
from clipsight.access.limits import Allowance, Order, Standing, charge_batch
from clipsight.errors import (
    BatchKeyReused,
    BatchNotFound,
    ClipsightError,
    EnqueueFailed,
    JobExpired,
    JobNotFound,
    LimitReached,
)
from clipsight.formats.registry import get_format
from clipsight.jobs.ending import conclude_job
from clipsight.jobs.retention import GRACE_MILLISECONDS
from clipsight.jobs.steps import failure_of
from clipsight.store.batches import (
    BatchRecord,
    ItemRecord,
    batch_by_id,
    batch_by_key,
    batches_before,
    cancel_batch,
    counts_of,
    delete_batch,
    give_error,
    give_job,
    insert_batch,
    items_of,
    jobs_of_batch,
    settle_batch,
    unsettled_batches,
    waiting_items,
)
from clipsight.store.database import clock
from clipsight.store.jobs import unfinished_of_look
from clipsight.store.records import JobRecord, Look, Outcome
from clipsight.store.videos import give_up_look
from clipsight.usecases.delete import CANCELLED, delete_job
from clipsight.usecases.services import Services
from clipsight.usecases.status import Account, job_account
from clipsight.usecases.submit import Wish, submit_link

log = logging.getLogger(__name__)

MOST_LINKS = 1000
PAGE = 50  # items read, or jobs ended, per transaction
TRIES = 3  # for a short link that cannot be asked for now
PAUSE = 2.0  # seconds between them
LOOK_AROUND = 10.0  # seconds between looks for batches that another process left unfinished


@dataclass(frozen=True, slots=True)
class BatchAccount:
    """A batch with the number of its items in each state."""

    batch: BatchRecord
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class BatchReceipt:
    """The batch that was taken, now or before, and what is left under the limits of its sender."""

    batch: BatchRecord
    standings: tuple[Standing, ...] = ()


class Batches:
    """The batches of one installation. The thread that makes jobs of links runs between :meth:`start` and :meth:`stop`."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._woken = threading.Event()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="batches", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._woken.set()

    def submit(self, urls: Sequence[str], wish: Wish, key: str | None = None) -> BatchReceipt:
        """Take a batch. With a key that was used before for the same request, the batch of that time.

        Raises:
            UnknownFormat, BadWebhookUrl, WebhookSecretMissing: the whole is refused; a bad link is not a reason.
            BatchKeyReused: the key was used for another request.
            LimitReached: this is more than its sender may ask for now.
            TokenInvalid: the token of the sender was revoked in the meantime.
            EnqueueFailed: nothing was taken.
        """
        if wish.format is not None:
            get_format(wish.format)
        services, fingerprint = self._services, _fingerprint(urls, wish)
        try:
            with services.database.writing() as connection:
                known = batch_by_key(connection, wish.owner, key) if key is not None else None
                if known is not None:
                    if known.fingerprint != fingerprint:
                        raise BatchKeyReused
                    return BatchReceipt(known)
                if wish.webhook_url is not None:
                    services.webhooks.check(connection, wish.owner, wish.webhook_url)
                batch = self._record(wish, len(urls), key, fingerprint, clock(connection))
                order = Order(batch.id, batch.owner, wish.dialect, new_work=True, at=batch.created_at)
                allowance = wish.allowance
                left = charge_batch(connection, order, allowance, batch.total) if allowance is not None else ()
                insert_batch(connection, batch, urls)
        except (SQLAlchemyError, OSError) as error:
            raise EnqueueFailed from error
        self._woken.set()
        return BatchReceipt(batch, left)

    def _record(self, wish: Wish, total: int, key: str | None, fingerprint: str, now: int) -> BatchRecord:
        allowance = wish.allowance
        return BatchRecord(
            id=str(uuid.uuid4()),
            owner=wish.owner,
            format=wish.format or "",
            webhook_url=wish.webhook_url,
            max_seconds=wish.max_seconds,
            platforms=",".join(sorted(wish.platforms)),
            total=total,
            key=key,
            fingerprint=fingerprint,
            created_at=now,
            expires_at=now + self._services.retention.job_ttl * 1000,
            token=allowance.token if allowance is not None else None,
            seconds_per_day=allowance.limits.seconds_per_day if allowance is not None else None,
        )

    def account(self, owner: str, batch_id: str) -> BatchAccount:
        """The batch as it is now.

        Raises:
            BatchNotFound: there is no such batch of this owner, or it expired more than a day ago.
            JobExpired: its time has run out.
        """
        with self._services.database.reading() as connection:
            batch = _found(connection, owner, batch_id)
            return BatchAccount(batch, counts_of(connection, batch.id))

    def items(self, owner: str, batch_id: str, after: int, limit: int) -> Sequence[ItemRecord]:
        """Items behind a position, in order; -1 for the beginning. Raises as :meth:`account`."""
        with self._services.database.reading() as connection:
            return items_of(connection, _found(connection, owner, batch_id).id, after, limit)

    def results(self, owner: str, batch_id: str) -> Iterator[tuple[ItemRecord, Account | None]]:
        """Every item in order, with the account of its job where there is one. Reads a page at a time."""
        after = -1
        while page := self.items(owner, batch_id, after, PAGE):
            for item in page:
                yield item, self._job(owner, item)
            after = page[-1].position

    def cancel(self, owner: str, batch_id: str) -> BatchAccount:
        """Stop what waits and what runs; what is over stays. Raises as :meth:`account`."""
        with self._services.database.writing() as connection:
            batch = _found(connection, owner, batch_id)
            cancel_batch(connection, batch.id, CANCELLED, clock(connection))
        while self._stop_some(batch.id):
            pass
        return self.account(owner, batch_id)

    def delete(self, owner: str, batch_id: str) -> None:
        """Cancel a batch and remove it with its jobs. Raises as :meth:`account`."""
        self.cancel(owner, batch_id)
        while ids := self._some_jobs(batch_id):
            for job_id in ids:
                try:
                    delete_job(self._services, owner, uuid.UUID(job_id))
                except JobNotFound:
                    continue
        with self._services.database.writing() as connection:
            delete_batch(connection, batch_id)

    def make_jobs(self) -> None:
        """Turn the links of all batches that wait into jobs."""
        with self._services.database.reading() as connection:
            waiting = unsettled_batches(connection)
        for batch in waiting:
            self._settle(batch)
        with self._services.database.writing() as connection:
            longest = max(self._services.retention.evidence_ttl, self._services.retention.job_ttl) * 1000
            for batch_id in batches_before(connection, clock(connection) - longest - GRACE_MILLISECONDS, PAGE):
                delete_batch(connection, batch_id)

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._woken.clear()
            try:
                self.make_jobs()
            except (SQLAlchemyError, OSError):
                log.warning("batches could not be worked on; trying again", exc_info=True)
            except Exception:
                # The top of the thread: batches that were promised must not wait for the next start.
                log.exception("working on batches failed; trying again")
            self._woken.wait(LOOK_AROUND)

    def _settle(self, batch: BatchRecord) -> None:
        while not self._stopped.is_set():
            with self._services.database.reading() as connection:
                page = waiting_items(connection, batch.id, PAGE)
            if not page:
                with self._services.database.writing() as connection:
                    settle_batch(connection, batch.id, clock(connection))
                return
            for item in page:
                self._make_job(batch, item)

    def _make_job(self, batch: BatchRecord, item: ItemRecord) -> None:
        wish = wish_of(batch)
        for turn in range(TRIES):
            try:
                submit_link(self._services, item.url, wish, _Place(batch.id, item.position))
            except _Taken:
                return
            except EnqueueFailed:
                raise
            except ClipsightError as error:
                passing = error.retryable and not isinstance(error, LimitReached)  # which lasts for hours
                if passing and turn < TRIES - 1 and not self._stopped.wait(PAUSE):
                    continue
                with self._services.database.writing() as connection:
                    give_error(connection, batch.id, item.position, failure_of(error))
            return

    def _job(self, owner: str, item: ItemRecord) -> Account | None:
        if item.job_id is None:
            return None
        try:
            return job_account(self._services, owner, uuid.UUID(item.job_id))
        except (JobNotFound, JobExpired):
            return None

    def _some_jobs(self, batch_id: str) -> Sequence[str]:
        with self._services.database.reading() as connection:
            return jobs_of_batch(connection, batch_id, PAGE, unfinished=False)

    def _stop_some(self, batch_id: str) -> bool:
        """End some of the unfinished jobs; False when there was none."""
        services = self._services
        looks: list[Look] = []
        with services.database.writing() as connection:
            ids = jobs_of_batch(connection, batch_id, PAGE, unfinished=True)
            for job_id in ids:
                now = clock(connection)
                job = conclude_job(connection, job_id, Outcome("cancelled", now, CANCELLED), services.ended)
                if job and not unfinished_of_look(connection, job.look) and give_up_look(connection, job.look, now):
                    looks.append(job.look)
        services.queue.cancel(jobs=ids, looks=looks)
        return bool(ids)


class _Taken(Exception):
    """Another process made the job of this item, or the batch was cancelled: nothing is kept."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in a batch a job belongs; called in the transaction that makes it."""

    batch_id: str
    position: int

    def __call__(self, connection: Connection, job: JobRecord) -> None:
        if not give_job(connection, self.batch_id, self.position, job.id):
            raise _Taken


def wish_of(batch: BatchRecord) -> Wish:
    """What is wanted of each link. The batch was charged for them all but for the seconds, which nobody knew then."""
    limits = Limits(batch.max_seconds, max_bytes=0, seconds_per_day=batch.seconds_per_day)
    platforms = frozenset(batch.platforms.split(","))
    wish = Wish(batch.owner, "jobs", batch.format or None, batch.max_seconds, frozenset(), batch.webhook_url, batch.id)
    return replace(wish, platforms=platforms, allowance=Allowance(limits, batch.token, requests=0))


def _found(connection: Connection, owner: str, batch_id: str) -> BatchRecord:
    batch = batch_by_id(connection, batch_id)
    now = clock(connection)
    if batch is None or batch.owner != owner or now >= batch.expires_at + GRACE_MILLISECONDS:
        raise BatchNotFound
    if now >= batch.expires_at:
        raise JobExpired
    return batch


def _fingerprint(urls: Sequence[str], wish: Wish) -> str:
    content = json.dumps([list(urls), wish.format, wish.webhook_url])
    return hashlib.sha256(content.encode()).hexdigest()
