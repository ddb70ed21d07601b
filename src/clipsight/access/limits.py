"""How much one owner may ask for, counted in the transaction in which it is taken: exact, however many ask at once.

Submits are counted over a sliding window: one is taken when there were fewer than the quota in the 60 seconds before it.
Seconds of video are counted over the 24 hours before. Until the length of a video is known, the longest that its owner may
send is set aside for it; then what it really has; a job that failed costs nothing. A job whose answer was known beforehand
counts as a submit and as nothing else.

A batch is charged when it is taken: as one submit, and with every link as an unfinished job, so that none of its jobs is
refused for that later. Seconds are counted for each of its jobs as it is made.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import ceil

from sqlalchemy import Connection

from clipsight.access.caller import Limits
from clipsight.errors import LimitReached, SecondsUsedUp, TokenInvalid, TooManyRequests, TooManyUnfinished
from clipsight.store.records import Dialect
from clipsight.store.submissions import (
    NewSubmission,
    insert_submission,
    requests_since,
    seconds_since,
    unfinished_of_owner,
)
from clipsight.store.tokens import token_by_number

MINUTE = 60  # seconds
DAY = 24 * 3600  # seconds
UNFINISHED_RETRY_SECONDS = 5  # nobody knows when a job ends; clients poll this often anyway


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a submit may cost.

    Attributes:
        limits: of its owner, in its dialect.
        token: number of the token that it came with; it must still be valid when the job is taken.
        requests: how many submits it counts as; 0 for a job of a batch, which was charged as a whole.
    """

    limits: Limits
    token: int | None = None
    requests: int = 1


@dataclass(frozen=True, slots=True)
class Order:
    """A job about to be taken. ``new_work`` is False when its answer is known."""

    job_id: str
    owner: str
    dialect: Dialect
    new_work: bool
    at: int


@dataclass(frozen=True, slots=True)
class Standing:
    """What is left under one limit: ``left`` of ``quota``, and seconds until more is left; ``window`` in seconds."""

    name: str
    quota: int
    window: int
    left: int
    reset: int


@dataclass(frozen=True, slots=True)
class Charged:
    """``max_seconds``: the longest video that this job may have."""

    max_seconds: int
    standings: tuple[Standing, ...] = field(default=())


def charge(connection: Connection, order: Order, allowance: Allowance) -> Charged:
    """Count a job against the limits of its owner. The connection must be one that writes, alone.

    Raises:
        TokenInvalid: the token was revoked in the meantime.
        LimitReached: with what is left under each limit, and in ``details`` when to try again.
    """
    limits = allowance.limits
    _check_token(connection, allowance)
    longest = limits.max_seconds
    if limits.seconds_per_day is not None:
        longest = min(longest, limits.seconds_per_day)
    seconds = longest if order.new_work else 0
    check_requests(connection, order, allowance)
    if order.new_work:
        if allowance.requests:
            _check_unfinished(connection, order, allowance, 1)
        _check_seconds(connection, order, allowance, seconds)
    if is_limited(limits):
        submission = NewSubmission(order.job_id, order.owner, order.dialect, allowance.requests, seconds, order.at)
        insert_submission(connection, submission)
    return Charged(longest, standings(connection, order, limits))


def charge_batch(connection: Connection, order: Order, allowance: Allowance, links: int) -> tuple[Standing, ...]:
    """Count a batch against the limits of its owner; what is left. ``order`` has the batch's own id.

    Raises:
        TokenInvalid, LimitReached: as :func:`charge`.
    """
    _check_token(connection, allowance)
    check_requests(connection, order, allowance)
    _check_unfinished(connection, order, allowance, links)
    if is_limited(allowance.limits):
        submission = NewSubmission(order.job_id, order.owner, order.dialect, allowance.requests, 0, order.at)
        insert_submission(connection, submission)
    return standings(connection, order, allowance.limits)


def _check_token(connection: Connection, allowance: Allowance) -> None:
    if allowance.token is not None:
        token = token_by_number(connection, allowance.token)
        if token is None or token.revoked_at is not None:
            raise TokenInvalid


def is_limited(limits: Limits) -> bool:
    return not (limits.per_minute is limits.unfinished is limits.seconds_per_day is None)


def check_requests(connection: Connection, order: Order, allowance: Allowance) -> None:
    """Raises :class:`TooManyRequests` when the owner may not submit now."""
    quota = allowance.limits.per_minute
    if quota is None or not allowance.requests:
        return
    counted = requests_since(connection, order.owner, order.dialect, order.at - MINUTE * 1000)
    over = sum(count for _, count in counted) + allowance.requests - quota
    if over > 0:
        wait = _until_free(counted, over, order.at, MINUTE)
        raise _refusal(connection, order, allowance.limits, lambda: TooManyRequests(limit=quota, retry_seconds=wait))


def _check_unfinished(connection: Connection, order: Order, allowance: Allowance, more: int) -> None:
    quota = allowance.limits.unfinished
    if quota is not None and unfinished_of_owner(connection, order.owner) + more > quota:
        wait = UNFINISHED_RETRY_SECONDS
        raise _refusal(connection, order, allowance.limits, lambda: TooManyUnfinished(limit=quota, retry_seconds=wait))


def _check_seconds(connection: Connection, order: Order, allowance: Allowance, seconds: int) -> None:
    quota = allowance.limits.seconds_per_day
    if quota is None:
        return
    counted = seconds_since(connection, order.owner, order.at - DAY * 1000)
    over = sum(spent for _, spent in counted) + seconds - quota
    if over > 0:
        wait = _until_free(counted, over, order.at, DAY)
        raise _refusal(connection, order, allowance.limits, lambda: SecondsUsedUp(limit=quota, retry_seconds=wait))


def standings(connection: Connection, order: Order, limits: Limits) -> tuple[Standing, ...]:
    """What is left under the limits that have a window, as it is in this transaction."""
    found: list[Standing] = []
    if limits.per_minute is not None:
        counted = requests_since(connection, order.owner, order.dialect, order.at - MINUTE * 1000)
        found.append(_standing("submits", limits.per_minute, MINUTE, counted, order.at))
    if limits.seconds_per_day is not None:
        spent = seconds_since(connection, order.owner, order.at - DAY * 1000)
        found.append(_standing("seconds", limits.seconds_per_day, DAY, spent, order.at))
    return tuple(found)


def _standing(name: str, quota: int, window: int, counted: Sequence[tuple[int, float]], now: int) -> Standing:
    left = int(max(0, quota - sum(amount for _, amount in counted)))
    return Standing(name, quota, window, left, _until_free(counted, 0, now, window) if counted else window)


def _until_free(counted: Sequence[tuple[int, float]], amount: float, now: int, window: int) -> int:
    """Whole seconds until so much of what was counted has left the window; at least 1. ``counted`` is oldest first."""
    freed = 0.0
    moment = now
    for at, count in counted:
        freed += count
        moment = at
        if freed >= amount:
            break
    return max(1, ceil((moment + window * 1000 - now) / 1000))


def _refusal(connection: Connection, order: Order, limits: Limits, made: Callable[[], LimitReached]) -> LimitReached:
    error = made()
    error.standings = standings(connection, order, limits)
    return error
