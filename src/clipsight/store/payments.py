"""Queries on payments and the ledger. Which moves between states are legal is decided by the caller."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from clipsight.store.tables import ledger, payments

MOST_AT_ONCE = 100  # rows of one round of looking after payments


@dataclass(frozen=True, slots=True)
class NewPayment:
    """``identity`` names the authorization; ``kind`` is the format that was bought, empty without one."""

    identity: str
    fingerprint: str
    kind: str
    network: str
    asset: str
    payer: str
    pay_to: str
    amount: int
    valid_before: int
    told: str


@dataclass(frozen=True, slots=True)
class PaymentRecord:
    """A payment as it stands. Times are milliseconds since 1970 UTC, but ``valid_before``, which is seconds."""

    number: int
    identity: str
    fingerprint: str
    kind: str
    network: str
    asset: str
    payer: str
    pay_to: str
    amount: int
    valid_before: int
    told: str | None
    state: str
    holder: str | None
    held_until: int
    job_id: str | None
    receipt: str | None
    closed: bool
    created_at: int


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """A line of the ledger. ``entry``: settled, refused, redeemed, delivered or credited."""

    number: int
    at: int
    entry: str
    payment: int
    credit: int | None
    job_id: str | None
    payer: str
    network: str
    asset: str
    amount: int
    transaction_id: str
    reason: str


def payment_of(connection: Connection, identity: str) -> PaymentRecord | None:
    return _record(connection.execute(select(payments).where(payments.c.identity == identity)).one_or_none())


def payment_by_number(connection: Connection, number: int) -> PaymentRecord | None:
    return _record(connection.execute(select(payments).where(payments.c.number == number)).one_or_none())


def payment_of_job(connection: Connection, job_id: str) -> PaymentRecord | None:
    return _record(connection.execute(select(payments).where(payments.c.job_id == job_id)).one_or_none())


def put_payment(connection: Connection, new: NewPayment, holder: str, until: int, now: int) -> int:
    """A new payment, claimed by the holder; one of the same authorization that came to nothing begins anew."""
    values: dict[str, Any] = {name: getattr(new, name) for name in NewPayment.__dataclass_fields__}
    values |= {"state": "claimed", "holder": holder, "held_until": until, "job_id": None, "receipt": None}
    again = update(payments).where(payments.c.identity == new.identity).values(**values).returning(payments.c.number)
    number: int | None = connection.execute(again).scalar_one_or_none()
    if number is not None:
        return number
    statement = insert(payments).values(**values, created_at=now).returning(payments.c.number)
    made: int = connection.execute(statement).scalar_one()
    return made


def drop_payment(connection: Connection, number: int, holder: str) -> bool:
    """Forget a payment that was only claimed. False when the holder lost it. One with a history stays, as refused."""
    mine = (payments.c.number == number, payments.c.holder == holder, payments.c.state.in_(("claimed", "held")))
    if connection.execute(select(ledger.c.number).where(ledger.c.payment == number).limit(1)).one_or_none() is not None:
        values = {"state": "refused", "told": None, "holder": None, "held_until": 0}
        return connection.execute(update(payments).where(*mine).values(**values)).rowcount == 1
    return connection.execute(delete(payments).where(*mine)).rowcount == 1


def move_payment(
    connection: Connection, number: int, sources: Collection[str], holder: str, /, **values: str | int | bool | None
) -> bool:
    """Change a payment while it is in one of these states and this holder's; says whether it was."""
    statement = update(payments).where(
        payments.c.number == number, payments.c.state.in_(sources), payments.c.holder == holder
    )
    return connection.execute(statement.values(**values)).rowcount == 1


def take_payment(connection: Connection, record: PaymentRecord, holder: str, until: int) -> bool:
    """Become the holder in the place of the one that the record names; False when somebody else was first."""
    held = payments.c.holder.is_(None) if record.holder is None else payments.c.holder == record.holder
    statement = update(payments).where(
        payments.c.number == record.number,
        payments.c.state == record.state,
        payments.c.held_until == record.held_until,
        held,
    )
    return connection.execute(statement.values(holder=holder, held_until=until)).rowcount == 1


def payments_in(connection: Connection, states: Collection[str]) -> Sequence[PaymentRecord]:
    found = select(payments).where(payments.c.state.in_(states)).order_by(payments.c.held_until, payments.c.number)
    return _records(connection.execute(found.limit(MOST_AT_ONCE)).all())


def not_closed(connection: Connection, states: Collection[str], payer: str | None, after: int) -> Sequence[PaymentRecord]:
    """Payments whose job's end is not in the ledger yet, of one payer or of all, in the order of their numbers."""
    found = select(payments).where(payments.c.state.in_(states), payments.c.closed.is_(False), payments.c.number > after)
    if payer is not None:
        found = found.where(payments.c.payer == payer)
    return _records(connection.execute(found.order_by(payments.c.number).limit(MOST_AT_ONCE)).all())


def close_payment(connection: Connection, number: int) -> None:
    connection.execute(update(payments).where(payments.c.number == number).values(closed=True))


def credits_of(connection: Connection, payer: str, network: str, asset: str) -> Sequence[PaymentRecord]:
    """Payments of a payer whose credit was not redeemed yet, oldest first."""
    spent = select(ledger.c.credit).where(ledger.c.credit.is_not(None))
    earned = select(ledger.c.payment).where(ledger.c.entry == "credited")
    found = select(payments).where(
        payments.c.payer == payer,
        payments.c.network == network,
        payments.c.asset == asset,
        payments.c.number.in_(earned),
        payments.c.number.not_in(spent),
    )
    return _records(connection.execute(found.order_by(payments.c.number)).all())


def all_payments(connection: Connection, limit: int) -> Sequence[PaymentRecord]:
    """The newest first."""
    return _records(connection.execute(select(payments).order_by(payments.c.number.desc()).limit(limit)).all())


def write_entry(connection: Connection, payment: PaymentRecord, entry: str, at: int, **more: str | int | None) -> None:
    values: dict[str, Any] = {"credit": None, "transaction_id": "", "reason": "", "job_id": payment.job_id, **more}
    connection.execute(
        insert(ledger).values(
            at=at,
            entry=entry,
            payment=payment.number,
            payer=payment.payer,
            network=payment.network,
            asset=payment.asset,
            amount=payment.amount,
            **values,
        )
    )


def entries_of(
    connection: Connection, payment: int | None = None, after: int = 0, limit: int = 1000
) -> Sequence[LedgerEntry]:
    """Lines of the ledger in their order, of one payment or of all."""
    found = select(ledger).where(ledger.c.number > after).order_by(ledger.c.number).limit(limit)
    if payment is not None:
        found = found.where(ledger.c.payment == payment)
    return [LedgerEntry(**row._mapping) for row in connection.execute(found)]  # pyright: ignore[reportPrivateUsage] - public by documentation


def _record(row: Row[*tuple[Any, ...]] | None) -> PaymentRecord | None:
    return None if row is None else PaymentRecord(**row._mapping)  # pyright: ignore[reportPrivateUsage] - public by documentation


def _records(rows: Sequence[Row[*tuple[Any, ...]]]) -> Sequence[PaymentRecord]:
    return [record for record in map(_record, rows) if record is not None]
