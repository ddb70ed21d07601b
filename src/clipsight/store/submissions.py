"""Queries on what counts against the limits of an owner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, delete, func, insert, select, update

from clipsight.store.records import Dialect
from clipsight.store.tables import batch_items, batches, jobs, submissions

UNFINISHED = ("queued", "running")


@dataclass(frozen=True, slots=True)
class NewSubmission:
    """``requests`` is how many submits it counts as, ``seconds`` how much video it may need."""

    job_id: str
    owner: str
    dialect: Dialect
    requests: int
    seconds: float
    submitted_at: int


def insert_submission(connection: Connection, new: NewSubmission) -> None:
    connection.execute(insert(submissions).values(**asdict(new)))


def settle_seconds(connection: Connection, job_id: str, seconds: float) -> None:
    """Put what a job needed in the place of what was set aside for it."""
    connection.execute(update(submissions).where(submissions.c.job_id == job_id).values(seconds=seconds))


def requests_since(connection: Connection, owner: str, dialect: Dialect, moment: int) -> Sequence[tuple[int, float]]:
    """When how many submits were made after the moment, oldest first."""
    rows = connection.execute(
        select(submissions.c.submitted_at, submissions.c.requests)
        .where(
            submissions.c.owner == owner,
            submissions.c.submitted_at > moment,
            submissions.c.dialect == dialect,
            submissions.c.requests > 0,
        )
        .order_by(submissions.c.submitted_at)
    )
    return [(row.submitted_at, row.requests) for row in rows]


def seconds_since(connection: Connection, owner: str, moment: int) -> Sequence[tuple[int, float]]:
    """When how many seconds of video were asked for after the moment, oldest first."""
    rows = connection.execute(
        select(submissions.c.submitted_at, submissions.c.seconds)
        .where(submissions.c.owner == owner, submissions.c.submitted_at > moment, submissions.c.seconds > 0)
        .order_by(submissions.c.submitted_at)
    )
    return [(row.submitted_at, row.seconds) for row in rows]


def unfinished_of_owner(connection: Connection, owner: str) -> int:
    """Jobs under way, and links of batches that are still to become jobs."""
    under_way = select(func.count()).where(jobs.c.owner == owner, jobs.c.state.in_(UNFINISHED))
    waiting = (
        select(func.count())
        .select_from(batch_items.join(batches, batches.c.id == batch_items.c.batch_id))
        .where(
            batches.c.owner == owner,
            batches.c.settled_at.is_(None),
            batch_items.c.job_id.is_(None),
            batch_items.c.error_code.is_(None),
        )
    )
    count: int = connection.execute(select(under_way.scalar_subquery() + waiting.scalar_subquery())).scalar_one()
    return count


def delete_submissions_before(connection: Connection, moment: int) -> None:
    connection.execute(delete(submissions).where(submissions.c.submitted_at < moment))
