"""Where a payment and what it buys become one: in this order, so that nobody loses whatever dies in between.

claim → check → hold (job and payment in one transaction) → settle → release. See :mod:`clipsight.payments.machine`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy import Connection

from clipsight.errors import FacilitatorUnavailable, PaymentRequired, PaymentUnderWay
from clipsight.payments.book import Book, Intent
from clipsight.payments.facilitator import Answer, Facilitator, receipt
from clipsight.payments.machine import after_settling, on_recovery
from clipsight.payments.payment import Payment, check_times

log = logging.getLogger(__name__)

TRIES = 3  # to become the one who serves a payment, after others that died are tidied up

T = TypeVar("T")

Hold = Callable[[Connection, str], None]
"""Binds a payment to the job with this id, in the transaction that takes the job."""


@dataclass(frozen=True, slots=True)
class Purchase:
    """What is bought: ``kind`` is the format, empty without one; ``fingerprint`` tells requests apart."""

    kind: str
    fingerprint: str
    address: str


@dataclass(frozen=True, slots=True)
class Sale(Generic[T]):
    """``taken`` is what was taken now, None when it was before. ``receipt`` is None while the outcome is unknown."""

    job_id: str
    receipt: str | None
    taken: T | None = None


class Till:
    """Serves payments.

    Args:
        book: what is known of payments.
        facilitator: checks and settles them.
    """

    def __init__(self, book: Book, facilitator: Facilitator) -> None:
        self._book = book
        self._facilitator = facilitator

    def sell(self, payment: Payment, purchase: Purchase, take: Callable[[Hold], T]) -> Sale[T]:
        """Serve a request that comes with a payment, once.

        Args:
            payment: whose signature is right.
            purchase: what it is for.
            take: takes the job; must call what it is given within its transaction, and return only after the commit.

        Raises:
            PaymentRequired: the payment is not taken; nothing was charged.
            PaymentUnderWay, PaymentUsed: another request has it.
            FacilitatorUnavailable: it could not be checked; nothing was charged.
        """
        for _ in range(TRIES):
            arrival, intent = self._book.arrive(payment, purchase)
            match arrival:
                case "claim":
                    return self._serve(payment, intent, take)
                case "told":
                    assert intent.job_id is not None
                    return Sale(intent.job_id, intent.receipt)
                case "busy":
                    if intent.state == "unknown" and intent.job_id is not None:
                        return Sale(intent.job_id, None)
                    raise PaymentUnderWay
                case "undo":
                    self._book.undo(intent)
                case "resolve":
                    intent = self._settle(intent, first=False)
                    if intent.state == "unknown" and intent.job_id is not None:
                        return Sale(intent.job_id, None)
        raise PaymentUnderWay

    def recover(self) -> int:
        """Finish what nobody is at any more, and write down how the jobs of paid calls ended; returns of how many."""
        found = self._book.abandoned()
        for intent in found:
            if on_recovery(intent.state) == "undo":
                self._book.undo(intent)
            else:
                self._settle(intent, first=False)
        return len(found) + self._book.close_accounts()

    def _serve(self, payment: Payment, intent: Intent, take: Callable[[Hold], T]) -> Sale[T]:
        held: list[Intent] = []
        try:
            check_times(payment, self._book.now() // 1000)
            credit = self._book.has_credit(intent)
            if not credit:
                self._verify(intent)
            taken = take(lambda connection, job_id: held.append(self._book.hold(connection, intent, job_id, credit=credit)))
        except BaseException:
            # Whatever it was, nothing was charged: the payment may be used again.
            self._book.undo(intent)
            raise
        intent = held[-1]
        assert intent.job_id is not None
        if intent.state == "redeemed":
            return Sale(intent.job_id, None, taken)
        if not self._book.begin_settling(intent):
            raise PaymentUnderWay  # this process was thought dead, and the job was taken away
        intent = self._settle(intent, first=True)
        assert intent.job_id is not None
        return Sale(intent.job_id, intent.receipt, taken)

    def _verify(self, intent: Intent) -> None:
        answer = self._facilitator.verify(intent.told)
        if answer.verdict in ("unknown", "unsent"):
            raise FacilitatorUnavailable
        if answer.verdict != "ok":
            raise PaymentRequired(answer.reason)

    def _settle(self, intent: Intent, *, first: bool) -> Intent:
        """Have it settled and write down what came of it. Raises for a first try that came to nothing."""
        answer = self._facilitator.settle(intent.told)
        state = after_settling(answer.verdict, first=first, over=self._book.is_over(intent))
        told = receipt(intent.network, intent.payer, answer)
        match state:
            case "settled":
                return self._book.settled(intent, answer, told)
            case "refused":
                self._book.refused(intent, answer)
                if first and answer.verdict == "unsent":
                    raise FacilitatorUnavailable
                if first:
                    raise PaymentRequired(answer.reason or "payment_refused", told)
                return intent
            case _:
                log.warning("the outcome of payment %d is not known yet (%s)", intent.number, _seen(answer))
                return self._book.unknown(intent)


def _seen(answer: Answer) -> str:
    return answer.reason or answer.verdict
