"""Queries on webhooks: secrets and addresses of an owner, deliveries and the tries of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, or_, select, update

from clipsight.store.tables import webhook_deliveries, webhook_endpoints, webhook_secrets, webhook_tries

DeliveryState = Literal["pending", "delivered", "failed", "disabled"]


@dataclass(frozen=True, slots=True)
class SecretRecord:
    """``retires_at`` is None for the newest. Times are milliseconds since 1970."""

    id: str
    secret: str
    created_at: int
    retires_at: int | None


@dataclass(frozen=True, slots=True)
class EndpointRecord:
    """``standing``: every job of the owner is told to it. ``disabled_at``: since when it said that it is gone."""

    url: str
    standing: bool
    disabled_at: int | None


@dataclass(frozen=True, slots=True)
class TryRecord:
    """One request: a status, or ``trouble`` when there was no answer."""

    number: int
    at: int
    took_ms: int
    status: int | None
    trouble: str | None


@dataclass(frozen=True, slots=True)
class DeliveryRecord:
    """One message to one address. ``next_at`` is when it is tried next."""

    id: str
    owner: str
    job_id: str
    url: str
    type: str
    body: str
    state: DeliveryState
    tries: int
    next_at: int | None
    created_at: int
    finished_at: int | None


_DELIVERY = select(*(webhook_deliveries.c[name] for name in DeliveryRecord.__dataclass_fields__))


def valid_secrets(connection: Connection, owner: str, now: int) -> Sequence[SecretRecord]:
    """Those that sign at this moment, newest first."""
    table = webhook_secrets
    statement = select(table.c.id, table.c.secret, table.c.created_at, table.c.retires_at).where(
        table.c.owner == owner, or_(table.c.retires_at.is_(None), table.c.retires_at > now)
    )
    rows = connection.execute(statement.order_by(table.c.retires_at.is_(None).desc(), table.c.created_at.desc()))
    return [SecretRecord(row.id, row.secret, row.created_at, row.retires_at) for row in rows]


def add_secret(connection: Connection, owner: str, record: SecretRecord, previous_until: int) -> None:
    """Keep a new secret; those before it sign until that moment at most, and what has retired already goes."""
    table = webhook_secrets
    connection.execute(delete(table).where(table.c.owner == owner, table.c.retires_at <= record.created_at))
    later = or_(table.c.retires_at.is_(None), table.c.retires_at > previous_until)
    connection.execute(update(table).where(table.c.owner == owner, later).values(retires_at=previous_until))
    connection.execute(
        insert(table).values(
            id=record.id, owner=owner, secret=record.secret, created_at=record.created_at, retires_at=record.retires_at
        )
    )


def endpoints_of(connection: Connection, owner: str) -> Sequence[EndpointRecord]:
    table = webhook_endpoints
    rows = connection.execute(
        select(table.c.url, table.c.standing, table.c.disabled_at).where(table.c.owner == owner).order_by(table.c.url)
    )
    return [EndpointRecord(row.url, row.standing, row.disabled_at) for row in rows]


def set_standing(connection: Connection, owner: str, url: str | None) -> None:
    """Make this the address for all jobs of the owner, and forget that it was ever gone; None for no such address."""
    table = webhook_endpoints
    connection.execute(delete(table).where(table.c.owner == owner, or_(table.c.standing, table.c.url == url)))
    if url is not None:
        connection.execute(insert(table).values(owner=owner, url=url, standing=True, disabled_at=None))


def enable_endpoint(connection: Connection, owner: str, url: str) -> None:
    """Forget that an address said it is gone."""
    table = webhook_endpoints
    where = (table.c.owner == owner, table.c.url == url)
    connection.execute(delete(table).where(*where, ~table.c.standing))
    connection.execute(update(table).where(*where).values(disabled_at=None))


def disable_endpoint(connection: Connection, owner: str, url: str, at: int) -> None:
    """The address said that it is gone: nothing more is sent there for this owner."""
    table = webhook_endpoints
    where = (table.c.owner == owner, table.c.url == url)
    if connection.execute(update(table).where(*where).values(disabled_at=at)).rowcount == 0:
        connection.execute(insert(table).values(owner=owner, url=url, standing=False, disabled_at=at))


def insert_delivery(connection: Connection, record: DeliveryRecord) -> None:
    connection.execute(
        insert(webhook_deliveries).values({name: getattr(record, name) for name in DeliveryRecord.__dataclass_fields__})
    )


def delivery_by_id(connection: Connection, delivery_id: str) -> DeliveryRecord | None:
    row = connection.execute(_DELIVERY.where(webhook_deliveries.c.id == delivery_id)).one_or_none()
    return _delivery(row) if row is not None else None


def deliveries_of(
    connection: Connection, owner: str, *, job_id: str | None, before: str | None, limit: int
) -> Sequence[DeliveryRecord]:
    """The newest first; ``before`` continues after that delivery. Ids sort by their time."""
    table = webhook_deliveries
    where: list[ColumnElement[bool]] = [table.c.owner == owner]
    if job_id is not None:
        where.append(table.c.job_id == job_id)
    if before is not None:
        where.append(table.c.id < before)
    rows = connection.execute(_DELIVERY.where(*where).order_by(table.c.id.desc()).limit(limit))
    return [_delivery(row) for row in rows]


def tries_of(connection: Connection, delivery_id: str) -> Sequence[TryRecord]:
    table = webhook_tries
    rows = connection.execute(
        select(table.c.number, table.c.at, table.c.took_ms, table.c.status, table.c.trouble)
        .where(table.c.delivery_id == delivery_id)
        .order_by(table.c.number)
    )
    return [TryRecord(row.number, row.at, row.took_ms, row.status, row.trouble) for row in rows]


def note_try(connection: Connection, delivery_id: str, made: TryRecord, state: DeliveryState, next_at: int | None) -> bool:
    """Write down a try and what it led to. False when the delivery is over, or this try was written down already."""
    table = webhook_deliveries
    statement = update(table).where(table.c.id == delivery_id, table.c.state == "pending", table.c.tries == made.number - 1)
    finished_at = made.at + made.took_ms if state != "pending" else None
    statement = statement.values(state=state, tries=made.number, next_at=next_at, finished_at=finished_at)
    if connection.execute(statement).rowcount == 0:
        return False
    connection.execute(
        insert(webhook_tries).values(
            delivery_id=delivery_id,
            number=made.number,
            at=made.at,
            took_ms=made.took_ms,
            status=made.status,
            trouble=made.trouble,
        )
    )
    return True


def end_delivery(connection: Connection, delivery_id: str, state: DeliveryState, at: int) -> None:
    """Give up on a delivery that was not tried."""
    table = webhook_deliveries
    statement = update(table).where(table.c.id == delivery_id, table.c.state == "pending")
    connection.execute(statement.values(state=state, next_at=None, finished_at=at))


def reopen_delivery(connection: Connection, delivery_id: str, at: int) -> bool:
    """Have a delivery that is over tried again; False when it is not over."""
    table = webhook_deliveries
    statement = update(table).where(table.c.id == delivery_id, table.c.state != "pending")
    return connection.execute(statement.values(state="pending", next_at=at, finished_at=None)).rowcount == 1


def overdue_deliveries(connection: Connection, before: int, limit: int) -> Sequence[DeliveryRecord]:
    """Deliveries that should have been tried before that moment, longest overdue first."""
    table = webhook_deliveries
    late = _DELIVERY.where(table.c.state == "pending", table.c.next_at < before)
    return [_delivery(row) for row in connection.execute(late.order_by(table.c.next_at).limit(limit))]


def delivery_counts(connection: Connection) -> dict[str, int]:
    """How many deliveries are in which state."""
    table = webhook_deliveries
    return {row[0]: row[1] for row in connection.execute(select(table.c.state, func.count()).group_by(table.c.state))}


def delete_deliveries_before(connection: Connection, moment: int, limit: int) -> int:
    """Forget deliveries that were over before the moment; returns how many."""
    table = webhook_deliveries
    ids = connection.execute(select(table.c.id).where(table.c.finished_at < moment).limit(limit)).scalars().all()
    connection.execute(delete(webhook_tries).where(webhook_tries.c.delivery_id.in_(ids)))
    connection.execute(delete(table).where(table.c.id.in_(ids)))
    return len(ids)


def _delivery(row: Row[*tuple[Any, ...]]) -> DeliveryRecord:
    return DeliveryRecord(**row._mapping)  # pyright: ignore[reportPrivateUsage] - public by documentation
