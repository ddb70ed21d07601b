"""Queries on submits that must not be carried out twice."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from clipsight.store.tables import idempotency


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """``answer`` is None while the first request is under way, which it may be until ``leased_until``."""

    fingerprint: str
    leased_until: int
    answer: str | None
    created_at: int


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to carry out the request with this key. ``lease`` tells its holder from an earlier one that died."""

    owner: str
    key: str
    fingerprint: str
    lease: str


def key_record(connection: Connection, owner: str, key: str) -> KeyRecord | None:
    row = connection.execute(
        select(idempotency).where(idempotency.c.owner == owner, idempotency.c.key == key)
    ).one_or_none()
    return KeyRecord(row.fingerprint, row.leased_until, row.answer, row.created_at) if row is not None else None


def put_claim(connection: Connection, claim: Claim, now: int, leased_until: int) -> None:
    """Claim a key, in the place of whatever was kept under it."""
    connection.execute(delete(idempotency).where(idempotency.c.owner == claim.owner, idempotency.c.key == claim.key))
    connection.execute(
        insert(idempotency).values(
            owner=claim.owner,
            key=claim.key,
            fingerprint=claim.fingerprint,
            lease=claim.lease,
            leased_until=leased_until,
            created_at=now,
        )
    )


def keep_answer(connection: Connection, claim: Claim, answer: str) -> bool:
    """Keep the answer. False when somebody else holds the claim by now."""
    return connection.execute(update(idempotency).where(*_held(claim)).values(answer=answer)).rowcount == 1


def drop_claim(connection: Connection, claim: Claim) -> None:
    """Give the key back, unless it was answered."""
    connection.execute(delete(idempotency).where(*_held(claim)))


def delete_keys_before(connection: Connection, moment: int) -> None:
    connection.execute(delete(idempotency).where(idempotency.c.created_at < moment))


def _held(claim: Claim) -> tuple[ColumnElement[bool], ...]:
    return (
        idempotency.c.owner == claim.owner,
        idempotency.c.key == claim.key,
        idempotency.c.lease == claim.lease,
        idempotency.c.answer.is_(None),
    )
