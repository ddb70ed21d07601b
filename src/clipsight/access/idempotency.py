"""Requests that may be sent twice and must be carried out once: the Idempotency-Key of their sender.

A key is claimed before the work begins and answered in the transaction that takes the job, so that no crash leaves a job
without its answer or an answer without its job. Whoever claimed a key and died holds it for the length of the lease; then
whoever takes it over is the only one whose job can still be committed.
"""

from __future__ import annotations

import uuid

from sqlalchemy import Connection

from clipsight.errors import IdempotencyKeyReused, StillRunning
from clipsight.store.database import Database, clock
from clipsight.store.idempotency import Claim, drop_claim, keep_answer, key_record, put_claim

KEPT_MILLISECONDS = 24 * 3600 * 1000
LEASE_MILLISECONDS = 60_000  # longer than a short link and a busy database together may take


def claim_key(database: Database, owner: str, key: str, fingerprint: str) -> Claim | str:
    """The right to carry the request out, or the answer that it was given before.

    Raises:
        IdempotencyKeyReused: the key was used for something else.
        StillRunning: the first request is under way.
    """
    claim = Claim(owner, key, fingerprint, uuid.uuid4().hex)
    with database.writing() as connection:
        now = clock(connection)
        known = key_record(connection, owner, key)
        if known is not None and now - known.created_at < KEPT_MILLISECONDS:
            if known.fingerprint != fingerprint:
                raise IdempotencyKeyReused
            if known.answer is not None:
                return known.answer
            if now < known.leased_until:
                raise StillRunning
        put_claim(connection, claim, now, now + LEASE_MILLISECONDS)
    return claim


def answer_claim(connection: Connection, claim: Claim, answer: str) -> None:
    """Keep the answer, in the transaction that makes it true.

    Raises:
        StillRunning: the lease ran out and another request carries it out; this one must leave nothing behind.
    """
    if not keep_answer(connection, claim, answer):
        raise StillRunning


def release_claim(database: Database, claim: Claim) -> None:
    """Give the key back after a refusal: the same request may be tried again with it."""
    with database.writing() as connection:
        drop_claim(connection, claim)
