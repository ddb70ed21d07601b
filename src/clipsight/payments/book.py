"""What is known of payments, kept in the main database: each method is one transaction, or part of the caller's."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import Connection

from clipsight.errors import PaymentUnderWay, PaymentUsed
from clipsight.payments.facilitator import Answer
from clipsight.payments.holder import LEASE_MILLISECONDS, is_gone, this_holder
from clipsight.payments.machine import FINALITY_SECONDS, OPEN, PAID, Arrival, State, on_arrival, sources
from clipsight.payments.payment import Payment
from clipsight.store.database import Database, clock
from clipsight.store.jobs import job_by_id
from clipsight.store.payments import (
    NewPayment,
    PaymentRecord,
    close_payment,
    credits_of,
    drop_payment,
    move_payment,
    not_closed,
    payment_by_number,
    payment_of,
    payment_of_job,
    payments_in,
    put_payment,
    take_payment,
    write_entry,
)
from clipsight.store.records import JobRecord

if TYPE_CHECKING:
    from clipsight.payments.till import Purchase

AGAIN_MILLISECONDS = 5_000  # between two questions about a payment whose outcome is unknown
FINAL = frozenset({"succeeded", "failed", "cancelled"})


@dataclass(frozen=True, slots=True)
class Intent:
    """A payment as its holder sees it."""

    number: int
    state: State
    holder: str
    kind: str
    network: str
    asset: str
    payer: str
    amount: int
    valid_before: int
    told: Mapping[str, Any]
    job_id: str | None = None
    receipt: str | None = None


@dataclass(frozen=True, slots=True)
class JobHooks:
    """What becomes of a job that waits for its payment, within the transaction in which that is decided."""

    release: Callable[[Connection, str], None]
    cancel: Callable[[Connection, str], None]


class Book(Protocol):
    """What the till needs to know and to write down."""

    def now(self) -> int: ...

    def arrive(self, payment: Payment, purchase: Purchase) -> tuple[Arrival, Intent]: ...

    def undo(self, intent: Intent) -> None: ...

    def has_credit(self, intent: Intent) -> bool: ...

    def hold(self, connection: Connection, intent: Intent, job_id: str, *, credit: bool) -> Intent: ...

    def begin_settling(self, intent: Intent) -> bool: ...

    def settled(self, intent: Intent, answer: Answer, receipt: str) -> Intent: ...

    def refused(self, intent: Intent, answer: Answer) -> None: ...

    def unknown(self, intent: Intent) -> Intent: ...

    def is_over(self, intent: Intent) -> bool: ...

    def abandoned(self) -> Sequence[Intent]: ...

    def close_accounts(self) -> int: ...


class DatabaseBook:
    """:class:`Book` over the main database."""

    def __init__(self, database: Database, jobs: JobHooks) -> None:
        self._database = database
        self._jobs = jobs

    def now(self) -> int:
        """Milliseconds since 1970 by the clock of the database."""
        with self._database.reading() as connection:
            return clock(connection)

    def arrive(self, payment: Payment, purchase: Purchase) -> tuple[Arrival, Intent]:
        """Claim a payment, or learn who did; unless it is ``busy`` or ``told``, the caller is its holder then.

        Raises:
            PaymentUsed: it came with another request.
        """
        holder = this_holder()
        with self._database.writing() as connection:
            now = clock(connection)
            known = payment_of(connection, payment.identity)
            arrival = _arrival(known, now)
            if arrival == "claim":
                new = _new(payment, purchase)
                put_payment(connection, new, holder, now + LEASE_MILLISECONDS, now)
                claimed = payment_of(connection, payment.identity)
                assert claimed is not None
                return arrival, _intent(claimed)
            assert known is not None
            if known.fingerprint != purchase.fingerprint:
                raise PaymentUsed
            if arrival in ("busy", "told"):
                return arrival, _intent(known)
            if not take_payment(connection, known, holder, now + LEASE_MILLISECONDS):
                raise PaymentUnderWay
            return arrival, replace(_intent(known), holder=holder)

    def undo(self, intent: Intent) -> None:
        """Nothing was charged: forget the payment, and cancel its job when it has one."""
        with self._database.writing() as connection:
            known = _held(connection, intent)
            if known is not None and drop_payment(connection, intent.number, intent.holder) and known.job_id is not None:
                self._jobs.cancel(connection, known.job_id)

    def has_credit(self, intent: Intent) -> bool:
        with self._database.writing() as connection:
            self._close(connection, intent.payer, 0)
            return _credit(connection, intent) is not None

    def hold(self, connection: Connection, intent: Intent, job_id: str, *, credit: bool) -> Intent:
        """Bind the payment to the job. With ``credit`` a credit of the payer pays, and the job may begin.

        Raises:
            PaymentUnderWay: the holder lost the payment, or another request was faster to the credit.
        """
        wanted: State = "redeemed" if credit else "held"
        if not move_payment(connection, intent.number, sources(wanted), intent.holder, state=wanted, job_id=job_id):
            raise PaymentUnderWay
        if credit:
            earned = _credit(connection, intent)
            if earned is None:
                raise PaymentUnderWay
            record = _record_of(connection, intent)
            write_entry(connection, record, "redeemed", clock(connection), credit=earned.number)
            move_payment(connection, intent.number, ("redeemed",), intent.holder, told=None)
            self._jobs.release(connection, job_id)
        return replace(intent, state=wanted, job_id=job_id)

    def begin_settling(self, intent: Intent) -> bool:
        """To be on the disk before the facilitator is told; False when the payment has another holder by now."""
        with self._database.writing() as connection:
            until = clock(connection) + LEASE_MILLISECONDS
            holder = intent.holder
            return move_payment(connection, intent.number, sources("settling"), holder, state="settling", held_until=until)

    def settled(self, intent: Intent, answer: Answer, receipt: str) -> Intent:
        """Receipt and release in one transaction."""
        with self._database.writing() as connection:
            values: dict[str, Any] = {"state": "settled", "receipt": receipt, "told": None, "holder": None, "held_until": 0}
            if not move_payment(connection, intent.number, sources("settled"), intent.holder, **values):
                return _current(connection, intent)
            reason = "nonce_used" if answer.verdict == "used" else ""
            record = _record_of(connection, intent)
            write_entry(connection, record, "settled", clock(connection), transaction_id=answer.transaction, reason=reason)
            assert record.job_id is not None
            self._jobs.release(connection, record.job_id)
            return _intent(record)

    def refused(self, intent: Intent, answer: Answer) -> None:
        with self._database.writing() as connection:
            values: dict[str, Any] = {"state": "refused", "told": None, "holder": None, "held_until": 0}
            if move_payment(connection, intent.number, sources("refused"), intent.holder, **values):
                record = _record_of(connection, intent)
                write_entry(connection, record, "refused", clock(connection), reason=answer.reason or answer.verdict)
                assert record.job_id is not None
                self._jobs.cancel(connection, record.job_id)

    def unknown(self, intent: Intent) -> Intent:
        """Nobody knows yet; asked again in a moment."""
        with self._database.writing() as connection:
            again = clock(connection) + AGAIN_MILLISECONDS
            move_payment(connection, intent.number, sources("unknown"), intent.holder, state="unknown", held_until=again)
            return _current(connection, intent)

    def is_over(self, intent: Intent) -> bool:
        return self.now() // 1000 > intent.valid_before + FINALITY_SECONDS

    def abandoned(self) -> Sequence[Intent]:
        """Open payments that nobody is at, which the caller holds from now on."""
        with self._database.reading() as connection:
            now = clock(connection)
            found = [record for record in payments_in(connection, OPEN) if is_gone(record.holder, record.held_until, now)]
        taken: list[Intent] = []
        for record in found:
            holder = this_holder()
            with self._database.writing() as connection:
                if take_payment(connection, record, holder, clock(connection) + LEASE_MILLISECONDS):
                    taken.append(replace(_intent(record), holder=holder))
        return taken

    def close_accounts(self) -> int:
        """Write into the ledger how the jobs of paid calls ended: delivered, or credited to the payer."""
        count = after = 0
        while True:
            with self._database.writing() as connection:
                closed, after = self._close(connection, None, after)
            count += closed
            if not after:
                return count

    def _close(self, connection: Connection, payer: str | None, after: int) -> tuple[int, int]:
        """Of those after this number; returns how many ended, and the last number while there may be more."""
        found = not_closed(connection, PAID, payer, after)
        count = 0
        for record in found:
            job = job_by_id(connection, record.job_id or "")
            if job is None or job.state in FINAL:
                _write_end(connection, record, job)
                count += 1
        return count, found[-1].number if found and payer is None else 0


def close_account(connection: Connection, job: JobRecord) -> None:
    """Write into the ledger what became of what a job cost; to be told of every job that ends, when it ends."""
    record = payment_of_job(connection, job.id)
    if record is not None and record.state in PAID and not record.closed:
        _write_end(connection, record, job)


def _write_end(connection: Connection, record: PaymentRecord, job: JobRecord | None) -> None:
    """``job`` is None when it is gone: nobody can say any more that it was delivered."""
    delivered = job is not None and job.state == "succeeded"
    write_entry(connection, record, "delivered" if delivered else "credited", clock(connection))
    close_payment(connection, record.number)


def _arrival(known: PaymentRecord | None, now: int) -> Arrival:
    if known is None:
        return on_arrival(None, holder_gone=True)
    return on_arrival(_state(known), holder_gone=is_gone(known.holder, known.held_until, now))


def _credit(connection: Connection, intent: Intent) -> PaymentRecord | None:
    """The oldest credit that pays for this: for the same format whatever it costs by now, or for one that costs no more."""
    for earned in credits_of(connection, intent.payer, intent.network, intent.asset):
        if earned.kind == intent.kind or earned.amount >= intent.amount:
            return earned
    return None


def _held(connection: Connection, intent: Intent) -> PaymentRecord | None:
    record = payment_by_number(connection, intent.number)
    return record if record is not None and record.holder == intent.holder else None


def _current(connection: Connection, intent: Intent) -> Intent:
    return _intent(_record_of(connection, intent))


def _record_of(connection: Connection, intent: Intent) -> PaymentRecord:
    record = payment_by_number(connection, intent.number)
    assert record is not None, "who holds a payment is the only one who may drop it"
    return record


def _state(record: PaymentRecord) -> State:
    state: Any = record.state
    return state


def _intent(record: PaymentRecord) -> Intent:
    return Intent(
        number=record.number,
        state=_state(record),
        holder=record.holder or "",
        kind=record.kind,
        network=record.network,
        asset=record.asset,
        payer=record.payer,
        amount=record.amount,
        valid_before=record.valid_before,
        told=json.loads(record.told) if record.told is not None else {},
        job_id=record.job_id,
        receipt=record.receipt,
    )


def _new(payment: Payment, purchase: Purchase) -> NewPayment:
    return NewPayment(
        identity=payment.identity,
        fingerprint=purchase.fingerprint,
        kind=purchase.kind,
        network=payment.way.network.id,
        asset=payment.way.asset.address,
        payer=payment.payer,
        pay_to=payment.way.pay_to,
        amount=payment.amount,
        valid_before=payment.valid_before,
        told=json.dumps(payment.told(purchase.address)),
    )
