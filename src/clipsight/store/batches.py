"""Queries on batches: many links that were submitted at once, and what became of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import ColumnElement, Connection, and_, case, delete, func, insert, select, update

from clipsight.store.jobs import UNFINISHED
from clipsight.store.records import Failure
from clipsight.store.tables import batch_items, batches, jobs

ItemState = Literal["queued", "running", "succeeded", "failed", "cancelled", "deleted"]


@dataclass(frozen=True, slots=True)
class BatchRecord:
    """Times are milliseconds since 1970. ``platforms``: those that links may be of, with commas. ``key`` and
    ``fingerprint``: of a request that may be sent twice. ``token``: the number of the token that it came with.
    ``seconds_per_day``: how much video its owner may have looked at in 24 hours, or None."""

    id: str
    owner: str
    format: str
    webhook_url: str | None
    max_seconds: int
    platforms: str
    total: int
    key: str | None
    fingerprint: str
    created_at: int
    expires_at: int
    cancelled_at: int | None = None
    token: int | None = None
    seconds_per_day: int | None = None


@dataclass(frozen=True, slots=True)
class ItemRecord:
    """One link of a batch, counted from 0. ``deleted`` is an item whose job is not there any more."""

    position: int
    url: str
    state: ItemState
    job_id: str | None
    error: Failure | None


_WITH_JOBS = batch_items.outerjoin(jobs, jobs.c.id == batch_items.c.job_id)
_STATE: ColumnElement[str] = case(
    (batch_items.c.error_code == "cancelled", "cancelled"),
    (batch_items.c.error_code.is_not(None), "failed"),
    (batch_items.c.job_id.is_(None), "queued"),
    (jobs.c.state.is_(None), "deleted"),
    else_=jobs.c.state,
)


def insert_batch(connection: Connection, batch: BatchRecord, urls: Sequence[str]) -> None:
    connection.execute(insert(batches).values({name: getattr(batch, name) for name in BatchRecord.__dataclass_fields__}))
    rows = [{"batch_id": batch.id, "position": position, "url": url} for position, url in enumerate(urls)]
    connection.execute(insert(batch_items), rows)


def batch_by_id(connection: Connection, batch_id: str) -> BatchRecord | None:
    return _batch(connection, batches.c.id == batch_id)


def batch_by_key(connection: Connection, owner: str, key: str) -> BatchRecord | None:
    return _batch(connection, and_(batches.c.owner == owner, batches.c.key == key))


def counts_of(connection: Connection, batch_id: str) -> dict[str, int]:
    """How many items are in which state."""
    state = _STATE.label("item_state")
    statement = select(state, func.count()).select_from(_WITH_JOBS).where(batch_items.c.batch_id == batch_id)
    return {row[0]: row[1] for row in connection.execute(statement.group_by(state))}


def items_of(connection: Connection, batch_id: str, after: int, limit: int) -> Sequence[ItemRecord]:
    """Items behind a position, in order."""
    statement = select(
        batch_items.c.position,
        batch_items.c.url,
        batch_items.c.job_id,
        _STATE.label("state"),
        func.coalesce(batch_items.c.error_code, jobs.c.error_code).label("code"),
        func.coalesce(batch_items.c.error_message, jobs.c.error_message).label("message"),
    ).select_from(_WITH_JOBS)
    statement = statement.where(batch_items.c.batch_id == batch_id, batch_items.c.position > after)
    rows = connection.execute(statement.order_by(batch_items.c.position).limit(limit))
    return [
        ItemRecord(
            row.position,
            row.url,
            row.state,
            row.job_id,
            Failure(row.code, row.message) if row.code is not None else None,
        )
        for row in rows
    ]


def waiting_items(connection: Connection, batch_id: str, limit: int) -> Sequence[ItemRecord]:
    """Items that have neither a job nor an error yet, in order."""
    statement = select(batch_items.c.position, batch_items.c.url).where(
        batch_items.c.batch_id == batch_id, batch_items.c.job_id.is_(None), batch_items.c.error_code.is_(None)
    )
    rows = connection.execute(statement.order_by(batch_items.c.position).limit(limit))
    return [ItemRecord(row.position, row.url, "queued", None, None) for row in rows]


def give_job(connection: Connection, batch_id: str, position: int, job_id: str) -> bool:
    """Connect an item with its job; False when it has one, or an error, or the batch was cancelled."""
    return _settle(connection, batch_id, position, job_id=job_id)


def give_error(connection: Connection, batch_id: str, position: int, failure: Failure) -> bool:
    """Say why an item has no job; False as with :func:`give_job`."""
    return _settle(connection, batch_id, position, error_code=failure.code, error_message=failure.message)


def _settle(connection: Connection, batch_id: str, position: int, **values: str) -> bool:
    statement = update(batch_items).where(
        batch_items.c.batch_id == batch_id,
        batch_items.c.position == position,
        batch_items.c.job_id.is_(None),
        batch_items.c.error_code.is_(None),
    )
    return connection.execute(statement.values(**values)).rowcount == 1


def cancel_batch(connection: Connection, batch_id: str, failure: Failure, at: int) -> None:
    """No further item gets a job. Those that have one are the caller's business."""
    connection.execute(
        update(batches).where(batches.c.id == batch_id, batches.c.cancelled_at.is_(None)).values(cancelled_at=at)
    )
    connection.execute(
        update(batch_items)
        .where(batch_items.c.batch_id == batch_id, batch_items.c.job_id.is_(None), batch_items.c.error_code.is_(None))
        .values(error_code=failure.code, error_message=failure.message)
    )


def jobs_of_batch(connection: Connection, batch_id: str, limit: int, *, unfinished: bool) -> Sequence[str]:
    """Ids of jobs of a batch, all or those under way."""
    statement = select(jobs.c.id).where(jobs.c.batch_id == batch_id)
    if unfinished:
        statement = statement.where(jobs.c.state.in_(UNFINISHED))
    return connection.execute(statement.order_by(jobs.c.number).limit(limit)).scalars().all()


def unsettled_batches(connection: Connection) -> Sequence[BatchRecord]:
    """Batches of which not every item has been given its job or its error, oldest first."""
    columns = [batches.c[name] for name in BatchRecord.__dataclass_fields__]
    rows = connection.execute(select(*columns).where(batches.c.settled_at.is_(None)).order_by(batches.c.created_at))
    return [BatchRecord(**row._mapping) for row in rows]  # pyright: ignore[reportPrivateUsage]


def settle_batch(connection: Connection, batch_id: str, at: int) -> None:
    """Every item has its job or its error."""
    connection.execute(update(batches).where(batches.c.id == batch_id).values(settled_at=at))


def delete_batch(connection: Connection, batch_id: str) -> None:
    connection.execute(delete(batch_items).where(batch_items.c.batch_id == batch_id))
    connection.execute(delete(batches).where(batches.c.id == batch_id))


def batches_before(connection: Connection, moment: int, limit: int) -> Sequence[str]:
    return connection.execute(select(batches.c.id).where(batches.c.created_at < moment).limit(limit)).scalars().all()


def _batch(connection: Connection, where: ColumnElement[bool]) -> BatchRecord | None:
    columns = [batches.c[name] for name in BatchRecord.__dataclass_fields__]
    row = connection.execute(select(*columns).where(where)).one_or_none()
    return BatchRecord(**row._mapping) if row is not None else None  # pyright: ignore[reportPrivateUsage]
