"""One try of one delivery, and what follows from it: done, again later, or given up."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from dataclasses import dataclass
from http import HTTPStatus

from sqlalchemy import Connection

from clipsight import __version__
from clipsight.errors import BadWebhookUrl
from clipsight.store.database import Database, clock
from clipsight.store.records import Errand
from clipsight.store.tallies import tally
from clipsight.store.webhooks import (
    DeliveryRecord,
    DeliveryState,
    TryRecord,
    delete_deliveries_before,
    delivery_by_id,
    disable_endpoint,
    end_delivery,
    endpoints_of,
    note_try,
    overdue_deliveries,
    reopen_delivery,
    valid_secrets,
)
from clipsight.webhooks.notify import ERRAND, Later
from clipsight.webhooks.rules import MOST_WAIT, WebhookRules
from clipsight.webhooks.sending import Answer, Sender
from clipsight.webhooks.signing import signatures
from clipsight.webhooks.target import Target, read_target

log = logging.getLogger(__name__)

JITTER = 0.2  # of each pause, up or down: receivers that fail together are not asked together again
LOST_MILLISECONDS = 15 * 60 * 1000  # overdue for longer than any try or recovery takes
FIRST_EXTRA_TURN = 1_000_000  # turns from here on are times: tries that somebody asked for
BATCH = 100  # rows per transaction


@dataclass(frozen=True, slots=True)
class _Due:
    delivery: DeliveryRecord
    target: Target
    secrets: list[str]


class Deliverer:
    """The errand ``webhook``: its key is the id of a delivery. Called by a worker, again after a crash.

    A try that was made but not written down, because the worker died, is made again: receivers tell by ``webhook-id``.
    """

    def __init__(self, database: Database, later: Later, rules: WebhookRules, sender: Sender | None = None) -> None:
        self._database = database
        self._later = later
        self._rules = rules
        self._sender = sender or Sender(rules.timeout, allow_private=rules.allow_private)

    async def __call__(self, errand: Errand) -> None:
        due = await asyncio.to_thread(self._due, errand)
        if due is None:
            return
        body = due.delivery.body.encode()
        at = time.time()
        headers = {
            "Content-Type": "application/json",
            "User-Agent": f"clipsight/{__version__}",
            "webhook-id": due.delivery.id,
            "webhook-timestamp": str(int(at)),
            "webhook-signature": signatures(due.secrets, due.delivery.id, int(at), body),
        }
        answer = await self._sender.post(due.target, headers, body)
        took = round((time.time() - at) * 1000)
        await asyncio.to_thread(self._settle, due.delivery, answer, max(0, took))

    def _due(self, errand: Errand) -> _Due | None:
        """What is to be sent; None when the delivery is over, or comes to be over now, or this try was made."""
        with self._database.writing() as connection:
            delivery = delivery_by_id(connection, errand.key)
            if delivery is None or delivery.state != "pending":
                return None
            if errand.turn < FIRST_EXTRA_TURN and errand.turn != delivery.tries + 1:
                return None
            now = clock(connection)
            gone = any(each.url == delivery.url and each.disabled_at for each in endpoints_of(connection, delivery.owner))
            valid = [each.secret for each in valid_secrets(connection, delivery.owner, now)]
            try:
                target = read_target(delivery.url, allow_private=self._rules.allow_private)
            except BadWebhookUrl:  # the operator has become stricter
                target = None
            if gone or not valid or target is None:
                end_delivery(connection, delivery.id, "disabled" if gone else "failed", now)
                return None
        return _Due(delivery, target, valid)

    def _settle(self, delivery: DeliveryRecord, answer: Answer, took_ms: int) -> None:
        number = delivery.tries + 1
        state = self._state(answer, number)
        pause = self._pause(answer, number) if state == "pending" else 0.0
        with self._database.writing() as connection:
            now = clock(connection)
            made = TryRecord(number, now - took_ms, took_ms, answer.status, answer.trouble)
            next_at = now + round(pause * 1000) if state == "pending" else None
            if not note_try(connection, delivery.id, made, state, next_at):
                return
            tally(connection, "webhook_tries", outcome=answer.trouble or str(answer.status))
            if answer.status == HTTPStatus.GONE:
                disable_endpoint(connection, delivery.owner, delivery.url, now)
            if state == "pending":
                self._later.run_later(connection, Errand(ERRAND, delivery.id, number + 1, delivery.owner), pause)
        if state != "delivered":
            log.info("webhook %s: %s after try %d", delivery.id, answer.trouble or answer.status, number)

    def _state(self, answer: Answer, number: int) -> DeliveryState:
        if answer.status is not None and HTTPStatus(200) <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
            return "delivered"
        if answer.status == HTTPStatus.GONE:
            return "disabled"
        if answer.trouble == "private_address" or number > len(self._rules.back_off):
            return "failed"
        return "pending"

    def _pause(self, answer: Answer, number: int) -> float:
        """Seconds until the next try: what the receiver asks for, but no less than our own."""
        own = self._rules.back_off[number - 1] * (1 + JITTER * (secrets.randbelow(2001) / 1000 - 1))
        return max(own, min(answer.retry_after, MOST_WAIT))

    def tidy(self) -> None:
        """Put deliveries back on their way that lost it, and forget what was over long ago."""
        with self._database.writing() as connection:
            now = clock(connection)
            for delivery in overdue_deliveries(connection, now - LOST_MILLISECONDS, BATCH):
                log.warning("webhook %s was overdue; it is tried again", delivery.id)
                end_delivery(connection, delivery.id, "failed", now)
                retry(connection, self._later, delivery, now)
            while delete_deliveries_before(connection, now - self._rules.kept_seconds * 1000, BATCH) == BATCH:
                pass


def retry(connection: Connection, later: Later, delivery: DeliveryRecord, now: int) -> bool:
    """Have a delivery that is over tried once more, and then as before; False when it is not over."""
    if not reopen_delivery(connection, delivery.id, now):
        return False
    # No turn that was ever taken: turns of tries are small, this one is a time.
    later.run_later(connection, Errand(ERRAND, delivery.id, now, delivery.owner), 0.0)
    return True
